#include "autograd/kernels/rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/reference.h"

namespace autograd::kernels {
namespace {

constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
constexpr int ignored = -100;

using Values = std::vector<Real>;

Values noise(std::size_t n, std::uint32_t seed) {
  Values x(n);
  std::uint32_t state = seed * 2654435761u + 1;
  for (Real& v : x) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<Real>(static_cast<int>(state >> 8) - (1 << 23)) / (1 << 21);
  }
  return x;
}

// Equal, or both NaN, or near; the message says where.
void expect_near(const Values& got, const Values& want, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i])))
      continue;
    ASSERT_NEAR(got[i], want[i], tolerance * (1 + std::fabs(want[i])))
        << what << " at " << i;
  }
}

// Three rows with a gap between them, which no kernel may touch.
struct Case {
  std::int64_t columns, stride = columns + 3;
  Values x = noise(3 * stride, 1), dy = noise(3 * stride, 2);
  Values weight = noise(columns, 3), bias = noise(columns, 4);
  std::vector<int> targets = {0, ignored, static_cast<int>(columns) - 1};

  Rows<const Real> read(const Values& v) const { return {v.data(), stride}; }
  Rows<Real> write(Values& v) const { return {v.data(), stride}; }
};

const std::vector<std::int64_t> sizes = {1,  2,  7,  8,   9,  15,
                                         16, 17, 33, 100, 513};

// Runs a kernel and its twin on outputs of the same content.
using Kernel = std::function<void(const Case&, Values& out, bool accumulate)>;
void compare(const Kernel& fast, const Kernel& slow, double tolerance) {
  for (std::int64_t columns : sizes)
    for (bool accumulate : {false, true}) {
      const Case c{columns};
      Values got = noise(3 * c.stride, 5), want = got;
      fast(c, got, accumulate);
      slow(c, want, accumulate);
      expect_near(got, want, tolerance,
                  std::to_string(columns) + " columns" +
                      (accumulate ? ", accumulated" : ""));
    }
}

#define COMPARE(tolerance, call)                                         \
  compare(                                                               \
      [](const Case& c, Values& out, [[maybe_unused]] bool accumulate) { \
        namespace k = autograd::kernels;                                 \
        k::call;                                                         \
      },                                                                 \
      [](const Case& c, Values& out, [[maybe_unused]] bool accumulate) { \
        namespace k = autograd::kernels::reference;                      \
        k::call;                                                         \
      },                                                                 \
      tolerance)

TEST(Rows, SoftmaxAgreesWithItsTwin) {
  COMPARE(2e-6, softmax(3, c.columns, c.read(c.x), c.write(out)));
}

TEST(Rows, SoftmaxBackwardAgreesWithItsTwin) {
  COMPARE(1e-4, softmax_backward(3, c.columns, c.read(c.x), c.read(c.dy),
                                 c.write(out), accumulate));
}

TEST(Rows, LogsumexpAgreesWithItsTwin) {
  COMPARE(2e-6, logsumexp(3, c.columns, c.read(c.x), out.data()));
}

TEST(Rows, LogSoftmaxAgreesWithItsTwin) {
  COMPARE(2e-6, log_softmax(3, c.columns, c.read(c.x), c.write(out)));
}

TEST(Rows, LogSoftmaxBackwardAgreesWithItsTwin) {
  COMPARE(1e-4, log_softmax_backward(3, c.columns, c.read(c.x), c.read(c.dy),
                                     c.write(out), accumulate));
}

