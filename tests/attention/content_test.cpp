#include "attention/content.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using autograd::Real;
using tests::expect_near;

// Keys of any length along (3, 4), against it, and across; sharpness
// log(1 + exp(0)) = log 2.
TEST(ContentScore, WorkedByHand) {
  const ContentScore score;
  const Tensor query = Tensor::from({1, 1, 3}, {3, 4, 0});
  const Tensor keys = Tensor::from({1, 3, 2}, {30, 40, -3, -4, 4, -3});
  const double ln2 = std::log(2.0);
  expect_near(score(query, score.project(keys)), {ln2, -ln2, 0});
}

TEST(ContentScore, EachQueryBringsItsSharpness) {
  const ContentScore score;
  const Tensor keys = Tensor::from({1, 2, 2}, {1, 0, 0, 1});
  const Tensor query = Tensor::from({1, 3, 3}, {1, 0, -50, 1, 0, 2, 1, 0, 500});
  const Tensor e = score(query, score.project(keys));
  expect_near(e, {0, 0, std::log1p(std::exp(2.0)), 0, 500, 0});
}

// Where the sharpness is the same for all, the score is a cosine of that
// temperature.
TEST(ContentScore, IsACosineOfOneTemperature) {
  autograd::Rng rng(1);
  const Tensor q = Tensor::uniform({2, 3, 7}, -1, 1, rng);
  const Tensor k = Tensor::uniform({2, 4, 7}, -1, 1, rng);
  const Real b = 3;
  const ContentScore content;
  const Tensor got =
      content(autograd::concat({q, Tensor::full({2, 3, 1}, b)}, -1),
              content.project(k));
  CosineScoreOptions options;
  options.temperature = Real(1 / std::log1p(std::exp(3.0)));
  const CosineScore cosine(options);
  const auto wanted = cosine(q, cosine.project(k)).values();
  expect_near(got, {wanted.begin(), wanted.end()});
}

TEST(ContentScore, RefusesAQueryWithoutSharpness) {
  const ContentScore score;
  EXPECT_NE(
      tests::thrown([&] {
        score(Tensor::ones({1, 1, 3}), score.project(Tensor::ones({1, 2, 3})));
      })
          .find("[ContentScore] wanted queries of 3 numbers and a "
                "sharpness, got [1, 1, 3]"),
      std::string::npos);
}

}  // namespace
}  // namespace attention
