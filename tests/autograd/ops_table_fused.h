// The rows of what Transformers and recurrent networks are made of.
#pragma once

#include "tests/autograd/ops_table_row.h"

namespace autograd {

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

}  // namespace autograd
