#include "autograd/graph.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "autograd/ops.h"
#include "autograd/walk.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

Tensor leaf(const Shape& shape, const Values& values) {
  return Tensor::from(shape, values).requires_grad(true);
}

TEST(Backward, ByHand) {
  const Tensor a = leaf({}, {2}), b = leaf({}, {3});
  const Tensor y = a * b + exp(a - 2) * 4;  // dy/da = b + 4, dy/db = a
  EXPECT_EQ(y.item(), 10);
  y.backward();
  EXPECT_EQ(a.grad().item(), 7);
  EXPECT_EQ(b.grad().item(), 2);
}

TEST(Backward, FansOutAndAddsUp) {
  Tensor x = leaf({2}, {1, 2});
  const Tensor h = x * x;
  sum(h + h * h + x).backward();  // 2x + 4x^3 + 1
  EXPECT_EQ(x.grad().values(), (Values{7, 37}));
  sum(x).backward();  // onto what is there
  EXPECT_EQ(x.grad().values(), (Values{8, 38}));
  x.zero_grad();
  EXPECT_FALSE(x.has_grad());
}

TEST(Backward, WithAGivenGradient) {
  const Tensor x = leaf({2, 2}, {1, 2, 3, 4});
  (x * x).backward(Tensor::from({2, 2}, {1, 10, 100, 0}));
  EXPECT_EQ(x.grad().values(), (Values{2, 40, 600, 0}));
  EXPECT_EQ(tests::thrown([&] { (x * x).backward(); }),
            "[backward] wanted a scalar, got shape [2, 2]; give the gradient "
            "of the outcome by this tensor");
  EXPECT_EQ(tests::thrown([&] { (x * x).backward(Tensor::ones({4})); }),
            "[backward] wanted a gradient of shape [2, 2], got [4]");
  EXPECT_EQ(tests::thrown([] { Tensor::ones({}).backward(); }),
            "[backward] nothing here requires a gradient");
}

TEST(Backward, WithAGradientThatThePassWrites) {
  const Tensor x = leaf({2}, {2, 3});
  sum(x * x).backward();
  (x * x).backward(x.grad());  // g + 2 x g, with g = 2 x before
  EXPECT_EQ(x.grad().values(), (Values{20, 42}));
}

TEST(Backward, LeavesTheGivenGradientAlone) {
  const Tensor x = leaf({2}, {2, 3}), dy = Tensor::from({2}, {1, 10});
  const Tensor y = x * x;
  y.backward(dy, true);
  y.backward(dy);
  EXPECT_EQ(x.grad().values(), (Values{8, 120}));
  EXPECT_EQ(dy.values(), (Values{1, 10}));
}

TEST(Backward, FromALeaf) {
  const Tensor x = leaf({}, {2});
  x.backward();
  EXPECT_EQ(x.grad().item(), 1);
}

TEST(Backward, ReleasesTheGraph) {
  const Tensor x = leaf({}, {2});
  const Tensor h = x * x, y = h * h;
  y.backward();
  EXPECT_EQ(x.grad().item(), 32);
  EXPECT_EQ(tests::thrown([&] { y.backward(); }),
            "[backward] the graph of 'multiply' was released by an earlier "
            "backward; retain_graph keeps it");
  EXPECT_THROW((h * 2).backward(), std::invalid_argument);
  EXPECT_THROW(h.grad(), std::invalid_argument);
  EXPECT_EQ(x.grad().item(), 32);  // nothing was added by what failed
}

TEST(Backward, RetainsTheGraphWhereAsked) {
  const Tensor x = leaf({}, {3});
  const Tensor y = x * x;
  y.backward(true);
  EXPECT_EQ(x.grad().item(), 6);
  y.backward(true);
  EXPECT_EQ(x.grad().item(), 12);
  y.backward();
  EXPECT_EQ(x.grad().item(), 18);
  EXPECT_THROW(y.backward(), std::invalid_argument);
}

TEST(Backward, RefusesAValueWrittenInPlace) {
  Tensor x = leaf({2}, {1, 2});
  const Tensor y = sum(x * x);
  x.fill(5);
  const std::string text = tests::thrown([&] { y.backward(); });
  EXPECT_NE(text.find("input 0 of 'multiply' was written in place"),
            std::string::npos)
      << text;
  EXPECT_FALSE(x.has_grad());
  const Tensor z = exp(x);
  z.detach().fill(0);  // backward of exp reads its result
  EXPECT_NE(tests::thrown([&] { sum(z).backward(); }).find("in place"),
            std::string::npos);
  const Tensor again = sum(x * x);
  again.backward();
  EXPECT_EQ(x.grad().values(), (Values{10, 10}));
}

// Fewer under a sanitizer, whose frames are larger: a recursion shows as well.
TEST(Backward, AMillionOpsDoNotRecurse) {
#ifdef ATTENTION_SANITIZED
  constexpr int ops = 200'000;
#else
  constexpr int ops = 1'000'000;
#endif
  const Tensor x = leaf({}, {1});
  Tensor y = x;
  for (int i = 0; i < ops; ++i) y = -y;
  EXPECT_EQ(y.item(), 1);
  y.backward();
  EXPECT_EQ(x.grad().item(), 1);
  for (int i = 0; i < ops; ++i) y = x + y;
  y = Tensor();  // never gone backward
}

// Doubles its operand and notes that its backward ran.
thread_local std::vector<int> visited;
Tensor noted(const Tensor& x, int name) {
  return record("noted", x.detach() + x.detach(), {x},
                [name](const Tensor& y, const Inputs& in) {
                  visited.push_back(name);
                  if (auto dx = add_to(in[0]))
                    add_into(
                        dx, [](kernels::Vec dy) { return dy + dy; },
                        gradient(y));
                });
}

