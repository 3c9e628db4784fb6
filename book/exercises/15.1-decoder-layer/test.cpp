#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "answer.h"

namespace {

using exercise::decoder_layer;
using exercise::norm;
using exercise::Parts;
using exercise::Row;
using exercise::Rows;

void expect_rows(const Rows& got, const Rows& wanted, const std::string& why) {
  ASSERT_EQ(got.size(), wanted.size()) << why;
  for (std::size_t t = 0; t < got.size(); ++t) {
    ASSERT_EQ(got[t].size(), wanted[t].size()) << why;
    for (std::size_t i = 0; i < got[t].size(); ++i)
      EXPECT_NEAR(got[t][i], wanted[t][i], 1e-4) << why;
  }
}

// Parts that add up to nothing, and note when and with what they are called.
struct Notes {
  std::string order;
  std::vector<Rows> given;

  Parts parts() {
    const auto note = [this](const char* name) {
      return [this, name](const Rows& x) {
        order += name;
        given.push_back(x);
        return Rows(x.size(), Row(x[0].size(), 0.0));
      };
    };
    return {note("target "), note("source "), note("forward ")};
  }
};

// Each part gives the same rows whatever it is asked.
Parts constant(const Rows& target, const Rows& source, const Rows& forward) {
  return {[=](const Rows&) { return target; },
          [=](const Rows&) { return source; },
          [=](const Rows&) { return forward; }};
}

TEST(DecoderLayer, NormByHand) {
  expect_rows(norm({{1, 3}}), {{-1, 1}}, "mean 2, and 1 away from it");
  expect_rows(norm({{0, 0, 3, 3}}), {{-1, -1, 1, 1}}, "mean 1.5");
  expect_rows(norm({{1, 3}, {10, 30}}), {{-1, 1}, {-1, 1}},
              "each row by itself");
}

TEST(DecoderLayer, NormOfEqualNumbers) {
  expect_rows(norm({{7, 7, 7}}), {{0, 0, 0}}, "0 over a small number, not 0");
  EXPECT_NEAR(norm({{0.001, -0.001}})[0][0], 0.001 / std::sqrt(1e-6 + 1e-5),
              1e-6)
      << "1e-5 stands under the root";
}

TEST(DecoderLayer, TheOrder) {
  for (const bool norm_first : {false, true}) {
    Notes notes;
    decoder_layer(notes.parts(), {{1, 2}, {3, 5}}, norm_first);
    EXPECT_EQ(notes.order, "target source forward ") << "each once";
  }
}

TEST(DecoderLayer, PostNormByHand) {
  expect_rows(
      decoder_layer(constant({{2, 0}}, {{0, 4}}, {{5, 0}}), {{1, 1}}, false),
      {{1, -1}}, "[3 1] to [1 -1]; [1 3] to [-1 1]; [4 1] to [1 -1]");
  Rows wanted = norm({{0, 0, 9}});
  wanted[0][1] += 1;
  wanted = norm(wanted);
  wanted[0][0] += 2;
  expect_rows(decoder_layer(constant({{0, 0, 9}}, {{0, 1, 0}}, {{2, 0, 0}}),
                            {{0, 0, 0}}, false),
              norm(wanted), "a norm after each of the three sums");
}

TEST(DecoderLayer, PreNormIsAllSums) {
  expect_rows(
      decoder_layer(constant({{2, 0}}, {{0, 4}}, {{5, 0}}), {{1, 1}}, true),
      {{8, 5}}, "1 + 2 + 0 + 5 and 1 + 0 + 4 + 0");
}

TEST(DecoderLayer, PreNormGivesNormedRowsToItsParts) {
  Notes notes;
  const Rows x = {{1, 3}, {10, 50}};
  const Rows y = decoder_layer(notes.parts(), x, true);
  expect_rows(y, x, "nothing was added, so nothing has changed");
  for (const Rows& given : notes.given)
    expect_rows(given, {{-1, 1}, {-1, 1}}, "the norm of what there is");
}

TEST(DecoderLayer, PostNormGivesWhatThereIs) {
  Notes notes;
  decoder_layer(notes.parts(), {{1, 3}}, false);
  ASSERT_EQ(notes.given.size(), 3u);
  expect_rows(notes.given[0], {{1, 3}}, "the first gets x as it came");
  expect_rows(notes.given[1], {{-1, 1}}, "the second what the first has made");
}

TEST(DecoderLayer, TheSourceIsAskedByWhatWasRead) {
  Rows asked;
  Parts parts = constant({{0, 8}}, {}, {{0, 0}});
  parts.read_source = [&](const Rows& x) {
    asked = x;
    return Rows{{0, 0}};
  };
  decoder_layer(parts, {{1, 0}}, false);
  expect_rows(asked, {{-1, 1}}, "the query is [1 8], normed, and not x");
}

}  // namespace
