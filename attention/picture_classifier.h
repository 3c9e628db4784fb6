// A small network that names what a picture shows, with attention or without.
#pragma once

#include <vector>

#include "attention/cbam.h"

namespace attention {

enum class Gates { none, channel, both };  // Cbam, or its means over channels

struct PictureClassifierOptions {
  int channels = 3, classes = 0;  // of the picture, and of answers
  int width = 16;                 // features of the first layer, then twice
  int depth = 2;                  // layers after the first
  int groups = 1;                 // of these
  Gates gates = Gates::none;      // after each of them
  int reduction = 8, size = 7;    // as CbamOptions
  Pooling pooling = Pooling::both;
  CbamOrder order = CbamOrder::channel_first;
};

// Convolutions of 3 x 3, each followed by batch norm, max(0, x) and, from the
// second on, by its gates; after the first two, pooling halves the sides. The
// mean over what places are left goes to the classes.
struct PictureClassifier {
  PictureClassifierOptions options;
  std::vector<nn::Conv2d> layers;  // no biases,
  std::vector<nn::BatchNorm> norms;
  std::vector<Cbam> cbam;                  // one a layer from the second on,
  std::vector<SqueezeExcitation> squeeze;  // of one kind or of none
  nn::Linear answer;

  PictureClassifier(const PictureClassifierOptions& options, Rng& rng);

  struct Seen {
    Tensor scores;   // [B, classes]
    Tensor map;      // [B, H / 4, W / 4]: the last spatial weights; without
                     // any, the mean of the last features
    Tensor channel;  // [B, 2 width], the first channel weights, or none
  };
  // x [B, channels, H, W]
  Seen operator()(Tensor x, bool training) const;
  nn::Parameters parameters() const;
  nn::Parameters buffers() const;  // those of batch norm
};

}  // namespace attention
