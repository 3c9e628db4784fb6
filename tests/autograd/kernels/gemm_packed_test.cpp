#include "autograd/kernels/gemm_packed.h"

#include <gtest/gtest.h>

#include <vector>

#include "autograd/check.h"
#include "autograd/kernels/parallel.h"
#include "autograd/random.h"
#include "tests/support/same_bits.h"

namespace autograd::kernels {
namespace {

std::vector<Real> numbers(std::size_t count, Rng& rng) {
  std::vector<Real> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(static_cast<Real>(rng.below(2001) - 1000) / 512);
  return all;
}

TEST(PackedGemm, HasTheBitsOfGemm) {
  Rng rng(1);
  for (int m : {0, 1, 7, 16, 17, 35})
    for (int n : {1, 31, 32, 65})
      for (int k : {0, 1, 16, 33, 512, 530}) {
        SCOPED_TRACE(text("m ", m, " n ", n, " k ", k));
        const int a_row = k + 3, c_row = n + 2;
        const auto a = numbers(std::size_t(m) * a_row, rng),
                   b = numbers(std::size_t(n) * k, rng),
                   c = numbers(std::size_t(m) * c_row, rng);
        for (bool turned : {false, true}) {
          const Matrix<const Real> b_matrix =
              turned ? Matrix<const Real>{b.data(), 1, k}
                     : Matrix<const Real>{b.data(), n, 1};
          std::vector<Real> memory(packed_size(k, n)), got = c, wanted = c;
          const PackedMatrix packed = pack(k, n, b_matrix, memory.data());
          gemm(m, {a.data(), a_row, 1}, packed, {got.data(), c_row, 1});
          gemm(m, n, k, {a.data(), a_row, 1}, b_matrix,
               {wanted.data(), c_row, 1}, true);
          tests::expect_same(got, wanted);
        }
      }
}

TEST(PackedGemm, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads(), k = 530, n = 601;
  Rng rng(2);
  const auto b = numbers(std::size_t(n) * k, rng);
  for (int m : {1, 3, 15, 17}) {
    const auto a = numbers(std::size_t(m) * k, rng),
               c = numbers(std::size_t(m) * n, rng);
    std::vector<Real> wanted = c;
    set_threads(1);
    gemm(m, n, k, {a.data(), k, 1}, {b.data(), 1, k}, {wanted.data(), n, 1},
         true);
    for (int count : {1, 2, 3}) {
      SCOPED_TRACE(text("m ", m, ", ", count, " threads"));
      set_threads(count);
      std::vector<Real> memory(packed_size(k, n)), got = c;
      const PackedMatrix packed = pack(k, n, {b.data(), 1, k}, memory.data());
      gemm(m, {a.data(), k, 1}, packed, {got.data(), n, 1});
      tests::expect_same(got, wanted);
    }
  }
  set_threads(before);
}

}  // namespace
}  // namespace autograd::kernels