// Results this large are streamed; each row is as if alone.
TEST(Rows, ManyRowsHaveTheBitsOfOne) {
  const std::int64_t rows = 35, columns = 120011;
  const Values x = noise(rows * columns, 1), dy = noise(rows * columns, 2);
  const std::vector<int> targets(rows, 7);
  Values losses(rows);
  using From = Rows<const Real>;
  const auto compare_bits = [&](const char* what, const auto& kernel) {
    Values many(rows * columns), one(columns);
    kernel(rows, 0, Rows<Real>{many.data(), columns});
    for (std::int64_t i : {0, 1, 17, 34}) {
      kernel(1, i * columns, Rows<Real>{one.data(), columns});
      ASSERT_TRUE(std::equal(one.begin(), one.end(), &many[i * columns]))
          << what << ", row " << i;
    }
  };
  Values y(rows * columns);
  compare_bits("softmax", [&](std::int64_t n, std::int64_t at, Rows<Real> to) {
    softmax(n, columns, From{&x[at], columns}, to);
    if (n == rows) y.assign(to.data, to.data + rows * columns);
  });
  compare_bits("softmax backward",
               [&](std::int64_t n, std::int64_t at, Rows<Real> to) {
                 softmax_backward(n, columns, From{&y[at], columns},
                                  From{&dy[at], columns}, to, false);
               });
  compare_bits(
      "cross entropy", [&](std::int64_t n, std::int64_t at, Rows<Real> to) {
        cross_entropy(n, columns, From{&x[at], columns}, targets.data(),
                      ignored, Real(0.1), losses.data(), 2, to);
      });
}

TEST(Rows, CrossEntropyAgreesWithItsTwin) {
  for (Real smoothing : {Real(0), Real(0.1)})
    for (bool gradient : {false, true}) {
      const auto with = [&](auto&& kernel) {
        return [=](const Case& c, Values& out, bool) {
          Values dx = out;
          kernel(3, c.columns, c.read(c.x), c.targets.data(), ignored,
                 smoothing, out.data(), Real(0.5),
                 gradient ? c.write(dx) : Rows<Real>{nullptr, 0});
          out.insert(out.end(), dx.begin(), dx.end());
        };
      };
      compare(with([](auto... a) { cross_entropy(a...); }),
              with([](auto... a) { reference::cross_entropy(a...); }), 2e-6);
    }
}

TEST(Rows, LayerNormAgreesWithItsTwin) {
  for (int part = 0; part < 3; ++part) {
    const auto with = [&](auto&& kernel) {
      return [=](const Case& c, Values& out, bool) {
        Values y = out, mean(3), rstd(3);
        kernel(3, c.columns, c.read(c.x), c.weight.data(), c.bias.data(),
               Real(1e-2), c.write(y), mean.data(), rstd.data());
        out = part == 0 ? y : part == 1 ? mean : rstd;
      };
    };
    compare(with([](auto... a) { layer_norm(a...); }),
            with([](auto... a) { reference::layer_norm(a...); }), 1e-5);
  }
}

TEST(Rows, LayerNormBackwardAgreesWithItsTwin) {
  static constexpr Real mean[] = {Real(0.1), -1, 0}, rstd[] = {1, 2, Real(0.5)};
  COMPARE(1e-5, layer_norm_backward(3, c.columns, c.read(c.x), c.weight.data(),
                                    mean, rstd, c.read(c.dy), c.write(out),
                                    accumulate, nullptr));
  COMPARE(1e-5,
          layer_norm_backward(3, c.columns, c.read(c.x), c.weight.data(), mean,
                              rstd, c.read(c.dy), {}, accumulate, out.data()));
}

TEST(Rows, RmsNormAgreesWithItsTwin) {
  for (int part = 0; part < 2; ++part) {
    const auto with = [&](auto&& kernel) {
      return [=](const Case& c, Values& out, bool) {
        Values y = out, rstd(3);
        kernel(3, c.columns, c.read(c.x), c.weight.data(), Real(1e-2),
               c.write(y), rstd.data());
        out = part == 0 ? y : rstd;
      };
    };
    compare(with([](auto... a) { rms_norm(a...); }),
            with([](auto... a) { reference::rms_norm(a...); }), 1e-5);
  }
  static constexpr Real rstd[] = {1, 2, Real(0.5)};
  COMPARE(1e-5,
          rms_norm_backward(3, c.columns, c.read(c.x), c.weight.data(), rstd,
                            c.read(c.dy), c.write(out), accumulate, nullptr));
  COMPARE(1e-5,
          rms_norm_backward(3, c.columns, c.read(c.x), c.weight.data(), rstd,
                            c.read(c.dy), {}, accumulate, out.data()));
}

