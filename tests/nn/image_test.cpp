#include "nn/image.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "nn/file.h"
#include "tests/support/expect.h"

namespace {

using autograd::Real;
using autograd::Tensor;
using nn::Image;
using tests::expect_thrown;
using tests::thrown;

using Bytes = std::vector<std::uint8_t>;

std::string raw(const Bytes& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

TEST(Pixmap, ReadsAllSixKinds) {
  const Image grey{1, 2, 3, {0, 255, 0, 255, 0, 255}};
  EXPECT_EQ(nn::parse_pixmap("P1\n# black is 1\n3 2\n1 0 1\n010\n"), grey);
  EXPECT_EQ(nn::parse_pixmap("P2 3 2 1  0 1 0 1 0 1"), grey);
  EXPECT_EQ(nn::parse_pixmap("P4\n3 2\n" + raw({0xa0, 0x5f})), grey);
  EXPECT_EQ(nn::parse_pixmap("P5 3 2 255\n" + raw(grey.bytes)), grey);
  const Image colour{3, 1, 2, {255, 0, 0, 10, 20, 30}};
  EXPECT_EQ(nn::parse_pixmap("P3 2 1 255 255 0 0 #red\n10 20 30\n"), colour);
  EXPECT_EQ(nn::parse_pixmap("P6\n2 1\n255\n" + raw(colour.bytes)), colour);
  // Another greatest value, and two bytes a number.
  const Image half{1, 1, 2, {128, 255}};
  EXPECT_EQ(nn::parse_pixmap("P5 2 1 2 " + raw({1, 2})), half);
  EXPECT_EQ(nn::parse_pixmap("P5 2 1 65535 " + raw({0x80, 0, 0xff, 0xff})),
            half);
}

TEST(Pixmap, ReadsWhatItWrote) {
  for (const Image& image :
       {Image{1, 2, 2, {1, 2, 3, 4}}, Image{3, 1, 2, {9, 8, 7, '\n', '#', 0}}})
    EXPECT_EQ(nn::parse_pixmap(nn::pixmap_bytes(image)), image);
  const std::string path = testing::TempDir() + "/picture.ppm";
  const Image image{3, 1, 1, {1, 2, 3}};
  nn::write_pixmap(path, image);
  EXPECT_EQ(nn::read_file(path), "P6\n1 1\n255\n\1\2\3");
  EXPECT_EQ(nn::read_pixmap(path), image);
  std::filesystem::remove(path);
}

TEST(Pixmap, RefusesMalformedFiles) {
  const auto expect = [](const std::string& bytes, const char* part) {
    const std::string got = thrown([&] { nn::parse_pixmap(bytes); });
    EXPECT_NE(got.find(part), std::string::npos) << bytes << ": " << got;
  };
  for (const char* start : {"", "P", "P7 1 1 255 x", "GIF89a", "P0"})
    expect(start, "wanted P1 to P6");
  expect("P5", "wanted a width at byte 2");
  expect("P5 2", "wanted a height");
  expect("P5 2 x", "wanted a height");
  expect("P5 -2 2 255 ", "wanted a width");
  expect("P5 2 2", "a greatest value at byte");
  expect("P5 99999999999 1 255 x", "a width of at most");
  expect("P5 1000000 1000000 255 x", "the file ends before");
  expect("P5 0 1 255 ", "at least 1");
  expect("P5 1 1 0 x", "at least 1");
  expect("P5 1 1 65536 xx", "a greatest value of at most 65535");
  expect("P5 1 1 255", "one space after the head");
  expect("P5 2 2 255 abc", "the file ends before");
  expect("P6 1 1 255 ab", "the file ends before");
  expect("P5 1 1 256 a", "the file ends before");
  expect("P4 9 1 a", "the file ends before");
  expect("P5 1 1 9 " + raw({10}), "numbers up to 9, got 10");
  expect("P2 2 1 9 1", "the file ends before");
  expect("P2 1 2 9 1     ", "wanted a number at byte");
  expect("P2 1 1 9 a", "wanted a number at byte");
  expect("P1 2 1 12", "wanted 0 or 1");
  expect("P1 1 2 # 0 0", "wanted 0 or 1");
  const std::string path = testing::TempDir() + "/broken.pgm";
  nn::write_file(path, "P5 1");
  EXPECT_NE(thrown([&] { nn::read_pixmap(path); }).find(path),
            std::string::npos);
  std::filesystem::remove(path);
  EXPECT_NE(thrown([&] { nn::read_pixmap(path); }).find("cannot read"),
            std::string::npos);
  EXPECT_NE(thrown([&] {
              nn::pixmap_bytes({2, 1, 1, {1, 2}});
            }).find("1 or 3 channels"),
            std::string::npos);
}

const Bytes two_pictures = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1,  //
                            0, 0, 0, 3, 1, 2, 3, 4, 5, 6};

TEST(Idx, ReadsWhatMnistIsMadeOf) {
  const nn::Idx idx = nn::parse_idx(raw(two_pictures));
  EXPECT_EQ(idx.shape, (std::vector<int>{2, 1, 3}));
  EXPECT_EQ(idx.bytes, (Bytes{1, 2, 3, 4, 5, 6}));
  const std::string folder = testing::TempDir();
  const std::string images = folder + "/images", labels = folder + "/labels";
  nn::write_file(images, raw(two_pictures));
  nn::write_file(labels, raw({0, 0, 8, 1, 0, 0, 0, 2, 7, 9}));
  const nn::LabelledImages all = nn::read_mnist(images, labels);
  ASSERT_EQ(all.images.size(), 2u);
  EXPECT_EQ(all.images[1], (Image{1, 1, 3, {4, 5, 6}}));
  EXPECT_EQ(all.labels, (std::vector<int>{7, 9}));
  const auto expect = [&](const std::string& a, const std::string& b,
                          const char* part) {
    expect_thrown([&] { nn::read_mnist(a, b); }, part);
  };
  expect(labels, labels, "pictures of 3 axes, got 1");
  expect(images, images, "one label for each of 2");
  nn::write_file(labels, raw({0, 0, 8, 1, 0, 0, 0, 1, 7}));
  expect(images, labels, "one label for each of 2");
  nn::write_file(labels, raw({0, 0, 8, 1}));
  expect(images, labels, "/labels: [parse_idx] the file ends in its head");
  std::filesystem::remove(images);
  std::filesystem::remove(labels);
}

TEST(Idx, RefusesMalformedFiles) {
  const auto expect = [](const Bytes& bytes, const char* part) {
    expect_thrown([&] { nn::parse_idx(raw(bytes)); }, part);
  };
  expect({}, "two zeros");
  expect({0x1f, 0x8b, 8, 0}, "two zeros");  // packed by gzip
  expect({0, 0, 13, 1, 0, 0, 0, 0}, "unsigned bytes (type 8), got type 13");
  expect({0, 0, 8, 0}, "1 to 6 axes, got 0");
  expect({0, 0, 8, 7}, "1 to 6 axes, got 7");
  expect({0, 0, 8, 1, 0, 0}, "ends in its head");
  expect({0, 0, 8, 1, 0, 0, 0, 2, 1}, "wanted 10 bytes, got 9");
  expect({0, 0, 8, 1, 0, 0, 0, 2, 1, 2, 3}, "wanted 10 bytes, got 11");
  expect({0, 0, 8, 1, 255, 255, 255, 255, 1}, "larger than the file");
  expect({0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0}, "larger than the file");
}

TEST(Cifar10, ReadsRecords) {
  std::string bytes(2 * 3073, '\0');
  bytes[0] = 3;
  bytes[1] = 1;              // red of the first pixel
  bytes[1 + 1024] = 2;       // green
  bytes[1 + 2048] = '\xff';  // blue
  bytes[3073] = 9;
  bytes[2 * 3073 - 1] = 5;  // blue of the last pixel
  const nn::LabelledImages all = nn::parse_cifar10(bytes);
  EXPECT_EQ(all.labels, (std::vector<int>{3, 9}));
  ASSERT_EQ(all.images.size(), 2u);
  EXPECT_EQ(all.images[0].height, 32);
  EXPECT_EQ(Bytes(all.images[0].bytes.begin(), all.images[0].bytes.begin() + 4),
            (Bytes{1, 2, 255, 0}));
  EXPECT_EQ(all.images[1].bytes.back(), 5);
  EXPECT_NE(thrown([&] {
              nn::parse_cifar10(bytes + "x");
            }).find("records of 3073 bytes, got 6147"),
            std::string::npos);
  bytes[3073] = 10;
  EXPECT_NE(
      thrown([&] { nn::parse_cifar10(bytes); }).find("got 10 in record 1"),
      std::string::npos);
}

TEST(Image, BecomesATensorAndBack) {
  const Image a{3, 1, 2, {0, 51, 255, 102, 153, 204}};
  const Tensor x = nn::to_tensor({a, a});
  ASSERT_EQ(x.shape(), (autograd::Shape{2, 3, 1, 2}));
  tests::expect_near(select(x, 0, 1), {0, 0.4, 0.2, 0.6, 1, 0.8});
  EXPECT_EQ(nn::to_image(select(x, 0, 1)), a);
  EXPECT_EQ(nn::to_image(Tensor::from({1, 1, 3}, {-1, Real(0.5), 2})),
            (Image{1, 1, 3, {0, 128, 255}}));
  EXPECT_NE(thrown([&] { nn::to_tensor({}); }).find("at least one"),
            std::string::npos);
  EXPECT_NE(thrown([&] {
              nn::to_tensor({a, {1, 1, 1, {0}}});
            }).find("of one size"),
            std::string::npos);
  EXPECT_NE(thrown([&] { nn::to_image(x); }).find("wanted x [1 or 3, H, W]"),
            std::string::npos);
}

}  // namespace
