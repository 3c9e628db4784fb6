#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(6.3): count the matches, then make one number of them.
Matches matches(const std::vector<Sentence>& hypotheses,
                const std::vector<Sentence>& references, int n) {
  todo(hypotheses, references, n);
}

double bleu(const std::vector<Sentence>& hypotheses,
            const std::vector<Sentence>& references) {
  todo(hypotheses, references);
}

}  // namespace exercise