// Rows below and above the height of a block of rows.
TEST(ParallelRows, LayerNormBackwardInBlocks) {
  const int before = threads();
  for (std::int64_t rows : {0, 1, 31, 32, 33, 100})
    for (std::int64_t columns : {1, 17, 1100}) {
      const Values x = noise(rows * columns, 1), dy = noise(rows * columns, 2);
      const Values weight = noise(columns, 3), mean = noise(rows, 4);
      const Values rstd = noise(rows, 5);
      Values dx(rows * columns), sums(2 * columns);
      const auto run = [&](const auto& kernel, bool has_dx, bool has_sums) {
        dx.assign(dx.size(), 7);
        sums.assign(sums.size(), 7);
        kernel(rows, columns, Rows<const Real>{x.data(), columns},
               weight.data(), mean.data(), rstd.data(),
               Rows<const Real>{dy.data(), columns},
               Rows<Real>{has_dx ? dx.data() : nullptr, columns}, false,
               has_sums ? sums.data() : nullptr);
      };
      const auto fast = [](auto... a) { layer_norm_backward(a...); };
      const std::string what =
          std::to_string(rows) + " x " + std::to_string(columns);
      run([](auto... a) { reference::layer_norm_backward(a...); }, true, true);
      const Values plain_dx = dx, plain_sums = sums;
      set_threads(1);
      run(fast, true, true);
      const Values first_dx = dx, first_sums = sums;
      expect_near(first_dx, plain_dx, 1e-4, what + ", dx");
      expect_near(first_sums, plain_sums, 1e-4, what + ", sums");
      for (int count : {2, 3}) {
        set_threads(count);
        run(fast, true, true);
        EXPECT_EQ(dx, first_dx) << what;
        EXPECT_EQ(sums, first_sums) << what;
      }
      run(fast, true, false);
      EXPECT_EQ(dx, first_dx) << what;
      run(fast, false, true);
      EXPECT_EQ(sums, first_sums) << what;
    }
  set_threads(before);
}

TEST(Rows, SoftmaxByHand) {
  const Real x[] = {0, std::log(Real(3)), -infinity};
  Real y[3], lse;
  softmax(1, 3, {x, 3}, {y, 3});
  EXPECT_NEAR(y[0], 0.25, 1e-7);
  EXPECT_NEAR(y[1], 0.75, 1e-7);
  EXPECT_EQ(y[2], 0);
  logsumexp(1, 3, {x, 3}, &lse);
  EXPECT_NEAR(lse, std::log(4.0), 1e-6);
}

TEST(Rows, AFullyMaskedRowGivesZeros) {
  for (int n : {0, 1, 16, 20}) {
    const Values x(n, -infinity), dy(n, nan);
    Values y(n, 1), dx(n, 1);
    softmax(1, n, {x.data(), n}, {y.data(), n});
    softmax_backward(1, n, {y.data(), n}, {dy.data(), n}, {dx.data(), n},
                     false);
    EXPECT_EQ(y, Values(n, 0));
    EXPECT_EQ(dx, Values(n, 0));
    Real lse = 0;
    logsumexp(1, n, {x.data(), n}, &lse);
    EXPECT_EQ(lse, -infinity);
    log_softmax(1, n, {x.data(), n}, {y.data(), n});
    log_softmax_backward(1, n, {y.data(), n}, {dy.data(), n}, {dx.data(), n},
                         false);
    EXPECT_EQ(y, Values(n, -infinity));
    EXPECT_EQ(dx, Values(n, 0));
  }
}

