// Words whose letters were spoilt, in three ways, and which letter came from
// where: the task is to give the word back.
#pragma once

#include <string>
#include <vector>

#include "autograd/random.h"
#include "nn/corpus.h"

namespace nn {

enum class Scramble {
  anagram,  // the letters in another order
  cipher,   // each letter replaced, the same by the same: a by q, b by w ...
            // as they lie on a keyboard
  typos,    // one or two slips: a letter lost, doubled or changed, or two
            // neighbours swapped
};

// "anagram" and so on, for flags.
const char* name_of(Scramble kind);
// Throws std::invalid_argument that lists the names there are.
Scramble scramble_named(const std::string& name);

// Common English words of four to eight letters, no two of the same letters.
const std::vector<std::string>& known_words();

// The word, of letters from a to z, spoilt: source its letters as they are now,
// target the word's. A letter of the word is linked with what stands for it; of
// an anagram with each of its like, since nobody could tell them apart.
Pair scramble(const std::string& word, Scramble kind, autograd::Rng& rng);

// Pairs, no source twice. Of anagrams and typos all known words are on both
// sides, and a fifth of the ways to spoil them is in `held_out` only; words
// that cannot be spoilt in so many ways have fewer. For the cipher `train` has
// random letters and `held_out` the known words, so no word was ever seen.
struct ScrambleSplit {
  std::vector<Pair> train, held_out;
};
ScrambleSplit scrambled(Scramble kind, int n_train, int n_held_out,
                        autograd::Rng& rng);

}  // namespace nn
