#include "attention/drawers.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "attention/reinforce.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;

TEST(Drawers, AnswersAreWhatIsInTheDrawersAskedFor) {
  Rng rng(1);
  const int S = 5;
  const Drawers drawers = draw_drawers(3, S, rng);
  for (int b = 0; b < 3; ++b) {
    std::set<int> labels;
    for (int s = 0; s < S; ++s) labels.insert(drawers.labels[b * S + s]);
    EXPECT_EQ(labels.size(), 5u);
    for (int t = 0; t < S; ++t) {
      const int place = drawers.places[b * S + t];
      EXPECT_EQ(drawers.labels[b * S + place], t);
      EXPECT_EQ(drawers.contents[b * S + place], drawers.answers[b * S + t]);
    }
  }
  Rng same(1);
  EXPECT_EQ(draw_drawers(3, S, same).answers, drawers.answers);
  EXPECT_NE(tests::thrown([&] {
              draw_drawers(1, 0, rng);
            }).find("[draw_drawers] wanted at least one drawer"),
            std::string::npos);
}

// Tables made by hand: a label fits itself only, and a thing says its name.
TEST(Finder, FindsByHandMadeTables) {
  Rng rng(2);
  Finder finder({.drawers = 4, .width = 4}, rng);
  const Tensor one_hot = autograd::where(
      Tensor::from({4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}),
      Real(1), Real(0));
  for (Tensor* x : {static_cast<Tensor*>(&finder.query.weight),
                    static_cast<Tensor*>(&finder.answer.weight)})
    x->copy_from(one_hot * Real(60));
  finder.key.weight.copy_from(one_hot);
  finder.content.weight.copy_from(one_hot);
  const Drawers drawers = draw_drawers(2, 4, rng);
  for (const bool hard : {false, true}) {
    if (hard) finder.attend.read.read = Sample{};
    const auto [things, weights] = finder(drawers);
    EXPECT_EQ(things.shape(), (Shape{2, 4, 4}));
    EXPECT_EQ(weights.shape(), (Shape{2, 4, 4}));
    for (const Real log_p : answer_log_p(things, drawers).values())
      EXPECT_NEAR(log_p, 0, 1e-5);
    for (int t = 0; t < 4; ++t)
      EXPECT_NEAR(weights.at({1, t, drawers.places[4 + t]}), 1, 1e-5);
  }
}

TEST(Finder, ItsExpectationIsTheWitnessOfOneLook) {
  Rng rng(4);
  const Finder finder({.drawers = 3, .width = 4}, rng);
  const Drawers drawers = draw_drawers(1, 3, rng);
  const Tensor expected = expected_log_p(finder, drawers);
  const Tensor values = finder.content(drawers.contents);  // [1, S, D]
  for (int t = 0; t < 3; ++t) {
    const Tensor J = expected_reward(1, 3, [&](const Tensor& z) {
      const Tensor weights =
          autograd::slice(finder(drawers).weights, 1, t, t + 1);
      const Tensor place = autograd::unsqueeze(z, 0);
      const Tensor said =
          autograd::log_softmax(finder.answer(autograd::matmul(place, values)));
      const int answer = drawers.answers[t];
      return Episode{
          autograd::sum(log_probability(weights, place)),
          autograd::sum(autograd::slice(said, 2, answer, answer + 1))};
    });
    EXPECT_NEAR(J.item(), expected.at({0, t}), 1e-5);
  }
}

TEST(Finder, ForgetsNoParameter) {
  Rng rng(2);
  const Finder finder({.drawers = 3, .width = 4}, rng);
  const Drawers drawers = draw_drawers(2, 3, rng);
  autograd::mean(answer_log_p(finder(drawers).things, drawers)).backward();
  EXPECT_EQ(finder.parameters().size(), 5u);
  for (const auto& [name, tensor] : finder.parameters())
    EXPECT_TRUE(tensor.has_grad()) << name;
}

// With all weight on one drawer, every way reads the same and says so.
TEST(FinderLoss, IsTheSameWhereThereIsNoChoice) {
  Rng rng(2);
  Finder finder({.drawers = 1, .width = 4}, rng);
  const Drawers drawers = draw_drawers(3, 1, rng);
  for (const Looking looking : all_lookings) {
    finder.attend.read = read_of(looking);
    Baseline baseline;
    Rng draws(1);
    EXPECT_NEAR(finder_loss(finder, drawers, looking, baseline, draws).item(),
                0, 1e-6)
        << name_of(looking);
    EXPECT_NE(std::string(name_of(looking)), "");
  }
}

TEST(FinderLoss, TellsTheBaselineAfterwards) {
  Rng rng(2);
  Finder finder({.drawers = 3, .width = 4}, rng);
  const Drawers drawers = draw_drawers(3, 3, rng);
  finder.attend.read = read_of(Looking::baseline);
  Baseline with, without;
  Rng one(1), same(1);
  const Tensor a = finder_loss(finder, drawers, Looking::baseline, with, one);
  const Tensor b =
      finder_loss(finder, drawers, Looking::reinforce, without, same);
  EXPECT_EQ(a.item(), b.item()) << "both held against 0";
  EXPECT_LT(with.value, 0);
  EXPECT_EQ(without.value, 0);
}

}  // namespace
}  // namespace attention