TEST(Backward, VisitsInTheOrderOfInputsNotOfCreation) {
  const Tensor x = leaf({}, {1});
  for (bool swapped : {false, true}) {
    const Tensor first = noted(x, swapped ? 2 : 1);
    const Tensor second = noted(x, swapped ? 1 : 2);
    visited.clear();
    (swapped ? second + first : first + second).backward();
    EXPECT_EQ(visited, (std::vector<int>{2, 1}));
  }
}

TEST(Backward, RunsEachNodeOnce) {
  const Tensor x = leaf({}, {1});
  const Tensor h = noted(x, 7);
  visited.clear();
  (h * h + h).backward();
  EXPECT_EQ(visited, std::vector<int>{7});
  EXPECT_EQ(x.grad().item(), 10);  // (2 h + 1) 2 at h = 2
}

// The identity; its Node holds the token.
Tensor holding(const Tensor& x, std::shared_ptr<int> token, bool broken) {
  return record("holding", x.clone(), {x},
                [token, broken](const Tensor& y, const Inputs& in) {
                  if (broken) throw std::runtime_error("broken");
                  if (auto dx = add_to(in[0]))
                    add_into(
                        dx, [](kernels::Vec dy) { return dy; }, gradient(y));
                });
}

TEST(Backward, LetsGoOfTheGraphWhenAnOpThrows) {
  const Tensor x = leaf({}, {3});
  const Tensor kept = x * 2;
  const auto token = std::make_shared<int>();
  Tensor y = holding(x * 3, token, false) *
             holding(holding(kept, token, false) + x * x, token, true);
  EXPECT_EQ(token.use_count(), 4);
  EXPECT_THROW(y.backward(), std::runtime_error);
  y = Tensor();
  EXPECT_EQ(token.use_count(), 1);
  kept.backward();
  EXPECT_EQ(x.grad().item(), 2);
}

TEST(Gradients, OfWindows) {
  const Tensor x = leaf({2, 3}, {1, 2, 3, 4, 5, 6});
  sum(slice(x, 1, 0, 3, 2) * 2).backward();
  EXPECT_EQ(x.grad().values(), (Values{2, 0, 2, 2, 0, 2}));
  EXPECT_EQ(select(x, 1, 2).grad().values(), (Values{2, 2}));
  EXPECT_EQ(transpose(x).grad().values(), (Values{2, 2, 0, 0, 2, 2}));
  EXPECT_EQ(tests::thrown([&] {
              expand(slice(x, 0, 0, 1), {4, 3}).grad();
            }),
            "[grad] axis 0 of this window is expanded: its elements share one "
            "gradient");
  EXPECT_THROW(Tensor::ones({2}).grad(), std::invalid_argument);
}

TEST(Gradients, OfExpandedOperandsAreSums) {
  const Tensor row = leaf({3}, {1, 2, 3}), column = leaf({2, 1}, {1, 10});
  sum(row * column).backward();
  EXPECT_EQ(row.grad().values(), (Values{11, 11, 11}));
  EXPECT_EQ(column.grad().values(), (Values{6, 6}));
}

TEST(Gradients, AreNotRecordedWithoutGrad) {
  const Tensor x = leaf({}, {2});
  {
    NoGrad no_grad;
    EXPECT_FALSE(recording());
    { NoGrad inner; }
    EXPECT_FALSE((x * x).requires_grad());
  }
  EXPECT_TRUE(recording());
  EXPECT_TRUE((x * x).requires_grad());
  EXPECT_FALSE((x.detach() * 2).requires_grad());
  (x * x.detach()).backward();
  EXPECT_EQ(x.grad().item(), 2);
}

// A new op as a student writes it: y = x^3, with one call.
Tensor cube(const Tensor& x) {
  using kernels::Vec;
  Tensor y = Tensor::empty(x.shape());
  map_into(
      mutable_values(y), [](Vec x) { return x * x * x; }, values(x));
  return record("cube", y, {x}, [](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0]))
      add_into(
          dx, [](Vec dy, Vec x) { return Vec(3) * dy * x * x; }, gradient(y),
          values(in[0]));
  });
}

TEST(Record, IsAllThatANewOpNeeds) {
  const Tensor x = leaf({2, 2}, {1, 2, 3, 4});
  const Tensor y = cube(transpose(x));
  EXPECT_EQ(y.values(), (Values{1, 27, 8, 64}));
  sum(y).backward();
  EXPECT_EQ(x.grad().values(), (Values{3, 12, 27, 48}));
  EXPECT_EQ(graph_line(*cube(x).node()).substr(0, 1), "%");
}

// The block itself where it is all there is, else its values.
TEST(Gradients, AreTakenOverOrAdded) {
  Tensor x = Tensor::ones({2, 2}).requires_grad(true);
  const auto given = [] {
    Storage dx(16 * sizeof(Real));
    for (int i = 0; i < 4; ++i) dx.as<Real>()[i] = static_cast<Real>(i);
    return dx;
  };
  Storage block = given();
  const Real* place = block.as<Real>();
  give_gradient(x, std::move(block));
  EXPECT_EQ(x.grad().data(), place);
  give_gradient(x, given());
  EXPECT_EQ(x.grad().data(), place);
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{0, 2, 4, 6}));
  x.zero_grad();
  give_gradient(transpose(x), given());
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{0, 2, 1, 3}));
  give_gradient(select(x, 0, 1), given());
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{0, 2, 1, 4}));
  give_gradient(Tensor::ones({2}), given());  // wants none
}

}  // namespace
}  // namespace autograd
