// What the rules of a grammar make, for the grammar's own sources.
#pragma once

#include <string>
#include <vector>

#include "nn/grammar.h"

namespace nn {

// What a class or rule made: words with links, the heads, and the combinations
// found so far.
struct Grammar::Part {
  Pair pair;
  std::vector<int> heads;   // their places among the source words
  bool held_out = false;    // holds a combination that is kept from training
  bool repetitive = false;  // breaks a distinct line
};

}  // namespace nn
