#include "nn/serialize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/random.h"
#include "nn/file.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::parse_safetensors;

// A file of this header and so many bytes of data.
std::string file_of(const std::string& header, std::size_t data = 0) {
  std::string bytes;
  for (int i = 0; i < 8; ++i)
    bytes += static_cast<char>(std::uint64_t{header.size()} >> (8 * i) & 0xff);
  return bytes + header + std::string(data, '\1');
}

std::string entry(const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":[)" + shape +
         R"(],"data_offsets":[)" + offsets + "]}";
}

std::string reason(const std::string& bytes) {
  try {
    parse_safetensors(bytes);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

std::string own_file() {
  return nn::safetensors_bytes(
      {{"a.weight", Tensor::arange(3)}, {"b", Tensor::full(Shape{2, 1}, 4)}},
      {{"key", "value"}});
}

const std::string kGolden =
    (std::filesystem::path(__FILE__).parent_path() / "../golden/").string();

TEST(Serialize, WritesTheBytesOfTheFormat) {
  if (sizeof(Real) != 4) GTEST_SKIP() << "the bytes of F32";
  const std::string header =
      R"({"__metadata__":{"k":"\"1\""},"w":{"dtype":"F32","shape":[2],)"
      R"("data_offsets":[0,8]}})";
  const std::string padding(7 - (header.size() + 7) % 8, ' ');
  std::string wanted = file_of(header + padding);
  wanted += std::string("\0\0\x80\x3f\0\0\0\xc0", 8);  // 1, -2
  EXPECT_EQ(nn::safetensors_bytes({{"w", Tensor::from(Shape{2}, {1, -2})}},
                                  {{"k", "\"1\""}}),
            wanted);
}

TEST(Serialize, ReturnsWhatWasWritten) {
  Rng rng(3);
  const Tensor matrix = Tensor::normal(Shape{3, 5}, 0, 1, rng);
  const Tensor transposed = matrix.window(Shape{5, 3}, {1, 5}, 0);
  const nn::Parameters tensors = {{"层.weight", matrix},
                                  {"transposed", transposed},
                                  {"scalar", Tensor(7)},
                                  {"empty", Tensor::zeros(Shape{0, 4})},
                                  {"odd \"\\\n\x01 name", Tensor::arange(9)}};
  const nn::Metadata metadata = {{"words", "猫\t\"老鼠\"\n\\"}, {"", ""}};
  const std::string path = testing::TempDir() + "serialize_test.safetensors";
  nn::save_safetensors(path, tensors, metadata);
  const nn::SafeTensors file = nn::load_safetensors(path);
  std::filesystem::remove(path);
  EXPECT_EQ(file.metadata, metadata);
  ASSERT_EQ(file.tensors.size(), tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(file.tensors[i].name, tensors[i].name);
    EXPECT_EQ(file.tensors[i].tensor.shape(), tensors[i].tensor.shape());
    EXPECT_EQ(file.tensors[i].tensor.values(), tensors[i].tensor.values());
  }
}

TEST(Serialize, ReadsEveryTypeAsPythonWroteIt) {
  const auto file = nn::load_safetensors(kGolden + "dtypes.safetensors");
  int compared = 0;
  for (const auto& [name, wanted] : file.under("expected").tensors) {
    EXPECT_EQ(file.at(name).shape(), wanted.shape()) << name;
    EXPECT_EQ(file.at(name).values(), wanted.values()) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 10);
  EXPECT_EQ(file.at("empty").shape(), (Shape{0, 3}));
  EXPECT_EQ(file.at("scalar").item(), Real(2.5));
}

TEST(Serialize, ReadsHalvesAndUnsignedNumbersByHand) {
  const std::string header = R"({"h":)" + entry("F16", "5", "0,10") +
                             R"(,"u":)" + entry("U16", "1", "10,12") +
                             R"(,"v":)" + entry("U32", "1", "12,16") +
                             R"(,"w":)" + entry("U64", "1", "16,24") + "}";
  std::string bytes = file_of(header);
  bytes += std::string("\0\x3c\x01\0\0\xfc\x01\x7e\0\x80", 10);
  bytes += std::string("\xff\xff\0\0\0\x80", 6);
  bytes += std::string("\0\0\0\0\0\0\0\x80", 8);
  const auto file = parse_safetensors(bytes);
  const auto half = file.at("h").values();
  EXPECT_EQ(half[0], 1);
  EXPECT_EQ(half[1], std::ldexp(Real(1), -24));
  EXPECT_EQ(half[2], -std::numeric_limits<Real>::infinity());
  EXPECT_TRUE(std::isnan(half[3]));
  EXPECT_TRUE(half[4] == 0 && std::signbit(half[4]));
  EXPECT_EQ(file.at("u").item(), 65535);
  EXPECT_EQ(file.at("v").item(), std::ldexp(Real(1), 31));
  EXPECT_EQ(file.at("w").item(), std::ldexp(Real(1), 63));
}

TEST(Serialize, ReadsWhatJsonAllows) {
  const std::string tensor =
      "{ \"data_offsets\" : [0 , 1],\n\"shape\":[ ] ,\t\"dtype\":\"U8\" }";
  const auto file = parse_safetensors(file_of(
      R"( {"\u732b\ud83d\ude00\/" : )" + tensor + R"(,"__metadata__":{}} )",
      1));
  EXPECT_TRUE(file.contains("猫😀/"));
  EXPECT_TRUE(parse_safetensors(file_of("{}")).tensors.empty());
}

// Data in another order than the names', and empty tensors at a border.
TEST(Serialize, TakesDataInAnyOrder) {
  const auto file =
      parse_safetensors(file_of(R"({"b":)" + entry("U8", "2", "3,5") +
                                    R"(,"e":)" + entry("F32", "0,7", "3,3") +
                                    R"(,"a":)" + entry("U8", "3", "0,3") + "}",
                                5));
  EXPECT_EQ(file.tensors[0].name, "b");
  EXPECT_EQ(file.at("a").values(), std::vector<Real>(3, 1));
}

struct Bad {
  std::string bytes;
  std::string reason;  // a part of what is said
};

std::vector<Bad> bad_files() {
  const std::string good = entry("U8", "2", "0,2");
  const auto one = [](const std::string& value, std::size_t data = 2) {
    return file_of(R"({"a":)" + value + "}", data);
  };
  const auto two = [&](const std::string& value, std::size_t data) {
    return file_of(R"({"a":)" + good + R"(,"b":)" + value + "}", data);
  };
  const std::string deep(100'000, '[');
  return {
      {"", "wanted 8 bytes"},
      {std::string(7, '\0'), "wanted 8 bytes"},
      {std::string(8, '\0'), "wanted '{'"},
      {std::string(8, '\xff') + "{}", "a header of 18446744073709551615"},
      {std::string("\x03\0\0\0\0\0\0\0{}", 10), "a header of 3 bytes"},
      {file_of("[]"), "wanted '{'"},
      {file_of("{} x"), "wanted nothing more at byte 3, got 'x'"},
      {file_of("{\"a\""), "wanted ':'"},
      {file_of("{\"a"), "got the end"},
      {file_of("{a:1}"), "wanted a string"},
      {file_of(R"({"\q":1})"), "wanted an escape"},
      {file_of(R"({"\u12g4":1})"), "hexadecimal"},
      {file_of(R"({"\ud800":1})"), "surrogate"},
      {file_of(R"({"\udc00":1})"), "surrogate"},
      {file_of(R"({"\ud800\u0041":1})"), "surrogate"},
      {file_of("{\"a\nb\":1}"), "control byte"},
      {file_of("{\"\xc3\":1}"), "wanted UTF-8"},
      {file_of("{\"\xed\xa0\x80\":1}"), "wanted UTF-8"},
      {file_of(deep), "wanted '{'"},
      {one(deep), "wanted '{' at byte 5"},
      {one(R"({"shape":)" + deep), "wanted a whole number"},
      {file_of(R"({"__metadata__":{"a":)" + deep), "wanted a string"},
      {file_of(R"({"__metadata__":{"a":1}})"), "wanted a string"},
      {file_of(R"({"__metadata__":{"a":"","a":""}})"), "'a' is there twice"},
      {file_of(R"({"__metadata__":{},"__metadata__":{}})"), "twice"},
      {two(entry("U8", "1", "2,3"), 2), "3 bytes of data, there are 2"},
      {file_of(R"({"a":)" + good + R"(,"\u0061":)" + good + "}", 2),
       "'a' is there twice"},
      {one("{}"), "wanted dtype, shape and data_offsets"},
      {one(R"({"dtype":"U8","shape":[2]})"), "wanted dtype, shape and"},
      {one(R"({"dtype":"U8","dtype":"U8"})"), "'dtype' is there twice"},
      {one(R"({"colour":1})"), "unknown key 'colour'"},
      {one(entry("F8_E4M3", "2", "0,2")), "unknown dtype 'F8_E4M3'"},
      {one(entry("f32", "2", "0,8"), 8), "unknown dtype 'f32'"},
      {one(entry("U8", "-2", "0,2")), "wanted a whole number"},
      {one(entry("U8", "2.0", "0,2")), "wanted ',' or ']'"},
      {one(entry("U8", "02", "0,2")), "leading 0"},
      {one(entry("U8", "1e9", "0,2")), "wanted ',' or ']'"},
      {one(entry("U8", "2147483648", "0,2")), "an axis of 2147483648"},
      {one(entry("U8", "9223372036854775808", "0,2")), "below 2^63"},
      {one(entry("U8", "1,1,1,1,1,1,2", "0,2")), "more than 6 axes"},
      {one(entry("U8", "2147483647,2147483647,2147483647", "0,2")),
       "too large"},
      {one(entry("U8", "0,2147483647,2147483647,2147483647", "0,0"), 0),
       "too large"},
      {one(entry("F64", "65536,65536,65536,8192", "0,0"), 0), "too large"},
      {one(entry("U8", "3", "0,2")), "takes 3 bytes, data_offsets are 0, 2"},
      {one(entry("F32", "2", "0,2")), "takes 8 bytes"},
      {one(entry("U8", "2", "2,0")), "data_offsets are 2, 0"},
      {one(entry("U8", "2", "0")), "wanted two offsets"},
      {one(entry("U8", "2", "0,1,2")), "wanted two offsets"},
      {one(entry("U8", "2", "1,3"), 3), "begin at 1, those before end at 0"},
      {two(entry("U8", "2", "1,3"), 3), "begin at 1, those before end at 2"},
      {two(good, 2), "begin at 0, those before end at 2"},
      {two(entry("U8", "2", "3,5"), 5), "begin at 3, those before end at 2"},
      {one(entry("U8", "2", "0,2"), 1), "2 bytes of data, there are 1"},
      {one(entry("U8", "2", "0,2"), 3), "2 bytes of data, there are 3"},
      {one(entry("U8", "1000000000", "0,1000000000")),
       "1000000000 bytes of data, there are 2"},
      {one(entry("U8", "1", "9223372036854775806,9223372036854775807"), 1),
       "begin at 9223372036854775806"},
  };
}

TEST(Serialize, RefusesEveryBadFileWithItsReason) {
  for (const Bad& bad : bad_files()) {
    const std::string said = reason(bad.bytes);
    EXPECT_NE(said.find(bad.reason), std::string::npos)
        << "wanted: " << bad.reason << "\nsaid: " << said
        << "\nfile: " << bad.bytes.substr(8 * (bad.bytes.size() >= 8), 200);
  }
}

TEST(Serialize, RefusesEveryTruncation) {
  const std::string whole = own_file();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(reason(whole.substr(0, size)), "accepted") << size;
  EXPECT_NE(reason(whole + '\0'), "accepted");
}

// Whatever the bytes: a reason, or tensors; never a crash.
TEST(Serialize, SurvivesFlippedBytes) {
  const std::string whole = own_file();
  Rng rng(11);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    const int flips = 1 + rng.below(4);
    for (int i = 0; i < flips; ++i) {
      const int place = rng.below(static_cast<int>(bytes.size()));
      const int byte = rng.below(256);
      bytes[static_cast<std::size_t>(place)] = static_cast<char>(byte);
    }
    refused += reason(bytes) != "accepted";
  }
  EXPECT_GT(refused, 10'000);
  EXPECT_LT(refused, 20'000);
}

TEST(Serialize, NamesTheFileItCannotRead) {
  const std::string path = testing::TempDir() + "serialize_test.bad";
  std::ofstream(path) << "short";
  for (const std::string& bad :
       {path, testing::TempDir() + "no such file", testing::TempDir()}) {
    try {
      nn::load_safetensors(bad);
      ADD_FAILURE() << bad << " was accepted";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(bad), std::string::npos)
          << error.what();
    }
  }
  std::filesystem::remove(path);
}

TEST(Serialize, RefusesToWriteBadNames) {
  const Tensor one = Tensor(1);
  EXPECT_THROW(nn::safetensors_bytes({{"a", one}, {"a", one}}),
               std::invalid_argument);
  EXPECT_THROW(nn::safetensors_bytes({{"__metadata__", one}}),
               std::invalid_argument);
  EXPECT_THROW(nn::safetensors_bytes({{"\xff", one}}), std::invalid_argument);
  EXPECT_THROW(nn::safetensors_bytes({{"a", one}}, {{"k", "\xff"}}),
               std::invalid_argument);
}

TEST(Serialize, LoadsIntoParametersOfTheSameNamesAndShapes) {
  const auto file = parse_safetensors(own_file());
  const nn::Parameters layer = {{"b", Tensor::zeros(Shape{2, 1})},
                                {"a.weight", Tensor::zeros(Shape{3})}};
  nn::load_into(file, layer);
  EXPECT_EQ(layer[0].tensor.values(), (std::vector<Real>{4, 4}));
  EXPECT_EQ(layer[1].tensor.values(), (std::vector<Real>{0, 1, 2}));
  EXPECT_EQ(file.under("a").at("weight").size(), 3);
}

TEST(Serialize, NamesAllDifferencesAndChangesNothing) {
  const nn::Parameters layer = {{"b", Tensor::zeros(Shape{2, 1})},
                                {"a.weight", Tensor::zeros(Shape{4})},
                                {"c", Tensor::zeros(Shape{1})},
                                {"d", Tensor::zeros(Shape{1})}};
  auto file = parse_safetensors(own_file());
  file.tensors.push_back({"e", Tensor(1)});
  try {
    nn::load_into(file, layer);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "[load_into] the file does not fit:\n"
                 "  'a.weight' wants [4], got [3]\n"
                 "  'c' is missing\n"
                 "  'd' is missing\n"
                 "  'e' is left over");
  }
  EXPECT_EQ(layer[0].tensor.values(), (std::vector<Real>{0, 0}));
}

}  // namespace