TEST(Rows, AMaskedGradientStaysOut) {
  const Real x[] = {1, -infinity, 2}, dy[] = {1, nan, 3}, clean[] = {1, 0, 3};
  Real y[3], dx[3], want[3];
  softmax(1, 3, {x, 3}, {y, 3});
  softmax_backward(1, 3, {y, 3}, {dy, 3}, {dx, 3}, false);
  softmax_backward(1, 3, {y, 3}, {clean, 3}, {want, 3}, false);
  EXPECT_EQ(dx[1], 0);
  EXPECT_EQ(dx[0], want[0]);
  EXPECT_EQ(dx[2], want[2]);
  log_softmax(1, 3, {x, 3}, {y, 3});
  log_softmax_backward(1, 3, {y, 3}, {dy, 3}, {dx, 3}, false);
  reference::log_softmax_backward(1, 3, {y, 3}, {dy, 3}, {want, 3}, false);
  EXPECT_EQ(dx[1], 0);
  EXPECT_NEAR(dx[0], want[0], 1e-6);
  EXPECT_NEAR(dx[2], want[2], 1e-6);
}

TEST(Rows, SoftmaxShowsNaNAndInfinity) {
  for (int at : {0, 3, 17}) {
    for (Real bad : {nan, infinity})
      for (Real rest : {Real(0), -infinity}) {
        Values x(20, rest), y(20);
        x[at] = bad;
        softmax(1, 20, {x.data(), 20}, {y.data(), 20});
        for (Real v : y) EXPECT_TRUE(std::isnan(v)) << at << " " << bad;
      }
  }
}

TEST(Rows, CrossEntropyLeavesMaskedLogitsAndIgnoredRowsOut) {
  const Real x[] = {0, -infinity, 0, nan, nan, nan};
  const int targets[] = {2, ignored};
  Real loss[2], dx[6];
  cross_entropy(2, 3, {x, 3}, targets, ignored, 0, loss, 1, {dx, 3});
  EXPECT_NEAR(loss[0], std::log(2.0), 1e-6);
  EXPECT_EQ(loss[1], 0);
  EXPECT_NEAR(dx[0], 0.5, 1e-6);
  EXPECT_EQ(dx[1], 0);
  EXPECT_NEAR(dx[2], -0.5, 1e-6);
  for (int j = 3; j < 6; ++j) EXPECT_EQ(dx[j], 0);
}

TEST(ParallelRows, ARowHasTheSameBitsAloneAndWithAnyNumberOfThreads) {
  const std::int64_t rows = 200, columns = 300;
  const Values x = noise(rows * columns, 6), dy = noise(rows * columns, 7);
  const Values weight = noise(columns, 8), bias = noise(columns, 9);
  const auto run = [&](std::int64_t first, std::int64_t count) {
    const std::size_t size = count * columns;
    Values y(size), z(size), dx(size), mean(count), rstd(count);
    const Rows<const Real> from{x.data() + first * columns, columns};
    const Rows<const Real> grad{dy.data() + first * columns, columns};
    softmax(count, columns, from, {y.data(), columns});
    layer_norm(count, columns, from, weight.data(), bias.data(), Real(1e-5),
               {z.data(), columns}, mean.data(), rstd.data());
    layer_norm_backward(count, columns, from, weight.data(), mean.data(),
                        rstd.data(), grad, {dx.data(), columns}, false,
                        nullptr);
    y.insert(y.end(), z.begin(), z.end());
    y.insert(y.end(), dx.begin(), dx.end());
    return y;
  };
  const int before = threads();
  set_threads(1);
  const Values all = run(0, rows);
  for (int count : {2, 3}) {
    set_threads(count);
    EXPECT_EQ(run(0, rows), all);
  }
  set_threads(before);
  const Values one = run(123, 1);
  for (int part = 0; part < 3; ++part)
    for (int j = 0; j < columns; ++j)
      ASSERT_EQ(one[part * columns + j],
                all[(part * rows + 123) * columns + j]);
}

}  // namespace
}  // namespace autograd::kernels
