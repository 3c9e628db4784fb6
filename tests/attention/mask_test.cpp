#include "attention/mask.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <stdexcept>

#include "autograd/ops.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Shape;

std::string picture(const Mask& mask) {
  std::ostringstream out;
  out << mask;
  return out.str();
}

TEST(Mask, PrintsItselfAsAPicture) {
  EXPECT_EQ(picture(Mask::causal(3)),
            "# . .\n"
            "# # .\n"
            "# # #\n");
  EXPECT_EQ(picture(Mask::padding({2, 0}, 3)), "# # .\n\n. . .\n");
  EXPECT_EQ(picture(Mask::window(3, 4, 1, 0)),
            "# . . .\n"
            "# # . .\n"
            ". # # .\n");
  EXPECT_EQ(picture(Mask()), "everything is visible\n");
}

TEST(Mask, CausalAlignsItselfAtTheLastKey) {
  EXPECT_EQ(picture(Mask::causal(2, 4)), "# # # .\n# # # #\n");
  EXPECT_THROW(Mask::causal(3, 2), std::invalid_argument);
}

TEST(Mask, AndIsWhatBothAllow) {
  const Mask both = Mask::causal(3) & Mask::padding({3, 1}, 3);
  EXPECT_EQ(both.visible().shape(), (Shape{2, 3, 3}));
  for (int b = 0; b < 2; ++b)
    for (int t = 0; t < 3; ++t)
      for (int s = 0; s < 3; ++s)
        EXPECT_EQ(both(b, t, s), s <= t && s < (b == 0 ? 3 : 1));
  EXPECT_TRUE((Mask() & Mask()).empty());
  EXPECT_EQ(picture(Mask() & Mask::causal(2)), picture(Mask::causal(2)));
  EXPECT_EQ(picture(Mask::causal(2) & Mask()), picture(Mask::causal(2)));
  EXPECT_THROW(Mask::causal(2) & Mask::causal(3), std::invalid_argument);
}

TEST(Mask, OneMayStandForAll) {
  const Mask mask = Mask::padding({2, 3}, 3);
  EXPECT_FALSE(mask.by_query());
  EXPECT_FALSE(mask(0, 5, 2));  // any query
  EXPECT_TRUE(Mask::causal(2).by_query());
  EXPECT_TRUE(Mask::causal(2)(9, 1, 0));  // any sentence
  EXPECT_TRUE(Mask()(1, 2, 3));
  EXPECT_FALSE(Mask().by_query());
}

TEST(Mask, OfOneQuery) {
  EXPECT_EQ(picture(Mask::causal(3).of_query(1)), "# # .\n");
  EXPECT_EQ(picture(Mask::padding({1}, 2).of_query(7)), "# .\n");
  EXPECT_TRUE(Mask().of_query(3).empty());
  EXPECT_THROW(Mask::causal(3).of_query(3), std::invalid_argument);
}

TEST(Mask, EndsWhereAQuerySeesNoMore) {
  using Ends = std::vector<Real>;
  EXPECT_EQ(Mask().ends(3).values(), Ends{3});
  EXPECT_EQ(Mask::padding({2, 0, 3}, 3).ends(3).values(), (Ends{2, 0, 3}));
  EXPECT_EQ(Mask::causal(2, 3).ends(3).values(), (Ends{2, 3}));
  const Mask both = Mask::padding({2, 3}, 3) & Mask::causal(3);
  EXPECT_EQ(both.ends(3).shape(), (autograd::Shape{2, 3}));
  EXPECT_EQ(both.ends(3).values(), (Ends{1, 2, 2, 1, 2, 3}));
  EXPECT_EQ(Mask(Tensor::from({1, 1, 4}, {1, 0, 1, 0})).ends(4).values(),
            Ends{3});
  EXPECT_EQ(Mask::padding({0, 0}, 0).ends(0).values(), (Ends{0, 0}));
  EXPECT_THROW(Mask::causal(3).ends(4), std::invalid_argument);
}

TEST(Mask, AnyPattern) {
  const Mask mask(Tensor::from({1, 2, 2}, {0, 7, -1, 0}));
  EXPECT_EQ(picture(mask), ". #\n# .\n");
  EXPECT_EQ(mask.visible().values(), (std::vector<Real>{0, 1, 1, 0}));
  EXPECT_THROW(Mask(Tensor::ones({2, 2})), std::invalid_argument);
  EXPECT_THROW(Mask{Tensor()}, std::invalid_argument);
}

TEST(Mask, HidesScoresWhateverTheyAre) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Real infinity = std::numeric_limits<Real>::infinity();
  Tensor scores = Tensor::from({2, 1, 2}, {1, nan, 3, 4});
  scores.requires_grad(true);
  const Tensor hidden = Mask::padding({1, 2}, 2).hide(scores);
  EXPECT_EQ(hidden.values(), (std::vector<Real>{1, -infinity, 3, 4}));
  hidden.backward(Tensor::full({2, 1, 2}, 5));
  EXPECT_EQ(scores.grad().values(), (std::vector<Real>{5, 0, 5, 5}));
}

