#include "tests/bench/training.h"

namespace bench {
namespace {

std::vector<int> draw(int first, int words, int count, Rng& rng) {
  std::vector<int> ids;
  for (int i = 0; i < count; ++i)
    ids.push_back(first + rng.below(words - first));
  return ids;
}

}  // namespace

nn::Batch random_batch(int batch, int source_words, int target_words, int time,
                       Rng& rng) {
  constexpr int first = nn::Vocab::end + 1;
  std::vector<nn::EncodedPair> pairs;
  std::vector<int> items;
  for (int i = 0; i < batch; ++i) {
    const auto source = draw(first, source_words, time, rng);
    const auto target = draw(first, target_words, time - 1, rng);
    pairs.push_back({source, target});  // </s> makes it `time`
    items.push_back(i);
  }
  return nn::make_batch(pairs, items);
}

nn::Indices random_tokens(int words, int batch, int time, Rng& rng) {
  return {{batch, time}, draw(0, words, batch * time, rng)};
}

}  // namespace bench
