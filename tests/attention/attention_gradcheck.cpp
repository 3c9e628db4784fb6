#include <gtest/gtest.h>

#include <algorithm>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/attention/kinds.h"
#include "tests/attention/kinds_of_reads.h"
#include "tests/attention/zoo_kinds.h"
#include "tests/laws.h"

namespace laws {
namespace {

TEST(AttentionGradients, AreRightForEveryKind) {
  for (const auto& list : {kinds(), zoo()})
    for (const Kind& kind : list) {
      EXPECT_EQ(violation(Law::gradients_are_right, kind), "") << kind.name;
      if (!kind.context) continue;
      EXPECT_EQ(violation(Law::gradients_are_right, streamed(kind)), "")
          << kind.name << ", streamed";
    }
}

// What is drawn stays drawn while a number moves a little; so the gradient is
// that of what was read, but where a kind sends another on purpose.
TEST(AttentionGradients, AreRightForHardReadsButThoseDeclared) {
  for (const Kind& kind : hard_kinds()) {
    const bool right = violation(Law::gradients_are_right, kind).empty();
    const bool declared = std::count(kind.breaks.begin(), kind.breaks.end(),
                                     Law::gradients_are_right) > 0;
    EXPECT_EQ(right, !declared) << kind.name;
  }
}

// A hidden Inf takes the way through a memory for each query.
TEST(AttentionGradients, AreRightAroundAHiddenInf) {
  for (const Kind& kind : kinds()) {
    autograd::Rng rng(9);
    Tensor query = Tensor::uniform({2, 3, kind.query}, -1, 1, rng);
    Tensor keys = Tensor::uniform({2, 4, kind.key}, -1, 1, rng);
    Tensor values = Tensor::uniform({2, 4, kind.value}, -1, 1, rng);
    Tensor holes = Tensor::zeros(values.shape());
    holes.set({0, 3, 0}, std::numeric_limits<autograd::Real>::infinity());
    for (Tensor* x : {&query, &keys, &values}) x->requires_grad(true);
    const Mask mask = Mask::padding({3, 4}, 4) & Mask::window(3, 4, 1, 1);
    autograd::check_gradients(
        kind.name,
        [&](const std::vector<Tensor>& x) {
          return kind.attend(x[0], x[1], x[2] + holes, mask).context;
        },
        {query, keys, values});
  }
}

}  // namespace
}  // namespace laws
