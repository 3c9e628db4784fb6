#include "nn/image.h"

#include <algorithm>
#include <cmath>

#include "nn/file.h"
#include "nn/image_part.h"

namespace nn {
namespace {

using autograd::check;
using detail::need;
using detail::parsed;

// A portable pixmap, from its first byte on.
class Pixmap {
 public:
  explicit Pixmap(std::string_view bytes) : bytes_(bytes) {}

  Image read() {
    need(bytes_.size() >= 2 && bytes_[0] == 'P' && bytes_[1] >= '1' &&
             bytes_[1] <= '6',
         name, "wanted P1 to P6 at the start");
    const int kind = bytes_[1] - '0';
    at_ = 2;
    Image image;
    image.channels = kind == 3 || kind == 6 ? 3 : 1;
    image.width = number("a width", most_side);
    image.height = number("a height", most_side);
    const bool bits = kind == 1 || kind == 4;
    greatest_ = bits ? 1 : number("a greatest value", 65535);
    need(image.width >= 1 && image.height >= 1 && greatest_ >= 1, name,
         "wanted sizes and a greatest value of at least 1");
    if (kind >= 4) {
      need(at_ < bytes_.size() && is_space(bytes_[at_]), name,
           "wanted one space after the head");
      ++at_;
    }
    const std::size_t row = std::size_t(image.width) * image.channels;
    const std::size_t taken = kind == 4   ? (row + 7) / 8
                              : kind == 1 ? row
                              : kind < 4  ? 2 * row - 1
                                          : row * (greatest_ > 255 ? 2 : 1);
    need(taken <= (bytes_.size() - at_) / image.height, name, "wanted ",
         image.height, " rows of ", image.width, " pixels, the file ends ",
         "before");
    image.bytes.reserve(row * image.height);
    for (int y = 0; y < image.height; ++y)
      kind == 4 ? read_bits(image) : read_row(image, kind, row);
    return image;
  }

 private:
  static constexpr const char* name = "parse_pixmap";
  static constexpr int most_side = 1 << 20;

  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  // Past white space, and comments from # to the end of the line.
  void skip() {
    while (at_ < bytes_.size() &&
           (is_space(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#')
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      else
        ++at_;
    }
  }

  int number(const char* what, int most) {
    skip();
    need(at_ < bytes_.size() && is_digit(bytes_[at_]), name, "wanted ", what,
         " at byte ", at_);
    int value = 0;
    for (; at_ < bytes_.size() && is_digit(bytes_[at_]); ++at_) {
      value = 10 * value + (bytes_[at_] - '0');
      need(value <= most, name, "wanted ", what, " of at most ", most);
    }
    return value;
  }

  // P1: digits need no space between.
  int bit() {
    skip();
    need(at_ < bytes_.size() && (bytes_[at_] == '0' || bytes_[at_] == '1'),
         name, "wanted 0 or 1 at byte ", at_);
    return bytes_[at_++] - '0';
  }

  int byte() { return static_cast<unsigned char>(bytes_[at_++]); }

  void push(Image& image, int value) const {
    need(value <= greatest_, name, "wanted numbers up to ", greatest_, ", got ",
         value);
    image.bytes.push_back(static_cast<std::uint8_t>(
        (2 * value * 255 + greatest_) / (2 * greatest_)));
  }

  void read_row(Image& image, int kind, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (kind == 1)
        push(image, 1 - bit());
      else if (kind < 4)
        push(image, number("a number", greatest_));
      else if (greatest_ > 255) {
        const int high = byte();
        push(image, 256 * high + byte());
      } else
        push(image, byte());
    }
  }

  // Eight pixels a byte, the first one highest; each row begins a byte.
  void read_bits(Image& image) {
    int eight = 0;
    for (int x = 0; x < image.width; ++x) {
      if (x % 8 == 0) eight = byte();
      push(image, 1 - (eight >> (7 - x % 8) & 1));
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  int greatest_ = 1;
};

void check_image(const char* what, const Image& image) {
  check((image.channels == 1 || image.channels == 3) && image.height >= 1 &&
            image.width >= 1 &&
            image.bytes.size() ==
                std::size_t(image.channels) * image.height * image.width,
        "[", what, "] wanted 1 or 3 channels and a byte for each pixel's, got ",
        image.channels, " x ", image.height, " x ", image.width, " and ",
        image.bytes.size(), " bytes");
}

}  // namespace

Image parse_pixmap(std::string_view bytes) { return Pixmap(bytes).read(); }

Image read_pixmap(const std::string& path) {
  return parsed(path, parse_pixmap);
}

std::string pixmap_bytes(const Image& image) {
  check_image("pixmap_bytes", image);
  std::string bytes = autograd::text(image.channels == 1 ? "P5\n" : "P6\n",
                                     image.width, ' ', image.height, "\n255\n");
  bytes.append(image.bytes.begin(), image.bytes.end());
  return bytes;
}

void write_pixmap(const std::string& path, const Image& image) {
  write_file(path, pixmap_bytes(image));
}

Tensor to_tensor(const std::vector<Image>& images) {
  check(!images.empty(), "[to_tensor] wanted at least one picture");
  const Image& first = images[0];
  const int C = first.channels, H = first.height, W = first.width;
  std::vector<Real> values;
  for (const Image& image : images) {
    check_image("to_tensor", image);
    check(image.channels == C && image.height == H && image.width == W,
          "[to_tensor] wanted pictures of one size, got ", C, " x ", H, " x ",
          W, " and ", image.channels, " x ", image.height, " x ", image.width);
    for (int c = 0; c < C; ++c)
      for (std::size_t p = 0; p < std::size_t(H) * W; ++p)
        values.push_back(Real(image.bytes[p * C + c]) / 255);
  }
  return Tensor::from({static_cast<int>(images.size()), C, H, W}, values);
}

Image to_image(const Tensor& x) {
  check(x.rank() == 3 && (x.size(0) == 1 || x.size(0) == 3) && x.size() > 0,
        "[to_image] wanted x [1 or 3, H, W], got ", x.shape());
  Image image;
  image.channels = x.size(0);
  image.height = x.size(1);
  image.width = x.size(2);
  for (const Real value : permute(x, {1, 2, 0}).values()) {
    check(!std::isnan(value), "[to_image] got NaN");
    image.bytes.push_back(static_cast<std::uint8_t>(
        std::clamp(value, Real(0), Real(1)) * 255 + Real(0.5)));
  }
  return image;
}

}  // namespace nn