TEST(Mask, HidesTheScoresOfEveryHead) {
  const Real infinity = std::numeric_limits<Real>::infinity();
  const Mask mask = Mask::causal(2) & Mask::padding({2, 0}, 2);
  const Tensor hidden = mask.hide(Tensor::ones({2, 3, 2, 2}));
  for (int b = 0; b < 2; ++b)
    for (int h = 0; h < 3; ++h)
      for (int t = 0; t < 2; ++t)
        for (int s = 0; s < 2; ++s)
          EXPECT_EQ(hidden.at({b, h, t, s}), mask(b, t, s) ? 1 : -infinity);
  EXPECT_THROW(mask.hide(Tensor::ones({3, 3, 2, 2})), std::invalid_argument);
}

// A [T, S] block of these would take four terabytes.
TEST(Mask, NeedsNoBlock) {
  const int million = 1 << 20;
  const Mask mask = Mask::causal(million) &
                    Mask::window(million, million, 100, 3) &
                    Mask::padding({million, 1000}, million);
  EXPECT_TRUE(mask(0, 5000, 5000));
  EXPECT_TRUE(mask(0, 5000, 4900));
  EXPECT_FALSE(mask(0, 5000, 4899));
  EXPECT_FALSE(mask(0, 5000, 5001));
  EXPECT_FALSE(mask(1, 5000, 5000));
  const auto& keys = mask.visible_keys();
  EXPECT_EQ(keys.lengths, (std::vector<int>{million, 1000}));
  EXPECT_EQ(keys.before, 100);
  EXPECT_EQ(keys.after, 0);
  EXPECT_FALSE(keys.pattern.defined());
  EXPECT_FALSE(mask.of_query(7).visible_keys().pattern.defined());
}

TEST(Mask, AndKeepsThePartsApart) {
  const Mask pattern(Tensor::from({1, 1, 3}, {1, 0, 1}));
  const Mask all = pattern & Mask::causal(3) & Mask::padding({2}, 3) &
                   Mask::padding({3, 1}, 3);
  EXPECT_EQ(all.shape(), (Shape{2, 3, 3}));
  EXPECT_EQ(all.visible_keys().lengths, (std::vector<int>{2, 1}));
  EXPECT_EQ(all.visible_keys().pattern.shape(), (Shape{1, 1, 3}));
  EXPECT_EQ(picture(all),
            "# . .\n# . .\n# . .\n\n"
            "# . .\n# . .\n# . .\n");
  EXPECT_EQ(picture(Mask(all.visible())), picture(all));
  EXPECT_TRUE(Mask().visible_keys().all());
  EXPECT_FALSE(Mask().visible().defined());
  EXPECT_THROW(Mask::padding({1, 2}, 3) & Mask::padding({1, 2, 3}, 3),
               std::invalid_argument);
}

// What stands for every query must not move with it.
TEST(Mask, OneQueryOfAWindowIsNoBand) {
  for (const Mask& mask :
       {Mask::window(1, 4, 0, 1), Mask::causal(1, 4),
        Mask::window(5, 4, 1, 0).of_query(3),
        Mask::window(5, 4, 1, 0).of_query(4),
        (Mask::window(5, 4, 1, 2) & Mask::padding({4, 1}, 4)).of_query(2)}) {
    EXPECT_FALSE(mask.by_query());
    EXPECT_EQ(mask.visible_keys().before, autograd::Visible::unbounded);
    EXPECT_EQ(mask.visible_keys().after, autograd::Visible::unbounded);
    EXPECT_EQ(picture(mask), picture(Mask(mask.visible())));
  }
  EXPECT_EQ(picture(Mask::window(5, 4, 1, 0).of_query(3)), ". . # #\n");
  EXPECT_EQ(picture(Mask::window(5, 4, 1, 0).of_query(4)), ". . . #\n");
  EXPECT_EQ(picture(Mask::window(1, 4, 0, 1)), "# # . .\n");
}

TEST(Mask, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Mask::padding({4}, 3), std::invalid_argument);
  EXPECT_THROW(Mask::padding({-1}, 3), std::invalid_argument);
  EXPECT_THROW(Mask::padding({}, 3), std::invalid_argument);
  EXPECT_THROW(Mask::window(2, 2, -1, 0), std::invalid_argument);
  EXPECT_THROW(Mask::causal(0), std::invalid_argument);
  const Mask mask = Mask::padding({1, 2}, 2);
  EXPECT_NO_THROW(mask.check_fits(2, 9, 2));
  EXPECT_THROW(mask.check_fits(3, 1, 2), std::invalid_argument);
  EXPECT_THROW(mask.check_fits(2, 1, 3), std::invalid_argument);
  EXPECT_THROW(mask.hide(Tensor::ones({2, 2})), std::invalid_argument);
  EXPECT_THROW(Mask::causal(3).check_fits(1, 2, 3), std::invalid_argument);
}

}  // namespace
}  // namespace attention
