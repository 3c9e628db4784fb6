// Every kernel in plain loops: its definition, and what it is tested against.
// The product has the same bits as the fast one; what works along rows is
// computed in double and agrees within rounding.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

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

}  // namespace autograd::kernels::reference
