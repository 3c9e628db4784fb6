// The checker must see red: three ops with a seeded fault, each made through
// `record` as an op of the library is.
#include "autograd/gradcheck.h"

#include <gtest/gtest.h>

#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using kernels::Vec;

Tensor leaf(const Shape& shape, int seed) {
  Rng rng(static_cast<std::uint64_t>(seed));
  return Tensor::normal(shape, 0, 1, rng).requires_grad(true);
}

// What the checker says about an op; empty where it finds nothing.
std::string complaint(const std::string& name, const Function& function,
                      const std::vector<Tensor>& inputs) {
  try {
    check_gradients(name, function, inputs);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// A plain sum of the output would not see this one: rows sum to one.
Tensor softmax_without_gradient(const Tensor& x) {
  return record("softmax_without_gradient", softmax(x.detach()), {x},
                [](const Tensor&, const Inputs& in) {
                  if (auto dx = add_to(in[0]))
                    add_into(
                        dx, [](Vec x) { return x - x; }, values(in[0]));
                });
}

Tensor multiply_missing_a_term(const Tensor& a, const Tensor& b) {
  return record("multiply_missing_a_term", a.detach() * b.detach(), {a, b},
                [](const Tensor& y, const Inputs& in) {
                  if (auto da = add_to(in[0]))
                    add_into(
                        da, [](Vec dy, Vec b) { return dy * b; }, gradient(y),
                        values(in[1]));
                });
}

// b [n] is added to every row of a [m, n]; its gradient is the last row's.
Tensor add_without_summing(const Tensor& a, const Tensor& b) {
  auto same = [](Vec dy) { return dy; };
  return record("add_without_summing", a.detach() + b.detach(), {a, b},
                [same](const Tensor& y, const Inputs& in) {
                  if (auto da = add_to(in[0])) add_into(da, same, gradient(y));
                  if (auto db = add_to(in[1]))
                    add_into(db, same, gradient(select(y, 0, -1)));
                });
}

TEST(GradientChecks, SeeASoftmaxWithoutGradient) {
  const auto f = [](auto& x) { return softmax_without_gradient(x[0]); };
  EXPECT_NE(complaint("softmax_without_gradient", f, {leaf({2, 5}, 1)}), "");
  const auto right = [](auto& x) { return softmax(x[0]); };
  EXPECT_EQ(complaint("softmax", right, {leaf({2, 5}, 1)}), "");
}

TEST(GradientChecks, SeeAMissingTerm) {
  const auto f = [](auto& x) { return multiply_missing_a_term(x[0], x[1]); };
  const std::string text =
      complaint("product", f, {leaf({2, 3}, 1), leaf({2, 3}, 2)});
  EXPECT_NE(text.find("product: input 1, index [0, 0] of [2, 3]: got 0, "
                      "expected "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("6 of 12 elements differ"), std::string::npos) << text;
  const Tensor x = leaf({2, 3}, 1);
  EXPECT_NE(complaint("square", f, {x, x}), "");
}

TEST(GradientChecks, SeeABroadcastThatIsNotSummed) {
  const auto f = [](auto& x) { return add_without_summing(x[0], x[1]); };
  EXPECT_NE(complaint("bias", f, {leaf({3, 4}, 1), leaf({4}, 2)}), "");
  EXPECT_EQ(complaint("bias", f, {leaf({1, 4}, 1), leaf({4}, 2)}), "");
}

TEST(GradientChecks, SeeAGradientOutsideTheWindow) {
  const auto f = [](auto& x) {
    return record("leaking", x[0].detach() * 2, {x[0]},
                  [](const Tensor&, const Inputs& in) {
                    Tensor whole = const_cast<Node*>(in[0].node())->whole();
                    if (auto dx = add_to(whole))
                      add_into(
                          dx, [](Vec) { return Vec(2); }, values(whole));
                  });
  };
  EXPECT_NE(complaint("leaking", f, {slice(leaf({9}, 1), 0, 0, 9, 2)}), "");
}

TEST(GradientChecks, SeeNaN) {
  const auto f = [](auto& x) { return x[0] * (Tensor(0) / Tensor(0)); };
  EXPECT_NE(complaint("nan", f, {leaf({2}, 1)}), "");
}

}  // namespace
}  // namespace autograd
