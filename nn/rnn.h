// Recurrent layers: plain, GRU and LSTM, a step or whole sequences. A state is
// one tensor [B, H]; an LSTM's is [2, B, H], the hidden state h and the cell c.
#pragma once

#include <vector>

#include "nn/module.h"

namespace nn {

// ---- The kinds: one step, from what the input and the state send to the
// gates, gi and gh [B, gates H], and from the state before, to the next; and
// all steps of a layer in one op.

// h' = tanh(gi + gh)                                        Elman 1990
struct TanhStep {
  static constexpr int gates = 1, parts = 1;
  static Tensor next(const Tensor& gi, const Tensor& gh, const Tensor& state);
  static constexpr auto sequence = autograd::tanh_sequence;
};

// h' = max(gi + gh, 0)                                      Le et al. 2015
struct ReluStep {
  static constexpr int gates = 1, parts = 1;
  static Tensor next(const Tensor& gi, const Tensor& gh, const Tensor& state);
  static constexpr auto sequence = autograd::relu_sequence;
};

// autograd::gru_gates                                       Cho et al. 2014
struct GruStep {
  static constexpr int gates = 3, parts = 1;
  static Tensor next(const Tensor& gi, const Tensor& gh, const Tensor& state);
  static constexpr auto sequence = autograd::gru_sequence;
};

// autograd::lstm_gates                         Hochreiter & Schmidhuber 1997
struct LstmStep {
  static constexpr int gates = 4, parts = 2;
  static Tensor next(const Tensor& gi, const Tensor& gh, const Tensor& state);
  static constexpr auto sequence = autograd::lstm_sequence;
};

// ---- One step.

struct CellOptions {
  int input = 0, hidden = 0;
  bool bias = true;
};

template <class Step>
struct Cell {
  CellOptions options;
  Parameter weight_ih, weight_hh;  // [gates H, input], [gates H, H]
  Parameter bias_ih, bias_hh;      // [gates H], or empty handles

  // Uniform within +-1 / sqrt(hidden), as PyTorch's.
  Cell(const CellOptions& options, Rng& rng);

  // x [B, input] and the state before, to the state after.
  Tensor operator()(const Tensor& x, const Tensor& state) const {
    return step(project(x), state);
  }
  // The same in two parts: gi, for any number of inputs at once, and the rest.
  //   x [..., input]   gi [..., gates H]
  Tensor project(const Tensor& x) const;
  Tensor step(const Tensor& gi, const Tensor& state) const;

  // A state of zeros, and the shape of any.
  Tensor start(int batch) const { return Tensor::zeros(state_shape(batch)); }
  Shape state_shape(int batch) const;
  // The hidden state h [..., B, H] within a state.
  static Tensor hidden(const Tensor& state) {
    return Step::parts == 1 ? state : autograd::select(state, 0, 0);
  }

  Parameters parameters() const;
};

using RnnCell = Cell<TanhStep>;
using ReluRnnCell = Cell<ReluStep>;
using GruCell = Cell<GruStep>;
using LstmCell = Cell<LstmStep>;

// ---- Whole sequences.

struct RecurrentOptions {
  int input = 0, hidden = 0, layers = 1;
  bool bidirectional = false;
  Real dropout = 0;  // between layers
  bool bias = true;
};

struct RecurrentResult {
  Tensor outputs;  // [B, T, directions H], 0 where a sequence has ended
  Tensor state;    // of every layer and direction, after its last input
};

template <class Step>
struct Recurrent {
  RecurrentOptions options;
  std::vector<Cell<Step>> cells;  // by layer; in a layer forward, then reverse

  Recurrent(const RecurrentOptions& options, Rng& rng);

  // x [B, T, input]; lengths: how many of its T inputs each sequence has, all
  // of them where the list is empty. What lies beyond changes nothing.
  // State, initial (zeros if empty) and final:
  //   [layers directions, B, H], of an LSTM [2, layers directions, B, H]
  // A null generator means evaluation: no dropout.
  RecurrentResult operator()(const Tensor& x,
                             const std::vector<int>& lengths = {},
                             const Tensor& initial = {},
                             Rng* training = nullptr) const;

  int directions() const { return options.bidirectional ? 2 : 1; }
  // PyTorch's names: weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1 ...
  Parameters parameters() const;
};

using Rnn = Recurrent<TanhStep>;
using ReluRnn = Recurrent<ReluStep>;
using Gru = Recurrent<GruStep>;
using Lstm = Recurrent<LstmStep>;

}  // namespace nn
