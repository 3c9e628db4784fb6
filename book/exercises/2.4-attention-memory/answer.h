#pragma once

#include <cstdint>

namespace exercise {

// The bytes of the weights [batch, heads, queries, keys].
std::int64_t attention_bytes(int batch, int heads, int queries, int keys,
                             int bytes_a_number);

// The largest n such that the weights [batch, heads, n, n] fit into `memory`
// bytes; 0 if not one word fits.
int longest_sentence(std::int64_t memory, int batch, int heads,
                     int bytes_a_number);

}  // namespace exercise
