#pragma once

#include <limits>
#include <span>
#include <vector>

namespace exercise {

// What is kept of the scores and values seen so far.
struct Reader {
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;             // of exp(score - largest)
  std::vector<double> total;  // of exp(score - largest) * value
};

// Takes in one score and its value (as wide as reader.total). The score
// -infinity hides its word.
void see(Reader& reader, double score, std::span<const double> value);

// A reader that has seen what a and b (of one width) have seen.
Reader merge(const Reader& a, const Reader& b);

// The values' sum, weighted by the softmax of the scores; zeros if no word was
// seen that is not hidden.
std::vector<double> context(const Reader& reader);

}  // namespace exercise
