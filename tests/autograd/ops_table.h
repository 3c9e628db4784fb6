// The catalogue of ops as a table for gradient checks.
#pragma once

#include <algorithm>

#include "tests/autograd/ops_table_fused.h"
#include "tests/autograd/ops_table_row.h"
#include "tests/autograd/ops_table_vision.h"

namespace autograd {

inline void add_elementwise(std::vector<Row>& rows) {
  const std::vector<Fill> positives = {positive, positive},
                          spreads = {spread, spread};
  for (const Pair& pair : pairs) {
    rows.push_back({"operator+", pair, [](auto& x) { return x[0] + x[1]; }});
    rows.push_back({"operator-", pair, [](auto& x) { return x[0] - x[1]; }});
    rows.push_back({"operator*", pair, [](auto& x) { return x[0] * x[1]; }});
    rows.push_back(
        {"operator/", pair, [](auto& x) { return x[0] / x[1]; }, positives});
    rows.push_back({"maximum", pair,
                    [](auto& x) { return maximum(x[0], x[1]); }, spreads});
    rows.push_back({"masked_fill",
                    pair,
                    [](auto& x) { return masked_fill(x[0], x[1], -3); },
                    {normal, mask}});
  }
  rows.push_back({"where",
                  [](int n) {
                    return Shapes{{3, n}, {3, n}, {3, n}};
                  },
                  [](auto& x) { return where(x[0], x[1], x[2]); },
                  {mask}});
  rows.push_back({"where",
                  [](int n) {
                    return Shapes{{3, 1}, {n}, {}};
                  },
                  [](auto& x) { return where(x[0], x[1], x[2]); },
                  {mask}});
  rows.push_back({"operator-", one, [](auto& x) { return -x[0]; }});
  for (Real exponent : {-2., 0., 0.5, 1., 2., 2.5})
    rows.push_back(
        {"pow", one, [=](auto& x) { return pow(x[0], exponent); }, positives});
  rows.push_back({"exp", one, [](auto& x) { return exp(x[0]); }});
  rows.push_back({"log", one, [](auto& x) { return log(x[0]); }, positives});
  rows.push_back({"sqrt", one, [](auto& x) { return sqrt(x[0]); }, positives});
  rows.push_back({"tanh", one, [](auto& x) { return tanh(x[0]); }});
  rows.push_back({"sigmoid", one, [](auto& x) { return sigmoid(x[0]); }});
  rows.push_back({"relu", one, [](auto& x) { return relu(x[0]); }, spreads});
  rows.push_back({"gelu", one, [](auto& x) { return gelu(x[0]); }});
  rows.push_back({"silu", one, [](auto& x) { return silu(x[0]); }});
}

inline void add_reductions(std::vector<Row>& rows) {
  const std::vector<std::vector<int>> axes = {{}, {0}, {1}, {-1}, {0, 2}};
  for (const auto& a : axes)
    for (bool keep : {false, true}) {
      rows.push_back(
          {"sum", three_axes, [=](auto& x) { return sum(x[0], a, keep); }});
      rows.push_back({"mean",
                      three_axes,
                      [=](auto& x) { return mean(x[0], a, keep); },
                      {},
                      1});
      rows.push_back({"max",
                      three_axes,
                      [=](auto& x) { return max(x[0], a, keep); },
                      {spread},
                      1});
      rows.push_back({"variance",
                      three_axes,
                      [=](auto& x) { return variance(x[0], a, keep); },
                      {},
                      1});
    }
  rows.push_back({"variance",
                  one,
                  [](auto& x) { return variance(x[0], {1}, false, 1); },
                  {},
                  2});
}

inline void add_products(std::vector<Row>& rows) {
  const std::vector<std::function<Shapes(int)>> factors = {
      [](int n) {
        return Shapes{{n, 3}, {3, n}};
      },
      [](int n) {
        return Shapes{{3, n}, {n, 2}};
      },
      [](int n) {
        return Shapes{{n, n}, {n, n}};
      },
      [](int n) {
        return Shapes{{2, n, 3}, {2, 3, 4}};
      },
      [](int n) {
        return Shapes{{2, 1, 3, n}, {3, n, 2}};
      },
      [](int n) {
        return Shapes{{n, 2, 3}, {3, 2}};
      },
      [](int n) {
        return Shapes{{3, 2}, {n, 2, 3}};
      },
      [](int n) {
        return Shapes{{n}, {n}};
      },
      [](int n) {
        return Shapes{{2, n, 3}, {3}};
      },
      [](int n) {
        return Shapes{{n}, {2, n, 3}};
      }};
  for (const auto& shapes : factors)
    rows.push_back(
        {"matmul", shapes, [](auto& x) { return matmul(x[0], x[1]); }});
  rows.push_back({"linear",
                  [](int n) {
                    return Shapes{{2, 3, n}, {4, n}, {4}};
                  },
                  [](auto& x) { return linear(x[0], x[1], x[2]); }});
  rows.push_back({"linear",
                  [](int n) {
                    return Shapes{{3}, {n, 3}, {n}};
                  },
                  [](auto& x) { return linear(x[0], x[1], x[2]); }});
  rows.push_back({"linear",
                  [](int n) {
                    return Shapes{{n, 3}, {2, 3}};
                  },
                  [](auto& x) { return linear(x[0], x[1]); }});
  rows.push_back({"linear",
                  [](int n) {
                    return Shapes{{n, 3}, {2, 3}, {2}};
                  },
                  [](auto& x) {
                    Rng rng(3);
                    return linear(
                        x[0], x[1], x[2],
                        {.relu = true, .dropout = Real(0.4), .rng = &rng});
                  }});
  rows.push_back({"linear",
                  [](int n) {
                    return Shapes{{2, n, 3}, {2, 3}, {2, n, 2}};
                  },
                  [](auto& x) {
                    Rng rng(3);
                    return linear(
                        x[0], x[1], {},
                        {.dropout = Real(0.4), .rng = &rng, .residual = x[2]});
                  }});
}

inline void add_windows(std::vector<Row>& rows) {
  rows.push_back({"transpose", three_axes,
                  [](auto& x) { return transpose(x[0], 0, -1); }});
  rows.push_back({"permute", three_axes, [](auto& x) {
                    return permute(x[0], {2, 0, 1});
                  }});
  rows.push_back({"slice", three_axes,
                  [](auto& x) { return slice(x[0], -1, 0, x[0].size(2), 3); }});
  rows.push_back(
      {"select", three_axes, [](auto& x) { return select(x[0], 1, -1); }});
  rows.push_back({"split",
                  three_axes,
                  [](auto& x) {
                    auto parts = split(x[0], 2, 4);
                    std::reverse(parts.begin(), parts.end());
                    return concat(parts, 2);
                  },
                  {},
                  1});
  rows.push_back({"expand",
                  [](int n) {
                    return Shapes{{3, 1, n}};
                  },
                  [](auto& x) {
                    return expand(x[0], {2, 3, 4, x[0].size(2)});
                  }});
  rows.push_back(
      {"unsqueeze", one, [](auto& x) { return unsqueeze(x[0], 1); }});
  rows.push_back({"squeeze",
                  [](int n) {
                    return Shapes{{3, 1, n}};
                  },
                  [](auto& x) { return squeeze(x[0], 1); }});
  rows.push_back({"reshape",
                  [](int n) {
                    return Shapes{{2, 3, n}};
                  },
                  [](auto& x) {
                    return reshape(x[0], {x[0].size(2), -1});
                  },
                  {},
                  1});
  rows.push_back({"reshape",
                  [](int n) {
                    return Shapes{{4, n}};
                  },
                  [](auto& x) {
                    return reshape(x[0], {2, 2, x[0].size(1)});
                  }});
}

inline void add_moves(std::vector<Row>& rows) {
  rows.push_back({"contiguous", one, [](auto& x) { return contiguous(x[0]); }});
  for (int axis : {0, -1})
    rows.push_back({"concat",
                    [](int n) {
                      return Shapes{{3, n}, {3, n}};
                    },
                    [=](auto& x) {
                      return concat({x[0], x[1]}, axis);
                    }});
  rows.push_back({"concat",
                  [](int n) {
                    return Shapes{{3, n}, {3, 2}, {3, 1}, {3, n}};
                  },
                  [](auto& x) { return concat(x, 1); }});
  rows.push_back({"stack",
                  [](int n) {
                    return Shapes{{3, n}, {3, n}};
                  },
                  [](auto& x) {
                    return stack({x[0], x[1]}, 1);
                  }});
  for (int axis : {0, 1, 2})
    rows.push_back({"gather",
                    three_axes,
                    [=](auto& x) {
                      return gather(x[0], axis,
                                    some_indices(x[0].shape().with(axis, 5),
                                                 x[0].size(axis)));
                    },
                    {},
                    1});
  rows.push_back({"embedding",
                  [](int n) {
                    return Shapes{{5, n}};
                  },
                  [](auto& x) {
                    return embedding(x[0], some_indices({2, 4}, 5));
                  }});
  rows.push_back(
      {"embedding",
       [](int n) {
         return Shapes{{5, n}};
       },
       [](auto& x) { return embedding(x[0], some_indices({0}, 5)); }});
  rows.push_back({"dropout", one, [](auto& x) {
                    Rng rng(3);
                    return dropout(x[0], Real(0.4), rng);
                  }});
}

inline void add_along_axis(std::vector<Row>& rows) {
  for (int axis : {0, 1, -1}) {
    rows.push_back(
        {"softmax", three_axes, [=](auto& x) { return softmax(x[0], axis); }});
    rows.push_back({"sparsemax", three_axes,
                    [=](auto& x) { return sparsemax(x[0], axis); }});
    rows.push_back({"log_softmax", three_axes,
                    [=](auto& x) { return log_softmax(x[0], axis); }});
    rows.push_back({"logsumexp",
                    three_axes,
                    [=](auto& x) { return logsumexp(x[0], axis); },
                    {},
                    1});
  }
  for (Real smoothing : {0., 0.1})
    rows.push_back({"cross_entropy",
                    three_axes,
                    [=](auto& x) {
                      const Tensor& logits = x[0];
                      return cross_entropy(
                          logits, some_indices({2, 3}, logits.size(2), -100),
                          {.smoothing = smoothing});
                    },
                    {},
                    1});
  rows.push_back({"layer_norm",
                  [](int n) {
                    return Shapes{{2, 3, n}, {n}, {n}};
                  },
                  [](auto& x) { return layer_norm(x[0], x[1], x[2]); },
                  {},
                  2});
  rows.push_back({"rms_norm",
                  [](int n) {
                    return Shapes{{2, 3, n}, {n}};
                  },
                  [](auto& x) { return rms_norm(x[0], x[1]); }});
}

inline std::vector<Row> catalogue() {
  std::vector<Row> rows;
  add_elementwise(rows);
  add_reductions(rows);
  add_products(rows);
  add_windows(rows);
  add_moves(rows);
  add_along_axis(rows);
  add_positions(rows);
  add_attention(rows);
  add_fused(rows);
  add_vision(rows);
  return rows;
}

}  // namespace autograd
