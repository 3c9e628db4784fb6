#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

const Tensor a() { return Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6}); }
const Tensor b() { return Tensor::from({3, 2}, {1, 0, 2, 1, 0, 3}); }

TEST(Matmul, ByHand) {
  EXPECT_EQ(matmul(a(), b()).values(), (Values{5, 11, 14, 23}));
  EXPECT_EQ(matmul(transpose(b()), transpose(a())).values(),
            (Values{5, 14, 11, 23}));
}

TEST(Matmul, Vectors) {
  const Tensor v = Tensor::from({3}, {1, 0, 2});
  EXPECT_EQ(matmul(v, v).item(), 5);
  EXPECT_EQ(matmul(v, v).rank(), 0);
  EXPECT_EQ(matmul(a(), v).values(), (Values{7, 16}));
  EXPECT_EQ(matmul(v, b()).values(), (Values{1, 6}));
  EXPECT_EQ(matmul(Tensor::ones({4, 2, 3}), v).shape(), (Shape{4, 2}));
  EXPECT_EQ(matmul(Tensor::ones({2}), Tensor::ones({4, 2, 3})).shape(),
            (Shape{4, 3}));
}

TEST(Matmul, LeadingAxesBroadcast) {
  const Tensor batch =
      concat({reshape(a(), {1, 2, 3}), -reshape(a(), {1, 2, 3})}, 0);
  const Tensor y = matmul(batch, b());
  EXPECT_EQ(y.values(), (Values{5, 11, 14, 23, -5, -11, -14, -23}));
  EXPECT_EQ(matmul(Tensor::ones({5, 1, 2, 3}), Tensor::ones({4, 3, 2})).shape(),
            (Shape{5, 4, 2, 2}));
}

TEST(Matmul, GradientsByHand) {
  Tensor x = a(), w = b();
  x.requires_grad(true);
  w.requires_grad(true);
  matmul(x, w).backward(Tensor::from({2, 2}, {1, 0, 0, 2}));
  EXPECT_EQ(x.grad().values(), (Values{1, 2, 0, 0, 2, 6}));
  EXPECT_EQ(w.grad().values(), (Values{1, 8, 2, 10, 3, 12}));
}

TEST(Matmul, EmptySums) {
  EXPECT_EQ(matmul(Tensor::ones({2, 0}), Tensor::ones({0, 2})).values(),
            (Values{0, 0, 0, 0}));
  EXPECT_EQ(matmul(Tensor::ones({0, 3}), Tensor::ones({3, 2})).shape(),
            (Shape{0, 2}));
}

TEST(Matmul, RefusesWhatDoesNotFit) {
  EXPECT_THROW(matmul(a(), a()), std::invalid_argument);
  EXPECT_THROW(matmul(a(), Tensor(1)), std::invalid_argument);
  EXPECT_THROW(matmul(Tensor::ones({2, 2, 3}), Tensor::ones({3, 3, 2})),
               std::invalid_argument);
  try {
    matmul(a(), a());
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "[matmul] inner sizes differ: [2, 3] and [2, 3]");
  }
}

TEST(Linear, IsTheProductPlusTheBias) {
  const Tensor weight = transpose(b()), bias = Tensor::from({2}, {10, 20});
  EXPECT_EQ(linear(a(), weight, bias).values(), (Values{15, 31, 24, 43}));
  EXPECT_EQ(linear(a(), weight).values(), (Values{5, 11, 14, 23}));
  EXPECT_EQ(linear(select(a(), 0, 1), weight, bias).values(), (Values{24, 43}));
  EXPECT_EQ(linear(Tensor::ones({2, 5, 3}), weight, bias).shape(),
            (Shape{2, 5, 2}));
  EXPECT_THROW(linear(a(), b(), bias), std::invalid_argument);
  EXPECT_THROW(linear(a(), weight, Tensor::ones({3})), std::invalid_argument);
  EXPECT_THROW(linear(a(), Tensor::ones({3})), std::invalid_argument);
}

