// Every kernel in plain loops: its definition, and what it is tested against.
// The product has the same bits as the fast one; what works along rows is
// computed in double and agrees within rounding.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/kernels/attention.h"
#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels::reference {

// Where C has a stride of 0 the products are added up in ascending order.
inline void gemm(int m, int n, int k, Matrix<const Real> a,
                 Matrix<const Real> b, Matrix<Real> c, bool accumulate) {
  const bool sums = (c.row == 0 && m > 1) || (c.column == 0 && n > 1);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      Real& to = c.data[i * c.row + j * c.column];
      const bool first =
          !sums || ((c.row != 0 || i == 0) && (c.column != 0 || j == 0));
      if (!accumulate && first) to = 0;
      Real product = 0;
      for (int block = 0; block < k; block += 512) {
        Real chain = 0;
        for (int l = block; l < std::min(block + 512, k); ++l)
          chain = std::fma(a.data[i * a.row + l * a.column],
                           b.data[l * b.row + j * b.column], chain);
        // C joins at the first block, except where it is a sum of products.
        if (sums) {
          product = block == 0 ? chain : product + chain;
        } else {
          to = block == 0 && !accumulate ? chain : to + chain;
        }
      }
      if (sums) to += product;
    }
}

inline double maximum(std::int64_t columns, const Real* x) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::int64_t j = 0; j < columns; ++j)
    largest = std::isnan(x[j]) ? x[j] : std::max<double>(largest, x[j]);
  return largest;
}

inline double logsumexp(std::int64_t columns, const Real* x) {
  const double largest = maximum(columns, x);
  if (largest == -std::numeric_limits<double>::infinity()) return largest;
  double sum = 0;
  for (std::int64_t j = 0; j < columns; ++j) sum += std::exp(x[j] - largest);
  return largest + std::log(sum);
}

inline void logsumexp(std::int64_t rows, std::int64_t columns,
                      Rows<const Real> x, Real* y) {
  for (std::int64_t i = 0; i < rows; ++i)
    y[i] = static_cast<Real>(logsumexp(columns, x[i]));
}

inline void softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                    Rows<Real> y) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const double lse = logsumexp(columns, x[i]);
    const bool masked = lse == -std::numeric_limits<double>::infinity();
    for (std::int64_t j = 0; j < columns; ++j)
      y[i][j] = masked ? Real(0) : static_cast<Real>(std::exp(x[i][j] - lse));
  }
}

inline void assign(Real& to, double value, bool accumulate) {
  to = static_cast<Real>(accumulate ? to + value : value);
}

inline void softmax_backward(std::int64_t rows, std::int64_t columns,
                             Rows<const Real> y, Rows<const Real> dy,
                             Rows<Real> dx, bool accumulate) {
  for (std::int64_t i = 0; i < rows; ++i) {
    double dot = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      if (y[i][j] != 0) dot += double(dy[i][j]) * y[i][j];
    for (std::int64_t j = 0; j < columns; ++j)
      assign(dx[i][j], y[i][j] == 0 ? 0 : y[i][j] * (dy[i][j] - dot),
             accumulate);
  }
}

inline void log_softmax(std::int64_t rows, std::int64_t columns,
                        Rows<const Real> x, Rows<Real> y) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const double lse = logsumexp(columns, x[i]);
    for (std::int64_t j = 0; j < columns; ++j)
      y[i][j] = std::isinf(x[i][j]) && x[i][j] < 0 && !std::isnan(lse)
                    ? x[i][j]
                    : static_cast<Real>(x[i][j] - lse);
  }
}

inline void log_softmax_backward(std::int64_t rows, std::int64_t columns,
                                 Rows<const Real> y, Rows<const Real> dy,
                                 Rows<Real> dx, bool accumulate) {
  const Real masked = -std::numeric_limits<Real>::infinity();
  for (std::int64_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      if (y[i][j] != masked) sum += dy[i][j];
    for (std::int64_t j = 0; j < columns; ++j)
      assign(dx[i][j],
             y[i][j] == masked ? 0 : dy[i][j] - std::exp(double(y[i][j])) * sum,
             accumulate);
  }
}

