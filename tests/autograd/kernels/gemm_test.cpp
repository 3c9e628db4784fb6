#include "autograd/kernels/gemm.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "autograd/kernels/gemm_share.h"
#include "autograd/kernels/parallel.h"
#include "autograd/kernels/reference.h"
#include "tests/support/same_bits.h"

namespace autograd::kernels {
namespace {

std::vector<Real> noise(std::size_t n, std::uint32_t seed) {
  std::vector<Real> x(n);
  std::uint32_t state = seed * 2654435761u + 1;
  for (Real& v : x) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<Real>(static_cast<int>(state >> 8) - (1 << 23)) / (1 << 23);
  }
  return x;
}

using tests::expect_same;

// How a matrix lies in memory.
enum Layout { plain, transposed, gaps, both_strides };

Matrix<Real> lay(Layout layout, Real* data, int rows, int columns) {
  switch (layout) {
    case plain:
      return {data, columns, 1};
    case transposed:
      return {data, 1, rows};
    case gaps:
      return {data, columns + 3, 1};
    default:
      return {data, 2 * columns + 1, 2};
  }
}

Matrix<const Real> reading(Matrix<Real> x) { return {x.data, x.row, x.column}; }

std::size_t room(int rows, int columns) {
  return 2 * std::size_t(rows + 2) * (columns + 4);
}

void compare(int m, int n, int k, Layout la, Layout lb, Layout lc,
             bool accumulate) {
  std::vector<Real> a = noise(room(m, k), 1), b = noise(room(k, n), 2);
  std::vector<Real> got = noise(room(m, n), 3), want = got;
  const Matrix<const Real> x = reading(lay(la, a.data(), m, k));
  const Matrix<const Real> y = reading(lay(lb, b.data(), k, n));
  gemm(m, n, k, x, y, lay(lc, got.data(), m, n), accumulate);
  reference::gemm(m, n, k, x, y, lay(lc, want.data(), m, n), accumulate);
  expect_same(got, want,
              std::to_string(m) + " x " + std::to_string(n) + " x " +
                  std::to_string(k) + ", layouts " + std::to_string(la) +
                  std::to_string(lb) + std::to_string(lc));
}

TEST(Gemm, MultipliesByHand) {
  const Real a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12};
  Real c[4] = {1, 1, 1, 1};
  gemm(2, 2, 3, {a, 3, 1}, {b, 2, 1}, {c, 2, 1}, true);
  EXPECT_EQ(c[0], 59);
  EXPECT_EQ(c[1], 65);
  EXPECT_EQ(c[2], 140);
  EXPECT_EQ(c[3], 155);
}

TEST(Gemm, EqualsTheReferenceOnAwkwardSizes) {
  for (int m : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33})
    for (int n : {0, 1, 7, 8, 9, 15, 16, 17, 33, 65, 100})
      for (int k : {0, 1, 7, 16, 33}) {
        compare(m, n, k, plain, plain, plain, m % 2 == 0);
        compare(m, n, k, plain, transposed, plain, m % 2 == 1);
      }
}

TEST(Gemm, EqualsTheReferenceInAnyLayout) {
  for (int la : {plain, transposed, gaps, both_strides})
    for (int lb : {plain, transposed, gaps, both_strides})
      for (int lc : {plain, transposed, gaps, both_strides})
        for (bool accumulate : {false, true}) {
          compare(33, 37, 19, Layout(la), Layout(lb), Layout(lc), accumulate);
          compare(1, 70, 5, Layout(la), Layout(lb), Layout(lc), accumulate);
          compare(70, 3, 5, Layout(la), Layout(lb), Layout(lc), accumulate);
        }
}

TEST(Gemm, EqualsTheReferenceWherePackingAndBlocksBegin) {
  for (Layout l : {plain, transposed, both_strides}) {
    compare(100, 100, 513, l, l, plain, false);
    compare(170, 130, 100, l, l, plain, true);
    compare(513, 40, 100, l, l, plain, false);
    compare(3, 513, 1030, l, l, plain, true);
    compare(1, 100, 1025, l, l, transposed, true);
    compare(15, 3100, 9, l, l, plain, false);
    compare(200, 3100, 3, l, l, plain, false);
    compare(20, 70, 1030, l, l, plain, true);
    for (int m : {27, 28, 29}) compare(m, 97, 515, l, l, plain, false);
    for (int k : {1, 20, 22}) compare(190, 3100, k, l, l, plain, k == 20);
  }
}

TEST(Gemm, SumsAlongAStrideOfZero) {
  for (bool accumulate : {false, true}) {
    const std::vector<Real> a = noise(20 * 9, 4), b = noise(9 * 35, 5);
    const std::vector<Real> start = noise(35, 6);
    const Matrix<const Real> x{a.data(), 9, 1}, y{b.data(), 35, 1};
    for (auto [row, column] : {std::pair{0, 1}, {1, 0}, {0, 0}}) {
      std::vector<Real> got = start, want = start;
      gemm(20, 35, 9, x, y, {got.data(), row, column}, accumulate);
      reference::gemm(20, 35, 9, x, y, {want.data(), row, column}, accumulate);
      expect_same(
          got, want,
          "strides " + std::to_string(row) + ", " + std::to_string(column));
    }
  }
}

