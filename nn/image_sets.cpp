// Data sets of pictures: IDX, as MNIST, and CIFAR-10.
#include <limits>

#include "nn/image.h"
#include "nn/image_part.h"

namespace nn {

using detail::need;
using detail::parsed;

Idx parse_idx(std::string_view bytes) {
  constexpr const char* name = "parse_idx";
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
  };
  need(bytes.size() >= 4 && byte(0) == 0 && byte(1) == 0, name,
       "wanted two zeros at the start");
  need(byte(2) == 8, name, "wanted unsigned bytes (type 8), got type ",
       int(byte(2)));
  const std::size_t axes = byte(3);
  need(axes >= 1 && axes <= autograd::max_rank, name, "wanted 1 to ",
       autograd::max_rank, " axes, got ", axes);
  const std::size_t head = 4 + 4 * axes;
  need(bytes.size() >= head, name, "the file ends in its head");
  Idx idx;
  std::uint64_t count = 1;
  for (std::size_t i = 4; i < head; i += 4) {
    const std::uint32_t size = std::uint32_t(byte(i)) << 24 |
                               byte(i + 1) << 16 | byte(i + 2) << 8 |
                               byte(i + 3);
    need(size <= std::uint32_t(std::numeric_limits<int>::max()) &&
             (size == 0 || count <= bytes.size() / size),
         name, "sizes are larger than the file");
    count *= size;
    idx.shape.push_back(static_cast<int>(size));
  }
  need(bytes.size() == head + count, name, "wanted ", head + count,
       " bytes, got ", bytes.size());
  idx.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(head),
                   bytes.end());
  return idx;
}

Idx read_idx(const std::string& path) { return parsed(path, parse_idx); }

LabelledImages read_mnist(const std::string& images,
                          const std::string& labels) {
  constexpr const char* name = "read_mnist";
  const Idx pixels = read_idx(images), names = read_idx(labels);
  need(pixels.shape.size() == 3, name, images, ": wanted pictures of 3 axes, ",
       "got ", pixels.shape.size());
  need(names.shape.size() == 1 && names.shape[0] == pixels.shape[0], name,
       labels, ": wanted one label for each of ", pixels.shape[0], " pictures");
  LabelledImages all;
  const std::size_t size = std::size_t(pixels.shape[1]) * pixels.shape[2];
  for (std::size_t i = 0; i < names.bytes.size(); ++i) {
    const std::uint8_t* from = pixels.bytes.data() + i * size;
    Image image;
    image.channels = 1;
    image.height = pixels.shape[1];
    image.width = pixels.shape[2];
    image.bytes.assign(from, from + size);
    all.images.push_back(std::move(image));
    all.labels.push_back(names.bytes[i]);
  }
  return all;
}

LabelledImages parse_cifar10(std::string_view bytes) {
  constexpr const char* name = "parse_cifar10";
  constexpr std::size_t side = 32, plane = side * side, record = 1 + 3 * plane;
  need(bytes.size() % record == 0, name, "wanted records of ", record,
       " bytes, got ", bytes.size(), " bytes");
  LabelledImages all;
  for (std::size_t at = 0; at < bytes.size(); at += record) {
    const int label = static_cast<unsigned char>(bytes[at]);
    need(label <= 9, name, "wanted labels from 0 to 9, got ", label,
         " in record ", at / record);
    Image image;
    image.height = image.width = int(side);
    for (std::size_t p = 0; p < plane; ++p)
      for (std::size_t c = 0; c < 3; ++c)
        image.bytes.push_back(
            static_cast<std::uint8_t>(bytes[at + 1 + c * plane + p]));
    all.images.push_back(std::move(image));
    all.labels.push_back(label);
  }
  return all;
}

LabelledImages read_cifar10(const std::string& path) {
  return parsed(path, parse_cifar10);
}

}  // namespace nn