inline void cross_entropy(std::int64_t rows, std::int64_t columns,
                          Rows<const Real> x, const int* targets, int ignored,
                          Real smoothing, Real* loss, Real scale,
                          Rows<Real> dx) {
  const double s = smoothing;
  for (std::int64_t i = 0; i < rows; ++i) {
    const bool counts = targets[i] != ignored;
    const double lse = logsumexp(columns, x[i]);
    double mean = 0;
    for (std::int64_t j = 0; j < columns; ++j) mean += x[i][j];
    mean /= double(columns);
    const double smooth = smoothing == 0 ? 0 : s * mean;
    loss[i] = counts ? Real(lse - (1 - s) * x[i][targets[i]] - smooth) : 0;
    for (std::int64_t j = 0; dx.data && j < columns; ++j) {
      const double wanted = (j == targets[i] ? 1 - s : 0) + s / double(columns);
      const double got = std::exp(double(x[i][j]) - lse);
      dx[i][j] = counts ? Real(scale * (got - wanted)) : 0;
    }
  }
}

inline void layer_norm(std::int64_t rows, std::int64_t columns,
                       Rows<const Real> x, const Real* weight, const Real* bias,
                       Real epsilon, Rows<Real> y, Real* mean, Real* rstd) {
  for (std::int64_t i = 0; i < rows; ++i) {
    double sum = 0, squares = 0;
    for (std::int64_t j = 0; j < columns; ++j) sum += x[i][j];
    const double m = sum / double(columns);
    for (std::int64_t j = 0; j < columns; ++j)
      squares += (x[i][j] - m) * (x[i][j] - m);
    const double r = 1 / std::sqrt(squares / double(columns) + epsilon);
    for (std::int64_t j = 0; j < columns; ++j)
      y[i][j] = static_cast<Real>((x[i][j] - m) * r * weight[j] + bias[j]);
    mean[i] = static_cast<Real>(m);
    rstd[i] = static_cast<Real>(r);
  }
}

inline void layer_norm_backward(std::int64_t rows, std::int64_t columns,
                                Rows<const Real> x, const Real* weight,
                                const Real* mean, const Real* rstd,
                                Rows<const Real> dy, Rows<Real> dx,
                                bool accumulate, Real* sums) {
  const auto h = [&](std::int64_t i, std::int64_t j) {
    return (double(x[i][j]) - mean[i]) * rstd[i];
  };
  for (std::int64_t i = 0; i < rows && dx.data; ++i) {
    double g = 0, gh = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
      g += double(dy[i][j]) * weight[j];
      gh += double(dy[i][j]) * weight[j] * h(i, j);
    }
    for (std::int64_t j = 0; j < columns; ++j)
      assign(dx[i][j],
             rstd[i] * (double(dy[i][j]) * weight[j] - g / double(columns) -
                        h(i, j) * gh / double(columns)),
             accumulate);
  }
  for (std::int64_t j = 0; j < columns && sums; ++j) {
    double dweight = 0, dbias = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
      dweight += dy[i][j] * h(i, j);
      dbias += dy[i][j];
    }
    sums[j] = static_cast<Real>(dweight);
    sums[columns + j] = static_cast<Real>(dbias);
  }
}

inline void rms_norm(std::int64_t rows, std::int64_t columns,
                     Rows<const Real> x, const Real* weight, Real epsilon,
                     Rows<Real> y, Real* rstd) {
  for (std::int64_t i = 0; i < rows; ++i) {
    double squares = 0;
    for (std::int64_t j = 0; j < columns; ++j)
      squares += double(x[i][j]) * x[i][j];
    const double r = 1 / std::sqrt(squares / double(columns) + epsilon);
    for (std::int64_t j = 0; j < columns; ++j)
      y[i][j] = static_cast<Real>(x[i][j] * r * weight[j]);
    rstd[i] = static_cast<Real>(r);
  }
}

