#pragma once

#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

struct SelfAttention {
  Rows query, key;  // W_q, W_k [D, width of a word]
  Rows value;       // W_v [E, width of a word]
};

struct Reading {
  Rows weights;   // [T, T]: row t is what word t reads
  Rows contexts;  // [T, E]
};

// Every word reads all words, itself included.
Reading attend(const SelfAttention& layer, const Rows& words);

}  // namespace exercise
