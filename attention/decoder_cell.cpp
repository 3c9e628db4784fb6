#include "attention/decoder_cell.h"

#include <cmath>

#include "autograd/ops.h"

namespace attention {

using autograd::linear;
using autograd::matmul;
using autograd::reshape;
using autograd::slice;
using autograd::transpose;

namespace {

int gates(DecoderKind kind) { return kind == DecoderKind::gru ? 3 : 1; }

nn::Parameter weight(const nn::Shape& shape, int hidden, Rng& rng) {
  const Real bound = 1 / std::sqrt(static_cast<Real>(hidden));
  return nn::Parameter(Tensor::uniform(shape, -bound, bound, rng));
}

// [..., D] as [M, D].
Tensor rows(const Tensor& x) { return reshape(x, {-1, x.size(-1)}); }

}  // namespace

DecoderCell::DecoderCell(DecoderKind kind, int word, int context, int hidden,
                         Rng& rng)
    : kind(kind),
      word(word),
      weight_ih(weight({gates(kind) * hidden, word + context}, hidden, rng)),
      weight_hh(weight({gates(kind) * hidden, hidden}, hidden, rng)),
      bias_ih(weight({gates(kind) * hidden}, hidden, rng)),
      bias_hh(weight({gates(kind) * hidden}, hidden, rng)) {}

Tensor DecoderCell::project(const Tensor& words) const {
  return linear(words, slice(weight_ih, 1, 0, word), bias_ih);
}

Tensor DecoderCell::context_weight() const {
  return slice(weight_ih, 1, word, weight_ih.size(1));
}

Tensor DecoderCell::operator()(const Tensor& projected, const Tensor& context,
                               const Tensor& state) const {
  Tensor input = rows(projected);
  if (context.defined())
    input = input + matmul(rows(context), transpose(context_weight()));
  const Tensor last = rows(state);
  const Tensor recurrent = linear(last, weight_hh, bias_hh);
  const Tensor next = kind == DecoderKind::gru
                          ? autograd::gru_gates(input, recurrent, last)
                          : autograd::tanh(input + recurrent);
  return reshape(next, state.shape());
}

Tensor DecoderCell::sequence(const Tensor& projected,
                             const Tensor& state) const {
  const auto run = kind == DecoderKind::gru ? autograd::gru_sequence
                                            : autograd::tanh_sequence;
  return run(projected, state, weight_hh, bias_hh, {}, false).outputs;
}

Parameters DecoderCell::parameters() const {
  return {{"weight_ih", weight_ih},
          {"weight_hh", weight_hh},
          {"bias_ih", bias_ih},
          {"bias_hh", bias_hh}};
}

}  // namespace attention
