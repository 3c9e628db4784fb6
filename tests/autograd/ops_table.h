// The catalogue of ops as a table for gradient checks: each op with its shapes
// as a function of one awkward size, and what its operands are filled with.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"

namespace autograd {

// What an operand is filled with. `spread` keeps away from kinks: no two
// elements and no zero closer than 0.02. A mask wants no gradient.
enum class Fill { normal, positive, spread, mask };
constexpr Fill normal = Fill::normal, positive = Fill::positive,
               spread = Fill::spread, mask = Fill::mask;

struct Row {
  std::string op;  // as ops.h declares it
  std::function<std::vector<Shape>(int n)> shapes;
  Function function;
  std::vector<Fill> fill = {};  // normal where nothing is said
  int least = 0;                // the smallest size that is legal
};

inline Indices some_indices(const Shape& shape, int size, int ignored = 0) {
  Rng rng(7);
  std::vector<int> values;
  for (std::int64_t i = 0; i < element_count(shape); ++i)
    values.push_back(ignored && i % 3 == 2 ? ignored : rng.below(size));
  return Indices(shape, values);
}

using Shapes = std::vector<Shape>;

// The shapes of two operands that meet element by element.
using Pair = Shapes (*)(int);
constexpr Pair pairs[] = {
    [](int n) {
      return Shapes{{3, n}, {3, n}};
    },
    [](int n) {
      return Shapes{{2, 3, n}, {n}};
    },
    [](int n) {
      return Shapes{{n, 1}, {2, 1, 3}};
    },
    [](int n) {
      return Shapes{{}, {n, 2}};
    },
};

inline Shapes one(int n) { return {{3, n}}; }
inline Shapes three_axes(int n) { return {{2, 3, n}}; }

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

inline void add_positions(std::vector<Row>& rows) {
  rows.push_back({"rotary",
                  [](int n) {
                    return Shapes{{2, 3, 2 * n}};
                  },
                  [](auto& x) { return rotary(x[0], 5); }});
  rows.push_back({"rotary",
                  [](int n) {
                    return Shapes{{n, 4}};
                  },
                  [](auto& x) { return rotary(x[0], 0, 100); }});
}

inline void add_attention(std::vector<Row>& rows) {
  // The size n is that of queries, keys, widths or sentences.
  rows.push_back({"attention",
                  [](int n) {
                    return Shapes{{1, 2, n, 3}, {1, 2, 4, 3}, {1, 2, 4, 2}};
                  },
                  [](auto& x) {
                    Visible causal;
                    causal.before = 2;
                    causal.after = 1;
                    return attention(x[0], x[1], x[2], causal);
                  }});
  rows.push_back({"attention",
                  [](int n) {
                    return Shapes{{2, 2, 3, 2}, {2, 1, n, 2}, {2, 1, n, 3}};
                  },
                  [](auto& x) {
                    const int n = x[1].size(2);
                    Visible visible;
                    visible.lengths = {n, n / 2};
                    AttentionOptions options;
                    options.scale = Real(0.5);
                    options.slopes = {Real(0.25), Real(-0.5)};
                    options.first = 1;
                    return attention(x[0], x[1], x[2], visible, options);
                  }});
  rows.push_back({"attention",
                  [](int n) {
                    return Shapes{{1, 2, 3, n}, {1, 2, 3, n}, {1, 2, 3, n}};
                  },
                  [](auto& x) {
                    Rng rng(3);
                    AttentionOptions options;
                    options.dropout = Real(0.4);
                    options.rng = &rng;
                    return attention(x[0], x[1], x[2], {}, options);
                  }});
  rows.push_back({"attention",
                  [](int n) {
                    return Shapes{{n, 2, 1, 3}, {n, 2, 3, 3}, {n, 2, 3, 2}};
                  },
                  [](auto& x) {
                    Visible visible;
                    visible.pattern = Tensor::from({1, 1, 3}, {1, 0, 1});
                    return attention(x[0], x[1], x[2], visible);
                  }});
}

inline void add_fused(std::vector<Row>& rows) {
  rows.push_back({"gru_gates",
                  [](int n) {
                    return Shapes{{2, 3 * n}, {2, 3 * n}, {2, n}};
                  },
                  [](auto& x) { return gru_gates(x[0], x[1], x[2]); }});
  rows.push_back({"lstm_gates",
                  [](int n) {
                    return Shapes{{2, 4 * n}, {2, 4 * n}, {2, n}};
                  },
                  [](auto& x) { return lstm_gates(x[0], x[1], x[2]); }});
  struct Kind {
    const char* op;
    decltype(&gru_sequence) function;
    int gates;
    Shape state;
  };
  for (const Kind& kind : {Kind{"tanh_sequence", tanh_sequence, 1, {3, 0}},
                           Kind{"relu_sequence", relu_sequence, 1, {3, 0}},
                           Kind{"gru_sequence", gru_sequence, 3, {3, 0}},
                           Kind{"lstm_sequence", lstm_sequence, 4, {2, 3, 0}}})
    for (bool reverse : {false, true})
      rows.push_back(
          {kind.op,
           [=](int n) {
             return Shapes{{3, 2, kind.gates * n},
                           kind.state.with(kind.state.rank() - 1, n),
                           {kind.gates * n, n},
                           {kind.gates * n}};
           },
           [=](auto& x) {
             const Sequence y = kind.function(
                 x[0], x[1], x[2], x[3],
                 reverse ? std::vector<int>{} : std::vector<int>{2, 0, 1},
                 reverse);
             return concat({reshape(y.outputs, {-1}), reshape(y.state, {-1})},
                           0);
           }});
  const std::vector<std::function<Shapes(int)>> scored = {
      [](int n) {
        return Shapes{{2, 3, n}, {2, 3, n}, {n}};
      },
      [](int n) {
        return Shapes{{n, 2, 3}, {n, 4, 3}, {3}};
      },
      [](int n) {
        return Shapes{{2, n, 3}, {2, 2, 3}, {3}};
      },
      [](int n) {
        return Shapes{{2, 3, 2, n}, {2, 1, 2, n}, {n}};
      }};
  for (const auto& shapes : scored)
    rows.push_back({"additive_score", shapes,
                    [](auto& x) { return additive_score(x[0], x[1], x[2]); }});
  // Two sentences, two steps, three keys; the width n is the states', the
  // score's or the values'.
  for (int wide : {0, 1, 2})
    rows.push_back({"attention_decoder",
                    [=](int n) {
                      const int H = wide == 0 ? n : 2, A = wide == 1 ? n : 2,
                                D = wide == 2 ? n : 2;
                      return Shapes{{2, 2, 3 * H}, {2, H},     {2, 3, A},
                                    {2, 3, D},     {A, H},     {A},
                                    {3 * H, D},    {3 * H, H}, {3 * H}};
                    },
                    [=](auto& x) {
                      const Tensor visible =
                          wide == 0
                              ? Tensor::from({2, 1, 3}, {1, 1, 1, 0, 1, 0})
                              : Tensor::from({1, 2, 3}, {1, 1, 1, 0, 1, 0});
                      return attention_decoder(x[0], x[1], x[2], x[3], visible,
                                               {x[4], x[5], x[6], x[7], x[8]});
                    }});
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
  return rows;
}

}  // namespace autograd
