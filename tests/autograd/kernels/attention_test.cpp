#include "autograd/kernels/attention.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "autograd/kernels/reference.h"

namespace autograd::kernels {
namespace {

using Values = std::vector<Real>;

Values noise(std::size_t n, std::uint32_t seed) {
  Values x(n);
  std::uint32_t state = seed * 2654435761u + 1;
  for (Real& v : x) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<Real>(static_cast<int>(state >> 8) - (1 << 23)) / (1 << 23);
  }
  return x;
}

Values some(Values x) {
  for (Real& v : x) v = v > Real(-0.2);
  return x;
}

// Rows with gaps between them, which no kernel may touch.
struct Case {
  int heads, T, S, D, E;
  std::ptrdiff_t gap = 3;
  Values query = noise(std::size_t(heads) * T * (D + gap), 1);
  Values key = noise(std::size_t(S) * (D + gap), 2);
  Values value = noise(std::size_t(S) * (E + gap), 3);
  Values dy = noise(std::size_t(heads) * T * (E + gap), 4);
  Values pattern = some(noise(std::size_t(T) * S, 5));
  Values slopes = noise(std::size_t(heads), 6);

  // What is masked is told by bits: a band, a pattern, slopes, dropping.
  Attention problem(int kind, Values& y, Values& logsumexp) {
    Attention x{};
    x.heads = heads;
    x.queries = T;
    x.keys = S;
    x.width = D;
    x.value_width = E;
    x.query = {query.data(), T * (D + gap), D + gap};
    x.key = {key.data(), D + gap};
    x.value = {value.data(), E + gap};
    x.y = {y.data(), E + gap, heads * (E + gap)};
    x.logsumexp = {logsumexp.data(), T, 1};
    x.scale = Real(0.7);
    x.before = kind & 1 ? 20 : 1 << 30;
    x.after = kind & 1 ? S - T / 2 : 1 << 30;
    if (kind & 2) x.pattern = {pattern.data(), S};
    if (kind & 4) x.slopes = slopes.data();
    x.first = 3;
    x.dropout = kind & 8 ? Real(0.3) : 0;
    x.seed = 99;
    x.index = 1000;
    x.row = static_cast<std::uint64_t>(S);
    return x;
  }

  // The results of a kernel, after its twin where `forward` is the twin's.
  template <class Forward, class Backward>
  std::vector<Values> run(int kind, const Forward& forward,
                          const Backward& backward) {
    Values y(std::size_t(T) * heads * (E + gap), 7),
        logsumexp(std::size_t(heads) * T);
    Values dquery(query.size(), Real(0.5)), dkey(key.size(), Real(0.25)),
        dvalue(value.size(), 2);
    const Attention x = problem(kind, y, logsumexp);
    forward(x);
    backward(x, AttentionGradients{{dy.data(), T * (E + gap), E + gap},
                                   {dquery.data(), T * (D + gap), D + gap},
                                   {dkey.data(), D + gap},
                                   {dvalue.data(), E + gap}});
    return {y, logsumexp, dquery, dkey, dvalue};
  }
};

void expect_near(const std::vector<Values>& got,
                 const std::vector<Values>& want, const std::string& what) {
  for (std::size_t i = 0; i < want.size(); ++i)
    for (std::size_t j = 0; j < want[i].size(); ++j)
      if (got[i][j] != want[i][j]) {
        ASSERT_NEAR(got[i][j], want[i][j], 2e-5 * (1 + std::abs(want[i][j])))
            << what << ", output " << i << " at " << j;
      }
}

TEST(AttentionKernel, AgreesWithItsTwin) {
  for (const Case& sizes :
       {Case{1, 1, 1, 1, 1}, Case{2, 7, 9, 8, 33}, Case{3, 1, 300, 33, 7},
        Case{1, 115, 260, 17, 16}, Case{130, 1, 40, 5, 6}})
    for (int kind = 0; kind < 16; ++kind) {
      Case c = sizes;
      const int T = c.T;
      const auto fast = c.run(
          kind, [T](const Attention& x) { attention(x, 0, T); },
          [](auto... a) { attention_backward(a...); });
      const auto plain = c.run(
          kind, [T](const Attention& x) { reference::attention(x, 0, T); },
          [](auto... a) { reference::attention_backward(a...); });
      expect_near(fast, plain,
                  "kind " + std::to_string(kind) + ", " + std::to_string(T) +
                      " queries, " + std::to_string(c.S) + " keys");
    }
}

// Queries in parts, and gradients one by one.
TEST(AttentionKernel, MakesAnyPart) {
  Case c{2, 230, 270, 8, 9};
  const auto whole = c.run(
      1, [](const Attention& x) { attention(x, 0, 230); },
      [](auto... a) { attention_backward(a...); });
  const auto parts = c.run(
      1,
      [](const Attention& x) {
        for (const int begin : {115, 0, 229, 114})
          attention(x, begin,
                    begin == 0     ? 114
                    : begin == 115 ? 229
                                   : begin + 1);
      },
      [](const Attention& x, const AttentionGradients& d) {
        attention_backward(x, {d.y, d.query, {}, {}});
        attention_backward(x, {d.y, {}, d.key, {}});
        attention_backward(x, {d.y, {}, {}, d.value});
      });
  EXPECT_EQ(parts, whole);
}

#if !defined(ATTENTION_OPENBLAS) && !defined(ATTENTION_REAL_DOUBLE)
// As those of bits_test.cpp: the same on every machine.
TEST(AttentionKernel, HasTheseBits) {
  std::uint64_t hash = 14695981039346656037u;
  for (int kind : {0, 5, 10}) {
    Case c{2, 120, 300, 20, 40};
    for (const Values& values : c.run(
             kind, [](const Attention& x) { attention(x, 0, 120); },
             [](auto... a) { attention_backward(a...); }))
      for (Real value : values)
        hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211u;
  }
  EXPECT_EQ(hash, 14847310004017838419u);
}
#endif

}  // namespace
}  // namespace autograd::kernels
