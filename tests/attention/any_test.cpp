#include "attention/any.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "attention/names.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/attention/zoo_kinds.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using autograd::Rng;
using autograd::select;
using autograd::slice;
using laws::AnyAttention;
using laws::zoo_width;

// Calls test(attention, name) for every score with every alignment.
template <class Test>
void for_the_zoo(const Test& test) {
  for (const ScoreOptions& score : laws::zoo_scores())
    for (const AlignOptions& align : laws::zoo_aligns()) {
      const std::string name = laws::zoo_name(score, align);
      SCOPED_TRACE(name);
      test(laws::zoo_attention(score, align));
    }
}

Tensor random(const autograd::Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return Tensor::uniform(shape, -1, 1, rng);
}

TEST(Any, KindsHaveNames) {
  for (const char* name : {"dot", "scaled_dot", "general", "additive", "concat",
                           "cosine", "location", "location_aware"})
    EXPECT_EQ(name_of(kind_of<ScoreKind>(name, "[test]")), name);
  for (const char* name :
       {"softmax", "local_m", "local_p", "sigmoid", "sparsemax"})
    EXPECT_EQ(name_of(kind_of<AlignKind>(name, "[test]")), name);
  EXPECT_THROW(kind_of<AlignKind>("hard", "[test]"), std::invalid_argument);
}

TEST(Any, KindsAreInTheOrderOfTheirPolicies) {
  for (const ScoreOptions& options : laws::zoo_scores()) {
    Rng rng(1);
    EXPECT_EQ(AnyScore(options, rng).score.index(),
              static_cast<std::size_t>(options.kind));
  }
  for (const AlignOptions& options : laws::zoo_aligns()) {
    Rng rng(1);
    EXPECT_EQ(AnyAlign(options, rng).align.index(),
              static_cast<std::size_t>(options.kind));
  }
}

TEST(Any, ParametersHaveNamesOfTheirOwn) {
  for_the_zoo([](const AnyAttention& attend) {
    std::set<std::string> names;
    for (const auto& parameter : attend.parameters()) {
      EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
      EXPECT_TRUE(parameter.tensor.requires_grad()) << parameter.name;
    }
  });
}

TEST(Any, CopiesAreDeep) {
  ScoreOptions options = laws::zoo_scores()[3];
  Rng rng(1);
  const AnyScore one(options, rng), two = one;
  EXPECT_NE(one.parameters()[0].tensor.node(),
            two.parameters()[0].tensor.node());
}

TEST(Any, StepsAreQueriesOneByOne) {
  const Tensor query = random({2, 4, zoo_width}, 1),
               keys = random({2, 6, zoo_width}, 2),
               values = random({2, 6, 3}, 3);
  const Mask mask = Mask::padding({6, 3}, 6);
  for_the_zoo([&](const AnyAttention& attend) {
    const Memory memory = attend.prepare(keys, values, mask);
    const Step before = laws::read_before(query, keys, mask);
    const Result all = attend(query, memory, before);
    for (int t = 0; t < 4; ++t) {
      Step step;
      step.position = t;
      step.previous = step.coverage = select(before.previous, 1, t);  // [B, S]
      const Result one = attend(select(query, 1, t), memory, step);
      EXPECT_EQ(one.weights.values(), select(all.weights, 1, t).values());
      EXPECT_EQ(one.context.values(), select(all.context, 1, t).values());
    }
  });
}

// Four heads of queries, two of keys and values.
TEST(Any, HeadsAreSeparateAttentions) {
  const Tensor query = random({2, 4, 3, zoo_width}, 1),
               keys = random({2, 2, 6, zoo_width}, 2),
               values = random({2, 2, 6, 3}, 3);
  const Mask mask = Mask::padding({6, 3}, 6);
  for_the_zoo([&](const AnyAttention& attend) {
    Step step;
    step.previous = step.coverage = random({2, 4, 3, 6}, 4);
    const Result all = attend(query, attend.prepare(keys, values, mask), step);
    for (int h = 0; h < 4; ++h) {
      Step head;
      head.previous = head.coverage = select(step.previous, 1, h);
      const Result one = attend(select(query, 1, h),
                                attend.prepare(select(keys, 1, h / 2),
                                               select(values, 1, h / 2), mask),
                                head);
      const auto weights = select(all.weights, 1, h).values();
      tests::expect_near(one.weights, {weights.begin(), weights.end()});
      const auto context = select(all.context, 1, h).values();
      tests::expect_near(one.context, {context.begin(), context.end()});
    }
  });
}

// The temperature divides whatever the alignment does with the scores.
TEST(Any, TemperatureDividesTheScores) {
  const Tensor e = random({2, 3, 5}, 1);
  for (AlignOptions options : laws::zoo_aligns()) {
    Rng rng(1), again(1);
    options.temperature = 1;
    const AnyAlign plain(options, rng);
    options.temperature = Real(0.25);
    const AnyAlign cool(options, again);
    Step step;
    step.query = random({2, 3, zoo_width}, 2);
    EXPECT_EQ(cool(e, {}, step).values(), plain(e * 4, {}, step).values());
  }
}

TEST(Any, SizesOfNothing) {
  for_the_zoo([&](const AnyAttention& attend) {
    const Tensor query = random({2, 3, zoo_width}, 1);
    const Tensor keys = random({2, 0, zoo_width}, 2);
    Step step;
    step.previous = step.coverage = Tensor::zeros({2, 3, 0});
    const auto [context, weights] =
        attend(query, attend.prepare(keys, Tensor::zeros({2, 0, 3})), step);
    EXPECT_EQ(weights.shape(), (autograd::Shape{2, 3, 0}));
    EXPECT_EQ(context.values(), std::vector<Real>(18));
  });
}

TEST(Any, RefusesWhatDoesNotFit) {
  Rng rng(1);
  for (ScoreOptions options : laws::zoo_scores()) {
    if (options.kind == ScoreKind::dot ||
        options.kind == ScoreKind::scaled_dot ||
        options.kind == ScoreKind::cosine)
      continue;
    options.query = 0;
    EXPECT_THROW(AnyScore(options, rng), std::invalid_argument);
  }
  ScoreOptions score;
  score.kind = ScoreKind::location_aware;
  score.query = score.key = score.width = score.filters = 3;
  score.kernel = 4;
  EXPECT_THROW(AnyScore(score, rng), std::invalid_argument);
  score.kind = ScoreKind::cosine;
  score.temperature = 0;
  EXPECT_THROW(AnyScore(score, rng), std::invalid_argument);
  AlignOptions align;
  align.temperature = 0;
  EXPECT_THROW(AnyAlign(align, rng), std::invalid_argument);
  align = {};
  align.kind = AlignKind::local_p;
  align.query = 3;
  EXPECT_THROW(AnyAlign(align, rng), std::invalid_argument);  // no window
  align.window = 1;
  align.query = 0;
  EXPECT_THROW(AnyAlign(align, rng), std::invalid_argument);
  // Weights before of another number of keys.
  score.kind = ScoreKind::location_aware;
  score.kernel = 3;
  const AnyScore aware(score, rng);
  Step step;
  step.previous = Tensor::zeros({1, 1, 5});
  EXPECT_THROW(
      aware(random({1, 1, 3}, 1), aware.project(random({1, 4, 3}, 2)), step),
      std::invalid_argument);
}

}  // namespace
}  // namespace attention