inline void rms_norm_backward(std::int64_t rows, std::int64_t columns,
                              Rows<const Real> x, const Real* weight,
                              const Real* rstd, Rows<const Real> dy,
                              Rows<Real> dx, bool accumulate, Real* sums) {
  for (std::int64_t j = 0; j < columns && sums; ++j) sums[j] = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    double gh = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
      const double h = double(x[i][j]) * rstd[i];
      gh += dy[i][j] * weight[j] * h;
      if (sums) sums[j] += static_cast<Real>(dy[i][j] * h);
    }
    for (std::int64_t j = 0; j < columns && dx.data; ++j)
      assign(dx[i][j],
             rstd[i] * (double(dy[i][j]) * weight[j] -
                        double(x[i][j]) * rstd[i] * gh / double(columns)),
             accumulate);
  }
}

inline double dot(int size, const Real* a, const Real* b) {
  double sum = 0;
  for (int i = 0; i < size; ++i) sum += double(a[i]) * b[i];
  return sum;
}

// e_hts of a key that query t sees.
inline double score(const Attention& x, int h, int t, int s) {
  const double e = x.scale * dot(x.width, x.query(h, t), x.key[s]);
  return x.slopes ? e - x.slopes[h] * std::abs(double(x.first) + t - s) : e;
}

// What weight (h, t, s) is multiplied by: 0 or 1 / (1 - p).
inline double kept(const Attention& x, int h, int t, int s) {
  if (x.dropout == 0) return 1;
  const std::uint64_t i =
      x.index + (std::uint64_t(h) * x.queries + t) * x.row + s;
  return kernels::first(uniform(x.seed, i)) < x.dropout
             ? 0
             : 1 / (1 - double(x.dropout));
}

inline void attention(const Attention& x, int begin, int end) {
  for (int h = 0; h < x.heads; ++h)
    for (int t = begin; t < end; ++t) {
      std::vector<Real> e;
      for (int s = 0; s < x.keys; ++s)
        if (x.sees(t, s)) e.push_back(static_cast<Real>(score(x, h, t, s)));
      const double lse = logsumexp(std::int64_t(e.size()), e.data());
      std::vector<double> y(std::size_t(x.value_width));
      for (int s = 0; s < x.keys; ++s)
        for (int i = 0; i < x.value_width && x.sees(t, s); ++i)
          y[i] += std::exp(score(x, h, t, s) - lse) * kept(x, h, t, s) *
                  x.value[s][i];
      for (int i = 0; i < x.value_width; ++i)
        x.y(h, t)[i] = static_cast<Real>(y[i]);
      *x.logsumexp(h, t) = static_cast<Real>(lse);
    }
}

inline void attention_backward(const Attention& x,
                               const AttentionGradients& d) {
  for (int h = 0; h < x.heads; ++h)
    for (int t = 0; t < x.queries; ++t)
      for (int s = 0; s < x.keys; ++s) {
        if (!x.sees(t, s)) continue;
        const Real *dy = d.y(h, t), *q = x.query(h, t), *k = x.key[s];
        const double alpha = std::exp(score(x, h, t, s) - *x.logsumexp(h, t));
        const double keeps = kept(x, h, t, s);
        const double de = alpha * (keeps * dot(x.value_width, dy, x.value[s]) -
                                   dot(x.value_width, dy, x.y(h, t)));
        for (int i = 0; i < x.value_width && d.value.data; ++i)
          assign(d.value[s][i], alpha * keeps * dy[i], true);
        for (int i = 0; i < x.width && d.key.data; ++i)
          assign(d.key[s][i], x.scale * de * q[i], true);
        for (int i = 0; i < x.width && d.query.data; ++i)
          assign(d.query(h, t)[i], x.scale * de * k[i], true);
      }
}

}  // namespace autograd::kernels::reference
