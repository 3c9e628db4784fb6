#pragma once

#include <string>
#include <vector>

namespace exercise {

using Sentence = std::vector<std::string>;

// Runs of n words in the hypotheses, and how many of them the references share.
struct Matches {
  long shared = 0, all = 0;
};

// Of all sentences together; hypotheses[i] belongs to references[i].
Matches matches(const std::vector<Sentence>& hypotheses,
                const std::vector<Sentence>& references, int n);

// 0 to 100, n = 1 to 4, no smoothing. 0 if there is nothing to divide by.
double bleu(const std::vector<Sentence>& hypotheses,
            const std::vector<Sentence>& references);

}  // namespace exercise
