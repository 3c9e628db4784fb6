#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

double dot(const Numbers& a, const Numbers& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void expect_near(const Numbers& got, const Numbers& wanted, const char* why) {
  ASSERT_EQ(got.size(), wanted.size()) << "as wide as it was";
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-9) << why;
}

TEST(Rotation, PlaceZero) {
  expect_near(exercise::encode(0, 6), {0, 1, 0, 1, 0, 1},
              "sin 0 is 0 and cos 0 is 1, sines first in each pair");
}

TEST(Rotation, PlaceThree) {
  const double w = 1 / 100.0;  // 10000^(-2/4)
  expect_near(exercise::encode(3, 4),
              {std::sin(3.0), std::cos(3.0), std::sin(3 * w), std::cos(3 * w)},
              "the first pair by one radian a place, the second by 1/100");
}

TEST(Rotation, ShiftsAnyPlace) {
  for (const int p : {0, 1, 7, 50})
    for (const int k : {0, 1, 5, 30})
      expect_near(exercise::shift(exercise::encode(p, 8), k),
                  exercise::encode(p + k, 8),
                  "the row of p, shifted by k, is the row of p + k");
}

TEST(Rotation, ShiftsBack) {
  expect_near(exercise::shift(exercise::encode(9, 8), -4),
              exercise::encode(5, 8), "k may be negative");
}

TEST(Rotation, ShiftIsLinear) {
  const Numbers once = exercise::shift(Numbers{0.3, -0.2, 1, 2}, 3),
                twice = exercise::shift(Numbers{0.6, -0.4, 2, 4}, 3);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(twice.at(i), 2 * once.at(i), 1e-9)
        << "one matrix for all rows: do not look for the place in the row";
}

TEST(Rotation, TurnByHand) {
  expect_near(exercise::turn(Numbers{1, 0, 0, 1}, 2),
              {std::cos(2.0), std::sin(2.0), -std::sin(0.02), std::cos(0.02)},
              "from the first axis towards the second");
}

TEST(Rotation, TurnKeepsLength) {
  const Numbers x = {1, 2, 3, 4, 5, 6};
  const Numbers y = exercise::turn(x, 11);
  EXPECT_NEAR(dot(y, y), dot(x, x), 1e-9) << "a rotation stretches nothing";
}

TEST(Rotation, OnlyTheDistanceCounts) {
  const Numbers q = {0.5, -1, 2, 0.3}, k = {1, 0.2, -0.7, 0.9};
  const double near = dot(exercise::turn(q, 5), exercise::turn(k, 3)),
               far = dot(exercise::turn(q, 105), exercise::turn(k, 103)),
               other = dot(exercise::turn(q, 3), exercise::turn(k, 5));
  EXPECT_NEAR(near, far, 1e-9) << "both are two places apart";
  EXPECT_GT(std::abs(near - other), 0.1) << "before is not behind";
  EXPECT_NEAR(dot(exercise::turn(q, 7), exercise::turn(k, 7)), dot(q, k), 1e-9)
      << "at the same place nothing is turned";
}

}  // namespace
