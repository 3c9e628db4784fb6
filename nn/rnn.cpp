#include "nn/rnn.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "nn/init.h"

namespace nn {

using autograd::check;

// ---- The kinds

Tensor TanhStep::next(const Tensor& gi, const Tensor& gh, const Tensor&) {
  return tanh(gi + gh);
}

Tensor ReluStep::next(const Tensor& gi, const Tensor& gh, const Tensor&) {
  return relu(gi + gh);
}

Tensor GruStep::next(const Tensor& gi, const Tensor& gh, const Tensor& h) {
  return gru_gates(gi, gh, h);
}

Tensor LstmStep::next(const Tensor& gi, const Tensor& gh, const Tensor& state) {
  return lstm_gates(gi, gh, select(state, 0, 1));
}

// ---- One step

template <class Step>
Cell<Step>::Cell(const CellOptions& options, Rng& rng) : options(options) {
  const auto [input, hidden, bias] = options;
  check(input >= 1 && hidden >= 1,
        "[Cell] wanted sizes of at least 1, got input ", input, " and hidden ",
        hidden);
  const Real bound = 1 / std::sqrt(static_cast<Real>(hidden));
  const int rows = Step::gates * hidden;
  auto make = [&](const Shape& shape) {
    Parameter parameter(Tensor::empty(shape));
    init::uniform(parameter, -bound, bound, rng);
    return parameter;
  };
  weight_ih = make({rows, input});
  weight_hh = make({rows, hidden});
  if (!bias) return;
  bias_ih = make({rows});
  bias_hh = make({rows});
}

template <class Step>
Tensor Cell<Step>::project(const Tensor& x) const {
  return linear(x, weight_ih, bias_ih);
}

template <class Step>
Tensor Cell<Step>::step(const Tensor& gi, const Tensor& state) const {
  check(gi.rank() == 2 && gi.size(1) == weight_ih.size(0),
        "[Cell] wanted projected inputs [B, ", weight_ih.size(0), "], got ",
        gi.shape());
  check(state.shape() == state_shape(gi.size(0)), "[Cell] wanted a state ",
        state_shape(gi.size(0)), ", got ", state.shape());
  return Step::next(gi, linear(hidden(state), weight_hh, bias_hh), state);
}

template <class Step>
Shape Cell<Step>::state_shape(int batch) const {
  if (Step::parts == 1) return {batch, options.hidden};
  return {Step::parts, batch, options.hidden};
}

template <class Step>
Parameters Cell<Step>::parameters() const {
  if (!bias_ih.defined())
    return {{"weight_ih", weight_ih}, {"weight_hh", weight_hh}};
  return {{"weight_ih", weight_ih},
          {"weight_hh", weight_hh},
          {"bias_ih", bias_ih},
          {"bias_hh", bias_hh}};
}

// ---- Whole sequences

namespace {

// x [B, T, D] with zeros where a sequence has ended, so that nothing of what
// stands there, NaN included, reaches a product.
Tensor without_padding(const Tensor& x, const std::vector<int>& lengths) {
  const int B = x.size(0), T = x.size(1);
  if (std::all_of(lengths.begin(), lengths.end(),
                  [T](int length) { return length == T; }))
    return x;
  std::vector<Real> real;  // [B, T, 1]
  for (int length : lengths)
    for (int t = 0; t < T; ++t) real.push_back(t < length ? 1 : 0);
  return where(Tensor::from({B, T, 1}, real), x, 0);
}

void check_lengths(const std::vector<int>& lengths, int B, int T) {
  check(lengths.empty() || static_cast<int>(lengths.size()) == B,
        "[Recurrent] wanted a length for each of ", B, " sequences, got ",
        lengths.size());
  for (int length : lengths)
    check(0 <= length && length <= T,
          "[Recurrent] wanted lengths within 0 ... ", T, ", got ", length);
}

// One layer in one direction, from its initial to its final state. The reverse
// direction leaves the initial state as it is until a sequence's last input.
//   x [B, T, D]   outputs [B, T, H]
template <class Step>
autograd::Sequence run(const Cell<Step>& cell, const Tensor& x,
                       const std::vector<int>& lengths, bool reverse,
                       const Tensor& state) {
  const Tensor gi = cell.project(x);  // [B, T, gates H]
  const Tensor bias = cell.bias_hh.defined() ? Tensor(cell.bias_hh)
                                             : Tensor::zeros({gi.size(-1)});
  return Step::sequence(gi, state, cell.weight_hh, bias, lengths, reverse);
}

}  // namespace

template <class Step>
Recurrent<Step>::Recurrent(const RecurrentOptions& options, Rng& rng)
    : options(options) {
  check(options.layers >= 1, "[Recurrent] wanted at least 1 layer, got ",
        options.layers);
  check(options.dropout >= 0 && options.dropout < 1,
        "[Recurrent] wanted a dropout in [0, 1), got ", options.dropout);
  for (int layer = 0; layer < options.layers; ++layer)
    for (int direction = 0; direction < directions(); ++direction) {
      const int input =
          layer == 0 ? options.input : directions() * options.hidden;
      cells.emplace_back(
          CellOptions{
              .input = input, .hidden = options.hidden, .bias = options.bias},
          rng);
    }
}

template <class Step>
RecurrentResult Recurrent<Step>::operator()(const Tensor& x,
                                            const std::vector<int>& lengths,
                                            const Tensor& initial,
                                            Rng* training) const {
  check(x.rank() == 3 && x.size(1) >= 1 && x.size(2) == options.input,
        "[Recurrent] wanted x [B, T, ", options.input,
        "] with at least one step, got ", x.shape());
  const int batch = x.size(0);
  const Shape start = cells[0].state_shape(batch);
  const Shape all =
      start.inserted(start.rank() - 2, static_cast<int>(cells.size()));
  check(!initial.defined() || initial.shape() == all,
        "[Recurrent] wanted an initial state ", all, ", got ", initial.shape());
  check_lengths(lengths, batch, x.size(1));
  Tensor outputs = without_padding(x, lengths);
  std::vector<Tensor> states;
  for (int layer = 0; layer < options.layers; ++layer) {
    if (layer > 0 && training)
      outputs = dropout(outputs, options.dropout, *training);
    std::vector<Tensor> sides;
    for (int direction = 0; direction < directions(); ++direction) {
      const int index = static_cast<int>(states.size());
      const auto& cell = cells[states.size()];
      const auto [side, state] = run(
          cell, outputs, lengths, direction == 1,
          initial.defined() ? select(initial, -3, index) : cell.start(batch));
      sides.push_back(side);
      states.push_back(state);
    }
    outputs = directions() == 1 ? sides[0] : concat(sides, -1);
  }
  return {outputs, stack(states, -3)};
}

template <class Step>
Parameters Recurrent<Step>::parameters() const {
  Parameters all;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t layer = i / static_cast<std::size_t>(directions());
    const bool reverse = options.bidirectional && i % 2 == 1;
    for (const auto& [name, tensor] : cells[i].parameters())
      all.push_back(
          {name + "_l" + std::to_string(layer) + (reverse ? "_reverse" : ""),
           tensor});
  }
  return all;
}

template struct Cell<TanhStep>;
template struct Cell<ReluStep>;
template struct Cell<GruStep>;
template struct Cell<LstmStep>;
template struct Recurrent<TanhStep>;
template struct Recurrent<ReluStep>;
template struct Recurrent<GruStep>;
template struct Recurrent<LstmStep>;

}  // namespace nn
