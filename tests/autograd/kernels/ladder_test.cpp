// Every rung has the bits of the definition, on awkward sizes and with gaps
// between the rows; so has the library's product, where it is one chain.
#include "autograd/kernels/ladder.h"

#include <gtest/gtest.h>

#include <vector>

#include "autograd/check.h"
#include "autograd/random.h"
#include "tests/support/same_bits.h"

namespace autograd::kernels {
namespace {

using Values = std::vector<Real>;
using Product = void (*)(int m, int n, int k, Rows<const Real> a,
                         Rows<const Real> b, Rows<Real> c);

struct Rung {
  const char* name;
  Product product;
};
const Rung rungs[] = {{"reordered", ladder::reordered},
                      {"blocked", ladder::blocked},
                      {"vectorised", ladder::vectorised},
                      {"packed", ladder::packed},
                      {"threaded", ladder::threaded}};

constexpr int gap = 3;  // between rows; no rung may touch it

Values numbers(int rows, int columns, Rng& rng) {
  Values all;
  for (int i = 0; i < rows * (columns + gap); ++i)
    all.push_back(static_cast<Real>(rng.uniform(-1, 1)));
  return all;
}

struct Operands {
  int m, n, k;
  Rng rng{static_cast<std::uint64_t>(m + 64 * n + 4096 * k)};
  Values a = numbers(m, k, rng), b = numbers(k, n, rng), c = numbers(m, n, rng);

  Values run(Product product) const {
    Values result = c;
    product(m, n, k, {a.data(), k + gap}, {b.data(), n + gap},
            {result.data(), n + gap});
    return result;
  }
};

TEST(Ladder, MultipliesByHand) {
  const Real a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12};
  Values c(4);
  ladder::naive(2, 2, 3, {a, 3}, {b, 2}, {c.data(), 2});
  EXPECT_EQ(c, (Values{58, 64, 139, 154}));
}

void expect_equal_rungs(int m, int n, int k) {
  const Operands x{m, n, k};
  const Values wanted = x.run(ladder::naive);
  for (const Rung& rung : rungs)
    EXPECT_EQ(x.run(rung.product), wanted)
        << rung.name << ' ' << m << " x " << n << " x " << k;
}

TEST(Ladder, HasTheSameBitsOnEveryRung) {
  for (int m : {0, 1, 7, 14, 15, 33})
    for (int n : {0, 1, 7, 8, 9, 16, 33})
      for (int k : {0, 1, 9, 33}) expect_equal_rungs(m, n, k);
  expect_equal_rungs(33, 300, 65);   // more columns than a block of B
  expect_equal_rungs(20, 35, 1030);  // more than one depth of packing
}

TEST(ParallelLadder, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  const Operands x{131, 70, 90};
  const Values wanted = x.run(ladder::naive);
  for (int count : {1, 2, 3}) {
    set_threads(count);
    EXPECT_EQ(x.run(ladder::threaded), wanted) << count << " threads";
  }
  set_threads(before);
}

void library(int m, int n, int k, Rows<const Real> a, Rows<const Real> b,
             Rows<Real> c) {
  gemm(m, n, k, {a.data, a.stride, 1}, {b.data, b.stride, 1},
       {c.data, c.stride, 1}, false);
}

TEST(Ladder, EndsAtTheLibrarysProduct) {
  for (int m : {1, 9, 33})
    for (int n : {1, 17, 100})
      for (int k : {1, 33, 512}) {
        const Operands x{m, n, k};
        tests::expect_same(x.run(library), x.run(ladder::naive),
                           text(m, " x ", n, " x ", k));
      }
}

// Beyond 512 the library adds several chains, and only rounding differs.
TEST(Ladder, EndsNearTheLibrarysProductBeyondAChain) {
  const Operands x{9, 33, 1300};
  const Values got = x.run(library), wanted = x.run(ladder::naive);
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-4) << i;
}

}  // namespace
}  // namespace autograd::kernels
