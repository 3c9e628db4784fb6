#include "attention/picture_classifier.h"

namespace attention {
namespace {

nn::Conv2dOptions three_by_three(int in, int out, int groups) {
  nn::Conv2dOptions options;
  options.in = in;
  options.out = out;
  options.padding = 1;
  options.groups = groups;
  options.bias = false;
  return options;
}

}  // namespace

PictureClassifier::PictureClassifier(const PictureClassifierOptions& options,
                                     Rng& rng)
    : options(options), answer(2 * options.width, options.classes, rng) {
  autograd::check(options.depth >= 1, "[PictureClassifier] wanted a depth of ",
                  "at least 1, got ", options.depth);
  const int wide = 2 * options.width;
  layers.emplace_back(three_by_three(options.channels, options.width, 1), rng);
  norms.emplace_back(options.width);
  for (int i = 0; i < options.depth; ++i) {
    const int in = i == 0 ? options.width : wide;
    layers.emplace_back(three_by_three(in, wide, options.groups), rng);
    norms.emplace_back(wide);
    if (options.gates == Gates::channel)
      squeeze.emplace_back(wide, options.reduction, rng);
    if (options.gates == Gates::both)
      cbam.emplace_back(CbamOptions{wide, options.reduction, options.size,
                                    options.pooling, options.order},
                        rng);
  }
}

PictureClassifier::Seen PictureClassifier::operator()(Tensor x,
                                                      bool training) const {
  Seen seen;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    x = relu(norms[i](layers[i](x), training));
    Tensor channel;  // [B, C, 1, 1]
    if (i > 0 && options.gates == Gates::channel) {
      auto [context, weights] = squeeze[i - 1](x);
      x = context;
      channel = weights;
    }
    if (i > 0 && options.gates == Gates::both) {
      const Cbam::Looked looked = cbam[i - 1](x);
      x = looked.context;
      channel = looked.channel;
      seen.map = select(looked.spatial, 1, 0);
    }
    if (i == 1 && channel.defined())
      seen.channel = reshape(channel, {x.size(0), x.size(1)});
    if (i < 2) {
      x = max_pool2d(x);
      if (seen.map.defined())
        seen.map =
            autograd::squeeze(autograd::avg_pool2d(unsqueeze(seen.map, 1)), 1);
    }
  }
  if (!seen.map.defined()) seen.map = mean(x, {1});
  seen.scores = answer(mean(x, {2, 3}));
  return seen;
}

nn::Parameters PictureClassifier::parameters() const {
  return nn::nested({{"layers", nn::numbered(layers)},
                     {"norms", nn::numbered(norms)},
                     {"cbam", nn::numbered(cbam)},
                     {"squeeze", nn::numbered(squeeze)},
                     {"answer", answer.parameters()}});
}

nn::Parameters PictureClassifier::buffers() const {
  return nn::nested({{"norms", nn::numbered(norms, &nn::BatchNorm::buffers)}});
}

}  // namespace attention
