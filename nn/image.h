// Pictures in files: portable pixmaps, and the data sets that come in the
// formats of MNIST (IDX) and of CIFAR-10.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nn/module.h"

namespace nn {

// A picture of numbers 0 to 255, row by row, the channels of a pixel side by
// side: grey (1) or red, green and blue (3).
struct Image {
  int channels = 3, height = 0, width = 0;
  std::vector<std::uint8_t> bytes;  // [height, width, channels]

  bool operator==(const Image&) const = default;
};

// Portable pixmaps of all six kinds (netpbm.sourceforge.net/doc): bitmaps (P1,
// P4: 1 is black), greymaps (P2, P5) and pixmaps (P3, P6), their numbers
// brought to 0 ... 255 where their greatest is another, up to 65535. The first
// picture of the file. Throws std::runtime_error that names the path and what
// is wrong with it.
Image read_pixmap(const std::string& path);
Image parse_pixmap(std::string_view bytes);

// P5 for one channel, P6 for three; whole or not at all.
void write_pixmap(const std::string& path, const Image& image);
std::string pixmap_bytes(const Image& image);

// An IDX file of unsigned bytes (yann.lecun.com/exdb/mnist): the labels [N] or
// the pictures [N, H, W] of MNIST and its kin, unpacked.
struct Idx {
  std::vector<int> shape;
  std::vector<std::uint8_t> bytes;  // row-major
};
Idx read_idx(const std::string& path);
Idx parse_idx(std::string_view bytes);

struct LabelledImages {
  std::vector<Image> images;
  std::vector<int> labels;
};

// Both of MNIST's files; as many pictures as labels.
LabelledImages read_mnist(const std::string& images, const std::string& labels);

// A binary file of CIFAR-10 (cs.toronto.edu/~kriz/cifar.html): records of a
// label, 0 to 9, and 32 x 32 pixels, first all red, then green, then blue.
LabelledImages read_cifar10(const std::string& path);
LabelledImages parse_cifar10(std::string_view bytes);

// Pictures of one size as numbers from 0 to 1:   [B, C, H, W]
Tensor to_tensor(const std::vector<Image>& images);
// x [1 or 3, H, W], from 0 to 1 and cut off beyond, rounded to the nearest.
Image to_image(const Tensor& x);

}  // namespace nn
