#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;
using Rows = std::vector<Numbers>;

// By how much the score of the first key is above that of the second.
double gap(const Numbers& query, const Rows& keys) {
  const Numbers alpha = exercise::weights(query, keys);
  EXPECT_EQ(alpha.size(), keys.size()) << "a weight for each key";
  if (alpha.size() != keys.size()) return NAN;
  double sum = 0;
  for (const double weight : alpha) sum += weight;
  EXPECT_NEAR(sum, 1, 1e-12) << "weights sum to one";
  return std::log(alpha[0] / alpha[1]);
}

TEST(MissingRoot, FourNumbers) {
  EXPECT_NEAR(gap({1, 2, 0, 1}, {{1, 1, 0, 1}, {0, 0, 5, 0}}), 2, 1e-12)
      << "q . k = 4, over the root of 4";
}

TEST(MissingRoot, NineNumbers) {
  EXPECT_NEAR(gap(Numbers(9, 1), {Numbers(9, 1), Numbers(9, 0)}), 3, 1e-12)
      << "9 over the root of 9";
}

TEST(MissingRoot, AsSharpWhateverTheWidth) {
  for (const int D : {16, 64, 256, 1024}) {
    // Of D numbers as many agree as it takes for a product of sqrt(D).
    Numbers key(static_cast<std::size_t>(D), 0);
    for (int i = 0; i < static_cast<int>(std::sqrt(D)); ++i) key[i] = 1;
    EXPECT_NEAR(gap(Numbers(key.size(), 1), {key, Numbers(key.size(), 0)}), 1,
                1e-12)
        << "a typical product, sqrt(" << D << "), is a score of 1";
  }
}

TEST(MissingRoot, ByTheWidthNotByTheKeys) {
  const Rows keys = {{2, 2, 2, 2}, {0, 0, 0, 0}, {1, 1, 1, 1}};
  EXPECT_NEAR(gap({1, 1, 1, 1}, keys), 4, 1e-12)
      << "three keys of four numbers: 8 over the root of 4";
}

TEST(MissingRoot, BelowZero) {
  EXPECT_NEAR(gap({-1, 0, 0, 0}, {{3, 0, 0, 0}, {1, 9, 9, 9}}), -1, 1e-12)
      << "-3 and -1, over 2";
}

TEST(MissingRoot, LargeScores) {
  EXPECT_NEAR(gap({1000, 0, 0, 0}, {{2, 0, 0, 0}, {1.996, 0, 0, 0}}), 2, 1e-9)
      << "exp(1000) is infinite: take the largest score off first";
}

TEST(MissingRoot, NoKeysAndOne) {
  EXPECT_TRUE(exercise::weights({1, 2}, {}).empty()) << "nothing to weigh";
  EXPECT_EQ(exercise::weights({1, 2}, {{3, 4}}), Numbers{1})
      << "a single key has all of it";
  EXPECT_NEAR(gap({4, 0, 0, 0}, {{1, 0, 0, 0}, {0, 1, 0, 0}}), 2, 1e-12)
      << "4 over the root of 4";
}

}  // namespace
