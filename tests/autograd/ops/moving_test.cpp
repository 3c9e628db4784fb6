#include <gtest/gtest.h>

#include "autograd/kernels/simd.h"
#include "autograd/ops.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

const Tensor x() { return reshape(Tensor::arange(6), {2, 3}); }

TEST(Moving, Contiguous) {
  const Tensor t = x();
  EXPECT_EQ(contiguous(t).node(), t.node());
  EXPECT_TRUE(contiguous(transpose(t)).dense());
  EXPECT_EQ(contiguous(transpose(t)).values(), transpose(t).values());
}

TEST(Moving, Concat) {
  EXPECT_EQ(concat({x(), slice(x(), 0, 1, 2)}, 0).values(),
            (Values{0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_EQ(concat({slice(x(), 1, 2, 3), x()}, -1).values(),
            (Values{2, 0, 1, 2, 5, 3, 4, 5}));
  EXPECT_THROW(concat({}, 0), std::invalid_argument);
  EXPECT_THROW(concat({x(), transpose(x())}, 0), std::invalid_argument);
  EXPECT_THROW(concat({x(), Tensor::ones({3})}, 0), std::invalid_argument);
  EXPECT_THROW(concat({x()}, 2), std::invalid_argument);
}

TEST(Moving, Stack) {
  const Tensor y = stack({x(), -x()}, -1);
  EXPECT_EQ(y.shape(), (Shape{2, 3, 2}));
  EXPECT_EQ(select(y, 2, 1).values(), (-x()).values());
  EXPECT_EQ(stack({Tensor(1), Tensor(2)}, 0).values(), (Values{1, 2}));
  EXPECT_THROW(stack({}, 0), std::invalid_argument);
}

TEST(Moving, Gather) {
  const Indices columns({2, 2}, {2, 0, 1, 1});
  EXPECT_EQ(gather(x(), 1, columns).values(), (Values{2, 0, 4, 4}));
  EXPECT_EQ(gather(transpose(x()), 1, Indices({3, 1}, {1, 0, 1})).values(),
            (Values{3, 1, 5}));
  EXPECT_EQ(gather(x(), 0, Indices({1, 3}, {1, 0, 1})).values(),
            (Values{3, 1, 5}));
  EXPECT_THROW(gather(x(), 1, Indices({2, 1}, {3, 0})), std::invalid_argument);
  EXPECT_THROW(gather(x(), 1, Indices({2, 1}, {-1, 0})), std::invalid_argument);
  EXPECT_THROW(gather(x(), 1, Indices({3, 1}, {0, 0, 0})),
               std::invalid_argument);
  Tensor t = x();
  t.requires_grad(true);
  sum(gather(t, 1, columns)).backward();
  EXPECT_EQ(t.grad().values(), (Values{1, 0, 1, 0, 2, 0}));
}

TEST(Moving, Embedding) {
  Tensor table = reshape(Tensor::arange(6), {3, 2});
  table.requires_grad(true);
  const Tensor y = embedding(table, Indices({2, 2}, {2, 0, 2, 2}));
  EXPECT_EQ(y.shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(y.values(), (Values{4, 5, 0, 1, 4, 5, 4, 5}));
  sum(y).backward();
  EXPECT_EQ(table.grad().values(), (Values{1, 1, 0, 0, 3, 3}));
  EXPECT_THROW(embedding(table, Indices({3})), std::invalid_argument);
  EXPECT_THROW(embedding(table, Indices(std::vector<int>{-1})),
               std::invalid_argument);
  EXPECT_THROW(embedding(Tensor::ones({3}), Indices({0})),
               std::invalid_argument);
}

TEST(Moving, Dropout) {
  const Tensor ones = Tensor::ones({100, 100});
  Rng rng(1), twin(1);
  Tensor input = ones.clone().requires_grad(true);
  const Tensor y = dropout(input, Real(0.25), rng);
  twin.bits();
  EXPECT_EQ(rng.state(), twin.state());  // one draw
  int kept = 0;
  for (Real value : y.values()) {
    EXPECT_TRUE(value == 0 || value == 1 / Real(0.75));
    kept += value != 0;
  }
  EXPECT_NEAR(kept, 7500, 200);
  sum(y).backward();
  EXPECT_EQ(input.grad().values(), y.values());
  EXPECT_NE(dropout(ones, Real(0.25), rng).values(), y.values());
  EXPECT_EQ(dropout(ones, 0, rng).node(), ones.node());
  EXPECT_THROW(dropout(ones, 1, rng), std::invalid_argument);
  EXPECT_THROW(dropout(ones, Real(-0.1), rng), std::invalid_argument);
}

// Whatever the size, element i lives by the i-th number of the seed.
TEST(Moving, DropoutKeepsByTheNumbersOfItsSeed) {
  const Real p = Real(0.375);
  for (int size : {1, 7, 16, 33, 127, 128, 129, 300, 16384, 16401}) {
    Rng rng(size), twin(size);
    const std::uint64_t seed = twin.bits();
    const Values y = dropout(Tensor::full({size}, 5), p, rng).values();
    for (int i = 0; i < size; ++i) {
      Real number[kernels::lanes];
      kernels::store(number, kernels::uniform(seed, i));
      ASSERT_EQ(y[i], number[0] < p ? 0 : 8)
          << "element " << i << " of " << size;
    }
  }
}

TEST(Moving, IndicesAreCheckedAndShared) {
  const Indices ids({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(ids.step(1), Indices({2, 5}));
  EXPECT_THROW(ids.step(3), std::invalid_argument);
  EXPECT_THROW(Indices({2, 2}, {1}), std::invalid_argument);
  EXPECT_EQ(text(ids), "Indices[2, 3] {1, 2, 3, 4, 5, 6}");
  EXPECT_EQ(Indices().size(), 0);
  const Indices copy = ids;
  EXPECT_EQ(copy.data(), ids.data());
}

}  // namespace
}  // namespace autograd
