#include "nn/conv_reader.h"

#include <algorithm>
#include <string>

namespace nn {
namespace {

constexpr int kLayers = 5, kSeen = 3;

std::vector<Linear> make_layers(const ReaderOptions& options, Rng& rng) {
  std::vector<Linear> layers;
  for (int i = 0; i < kLayers; ++i) {
    const int in = i == 0 ? options.width : options.hidden;
    layers.emplace_back(kSeen * in, options.hidden, rng);
  }
  return layers;
}

// x_{t-k} at each t:   [B, T, W]
Tensor delayed(const Tensor& x, int k) {
  k = std::min(k, x.size(1));
  const Tensor before = Tensor::zeros({x.size(0), k, x.size(2)});
  return autograd::concat({before, autograd::slice(x, 1, 0, x.size(1) - k)}, 1);
}

}  // namespace

Tensor at_last(const Tensor& x, const std::vector<int>& lengths) {
  if (lengths.empty()) return select(x, 1, -1);
  std::vector<int> places;
  for (const int length : lengths)
    places.insert(places.end(), std::size_t(x.size(2)), length - 1);
  const Indices index({x.size(0), 1, x.size(2)}, places);
  return squeeze(gather(x, 1, index), 1);
}

ConvReader::ConvReader(const ReaderOptions& options, bool dilated, Rng& rng)
    : embedding(options.words, options.width, rng),
      layers(make_layers(options, rng)),
      answer(options.hidden, options.answers, rng),
      dilated(dilated) {}

Tensor ConvReader::last_state(Tensor x, const std::vector<int>& lengths) const {
  int d = 1;
  for (const Linear& layer : layers) {
    const Tensor seen =
        autograd::concat({delayed(x, 2 * d), delayed(x, d), x}, 2);
    x = autograd::tanh(layer(seen));
    if (dilated) d *= 2;
  }
  return at_last(x, lengths);
}

Parameters ConvReader::parameters() const {
  return nested({{"embedding", embedding.parameters()},
                 {"layers", numbered(layers)},
                 {"answer", answer.parameters()}});
}

}  // namespace nn