// Of a linear map that ends in more, and of the plain ops.
struct Outcome {
  Values y, dx, dweight, dbias, dresidual;
  std::uint64_t state;  // of the generator afterwards
};
template <class F>
Outcome outcome(int rows, int in, int out, const F& f) {
  Rng rng(7);
  auto leaf = [&](const Shape& shape) {
    return Tensor::normal(shape, 0, 1, rng).requires_grad(true);
  };
  Tensor x = leaf({2, rows, in}), weight = leaf({out, in}), bias = leaf({out}),
         residual = leaf({2, rows, out});
  const Tensor y = f(x, weight, bias, residual, rng);
  y.backward(Tensor::normal(y.shape(), 0, 1, rng));
  auto gradient = [](const Tensor& leaf) {
    return leaf.has_grad() ? leaf.grad().values() : Values{};
  };
  return {y.values(),     gradient(x),        gradient(weight),
          gradient(bias), gradient(residual), rng.bits()};
}
void expect_same(const Outcome& a, const Outcome& b) {
  EXPECT_EQ(a.y, b.y);
  EXPECT_EQ(a.dx, b.dx);
  EXPECT_EQ(a.dweight, b.dweight);
  EXPECT_EQ(a.dbias, b.dbias);
  EXPECT_EQ(a.dresidual, b.dresidual);
  EXPECT_EQ(a.state, b.state);
}

// Every end has the bits of the ops that it stands for.
TEST(Linear, EndsAsPlainOpsDo) {
  const Real p = Real(0.3);
  for (int rows : {0, 1, 7, 33})
    for (int out : {1, 9, 16, 600}) {
      SCOPED_TRACE(std::to_string(rows) + " rows to " + std::to_string(out));
      auto both = [&](const auto& ended, const auto& plain) {
        expect_same(outcome(rows, 5, out, ended), outcome(rows, 5, out, plain));
      };
      both(
          [&](auto& x, auto& w, auto& b, auto&, Rng& rng) {
            return linear(x, w, b, {.relu = true, .dropout = p, .rng = &rng});
          },
          [&](auto& x, auto& w, auto& b, auto&, Rng& rng) {
            return dropout(relu(linear(x, w, b)), p, rng);
          });
      both([&](auto& x, auto& w, auto&, auto&,
               Rng&) { return linear(x, w, {}, {.relu = true}); },
           [&](auto& x, auto& w, auto&, auto&, Rng&) {
             return relu(linear(x, w));
           });
      both(
          [&](auto& x, auto& w, auto& b, auto& r, Rng& rng) {
            return linear(x, w, b, {.dropout = p, .rng = &rng, .residual = r});
          },
          [&](auto& x, auto& w, auto& b, auto& r, Rng& rng) {
            return r + dropout(linear(x, w, b), p, rng);
          });
      both(  // without a generator there is no dropout
          [&](auto& x, auto& w, auto& b, auto& r, Rng&) {
            return linear(x, w, b, {.dropout = p, .residual = r});
          },
          [&](auto& x, auto& w, auto& b, auto& r, Rng&) {
            return r + linear(x, w, b);
          });
    }
}

TEST(Linear, EndsByHand) {
  const Tensor weight = transpose(b()), bias = Tensor::from({2}, {-12, 0});
  EXPECT_EQ(linear(a(), weight, bias, {.relu = true}).values(),
            (Values{0, 11, 2, 23}));
  const Tensor residual = Tensor::from({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(linear(a(), weight, bias, {.residual = residual}).values(),
            (Values{-6, 13, 5, 27}));
  EXPECT_EQ(
      linear(a(), weight, bias, {.residual = transpose(residual)}).values(),
      (Values{-6, 14, 4, 27}));
  EXPECT_EQ(linear(select(a(), 0, 0), weight, bias,
                   {.residual = select(residual, 0, 0)})
                .values(),
            (Values{-6, 13}));
}

TEST(Linear, RefusesEndsThatDoNotFit) {
  const Tensor weight = transpose(b());
  const Tensor residual = Tensor::ones({2, 2});
  EXPECT_THROW(linear(a(), weight, {}, {.relu = true, .residual = residual}),
               std::invalid_argument);
  EXPECT_THROW(linear(a(), weight, {}, {.residual = Tensor::ones({2})}),
               std::invalid_argument);
  EXPECT_THROW(linear(a(), weight, {}, {.dropout = 1}), std::invalid_argument);
  EXPECT_THROW(linear(a(), weight, {}, {.dropout = Real(-0.1)}),
               std::invalid_argument);
}

}  // namespace
}  // namespace autograd