TEST(Gemm, ReadsBroadcastInputs) {
  const std::vector<Real> a = noise(40, 7), b = noise(40, 8);
  std::vector<Real> got(17 * 33), want(17 * 33);
  for (auto [row, column] : {std::pair{0, 1}, {1, 0}, {0, 0}}) {
    const Matrix<const Real> x{a.data(), row, column};
    const Matrix<const Real> y{b.data(), column, row};
    gemm(17, 33, 5, x, y, {got.data(), 33, 1}, false);
    reference::gemm(17, 33, 5, x, y, {want.data(), 33, 1}, false);
    expect_same(got, want, "broadcast");
  }
}

TEST(Gemm, StoresZeroWhereTheInnerSizeIsZeroAndOverwritesNaN) {
  Real c[6] = {NAN, NAN, NAN, NAN, NAN, NAN};
  gemm(2, 3, 0, {nullptr, 0, 1}, {nullptr, 3, 1}, {c, 3, 1}, false);
  for (Real v : c) EXPECT_EQ(v, 0);
  const Real one[] = {1, 1, 1};
  c[4] = NAN;
  gemm(2, 3, 1, {one, 1, 1}, {one, 3, 1}, {c, 3, 1}, false);
  for (Real v : c) EXPECT_EQ(v, 1);
}

#ifndef ATTENTION_OPENBLAS
TEST(Gemm, ARowDoesNotDependOnItsBatchMates) {
  const int m = 190, n = 150, k = 700;
  for (Layout l : {plain, transposed}) {
    std::vector<Real> a = noise(m * k, 9), b = noise(k * n, 10);
    const Matrix<const Real> x = reading(lay(l, a.data(), m, k));
    const Matrix<const Real> y = reading(lay(l, b.data(), k, n));
    std::vector<Real> all(m * n), row(n);
    gemm(m, n, k, x, y, {all.data(), n, 1}, false);
    for (int i : {0, 13, 14, 100, 167, 168, 189}) {
      gemm(1, n, k, {x.data + i * x.row, x.row, x.column}, y,
           {row.data(), n, 1}, false);
      expect_same(row, {all.begin() + i * n, all.begin() + (i + 1) * n}, "row");
    }
  }
}

TEST(ParallelGemm, SumsAlongAStrideOfZero) {
  const int before = threads(), m = 70, n = 90, k = 50;
  const std::vector<Real> a = noise(m * k, 13), b = noise(k * n, 14);
  const Matrix<const Real> x{a.data(), k, 1}, y{b.data(), n, 1};
  for (auto [row, column] : {std::pair{0, 1}, {1, 0}, {0, 0}})
    for (bool accumulate : {false, true}) {
      std::vector<Real> want = noise(n, 15);
      const std::vector<Real> start = want;
      reference::gemm(m, n, k, x, y, {want.data(), row, column}, accumulate);
      for (int count : {1, 2, 3}) {
        set_threads(count);
        std::vector<Real> got = start;
        gemm(m, n, k, x, y, {got.data(), row, column}, accumulate);
        expect_same(got, want, std::to_string(count) + " threads");
      }
    }
  set_threads(before);
}

TEST(ParallelGemm, SharesInEqualParts) {
  const std::int64_t much = work_for_a_thread + 1;  // of one, for a thread
  EXPECT_EQ(chunk(1024, much), 128);
  EXPECT_EQ(chunk(1024, much, 100), 94);  // eleven parts
  EXPECT_EQ(chunk(5, much), 1);
  EXPECT_EQ(chunk(1024, much, 672, 14), 128);
  EXPECT_EQ(chunk(160, much, 672, 14), 28);  // not 20: two tiles
  // 31 of them pay, an eighth of 64 does not.
  EXPECT_EQ(chunk(64, much / 30, 672), 31);
  EXPECT_EQ(chunk(64, much / 30, 672, 14), 42);
  EXPECT_EQ(chunk(100, 1), 100);  // all of it is too little
  EXPECT_EQ(chunk(0, much), 0);
}

TEST(ParallelGemm, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for (auto [m, n, k] : {std::array{300, 70, 600},
                         {40, 700, 90},
                         {64, 64, 64},
                         {29, 97, 515},
                         {28, 97, 1030},
                         {1, 300, 515},
                         {3, 97, 600}})
    for (Layout l : {plain, transposed}) {
      std::vector<Real> a = noise(m * k, 11), b = noise(k * n, 12), first;
      for (int count : {1, 2, 3}) {
        set_threads(count);
        std::vector<Real> c(m * n, 1);
        gemm(m, n, k, reading(lay(l, a.data(), m, k)),
             reading(lay(l, b.data(), k, n)), {c.data(), n, 1}, true);
        if (first.empty()) first = c;
        expect_same(c, first, std::to_string(count) + " threads");
      }
    }
  set_threads(before);
}
#endif

}  // namespace
}  // namespace autograd::kernels
