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
