// A recurrent layer over whole sequences, in one direction, as one op.
//   h_i = step(gi_t, h_{i-1} W' + b, h_{i-1})      t = i, or T - 1 - i
// Backward goes through the steps again, last one first:
//   dh_{i-1} = step's own + dgh_i W      dW = sum_i dgh_i' h_{i-1}
//   dgi_t = step's own                   db = sum_i dgh_i
// Sentences do not meet but in dW and db: threads share out the sentences, and
// dW is one product over all steps at the end.
#include <algorithm>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/gates.h"
#include "autograd/kernels/gemm.h"
#include "autograd/ops.h"
#include "autograd/sequences.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using namespace kernels;

// All steps of all sentences, forward and back.
template <class Kind>
struct Sweep {
  int B, T, H;
  bool reverse;
  Indices lengths;  // [B]
  Storage states;   // [parts, T + 1, B, H], before each step and at the end
  Storage kept;     // [T, B, kept H]

  static constexpr int P = Kind::parts, G = Kind::gates;

  std::ptrdiff_t rows(int i) const { return std::ptrdiff_t(i) * B; }
  Real* state(int i, int b) const {
    return states.as<Real>() + (rows(i) + b) * H;
  }
  std::ptrdiff_t part() const { return rows(T + 1) * H; }
  std::ptrdiff_t width() const { return std::ptrdiff_t(G) * H; }
  Real* kept_at(int i, int b) const {
    return kept.as<Real>() + (rows(i) + b) * Kind::kept * H;
  }
  // Element 0 of row (b, t) in [B, T, columns], where t is step i's.
  std::ptrdiff_t place(int i, int b, std::ptrdiff_t columns) const {
    return (std::ptrdiff_t(b) * T + (reverse ? T - 1 - i : i)) * columns;
  }
  bool ended(int i, int b) const {
    return (reverse ? T - 1 - i : i) >= lengths[b];
  }

  //   gi [B, T, G H]   weight [H, G H]   bias [G H]   outputs [B, T, H]
  void forward(const Real* gi, const StepWeight& weight, const Real* bias,
               Real* outputs) const {
    share_sentences(B, [=, this, &weight](int begin, int end) {
      const int M = end - begin;
      const Storage sums(sizeof(Real) * M * width());
      for (int i = 0; i < T; ++i) {
        Real* gh = sums.as<Real>();
        for (int b = 0; b < M; ++b)
          std::copy_n(bias, width(), gh + b * width());
        weight.multiply(M, {state(i, begin), H, 1}, {gh, width(), 1});
        for (int b = begin; b < end; ++b, gh += width()) {
          Real *before = state(i, b), *next = state(i + 1, b);
          Real* y = outputs + place(i, b, H);
          if (ended(i, b)) {
            for (int p = 0; p < P; ++p)
              std::copy_n(before + p * part(), H, next + p * part());
            std::fill_n(y, H, Real(0));
            continue;
          }
          Kind::forward(H, {gi + place(i, b, width()), gh, before, next,
                            kept_at(i, b), part()});
          std::copy_n(next, H, y);
        }
      }
    });
  }

  // dstate [P, B, H] from the last state's to the first one's.
  //   dy [B, T, H]   dgi [B, T, G H]   dgh [T, B, G H], by step
  void backward(const Real* dy, const StepWeight& weight, Real* dstate,
                Real* dgi, Real* dgh) const {
    share_sentences(B, [=, this, &weight](int begin, int end) {
      for (int i = T - 1; i >= 0; --i) {
        for (int b = begin; b < end; ++b) {
          Real* di = dgi + place(i, b, width());
          Real* dh = dgh + (rows(i) + b) * width();
          if (ended(i, b)) {
            std::fill_n(di, width(), Real(0));
            std::fill_n(dh, width(), Real(0));
            continue;
          }
          Kind::backward(
              H, {kept_at(i, b), state(i, b), state(i + 1, b), part(),
                  dy + place(i, b, H), dstate + std::ptrdiff_t(b) * H, di, dh,
                  rows(1) * H});
        }
        weight.multiply(end - begin,
                        {dgh + (rows(i) + begin) * width(), width(), 1},
                        {dstate + std::ptrdiff_t(begin) * H, H, 1});
      }
    });
  }
};

constexpr auto same = [](Vec x) { return x; };

Shape state_shape(int parts, int B, int H) {
  return parts == 1 ? Shape{B, H} : Shape{parts, B, H};
}

template <class Kind>
Sequence run(const char* op, const Tensor& gi, const Tensor& state,
             const Tensor& weight, const Tensor& bias,
             const std::vector<int>& lengths, bool reverse) {
  constexpr int P = Kind::parts, G = Kind::gates;
  check(gi.rank() == 3 && weight.rank() == 2, "[", op, "] wanted gates ",
        "[B, T, ", G, " H] and a weight [", G, " H, H], got ", gi.shape(),
        " and ", weight.shape());
  const int B = gi.size(0), T = gi.size(1), H = weight.size(1);
  check(gi.size(2) == G * H && weight.size(0) == G * H &&
            bias.shape() == Shape{G * H} &&
            state.shape() == state_shape(P, B, H),
        "[", op, "] wanted gates ", Shape{B, T, G * H}, ", a state ",
        state_shape(P, B, H), ", a weight ", Shape{G * H, H}, " and a bias ",
        Shape{G * H}, ", got ", gi.shape(), ", ", state.shape(), ", ",
        weight.shape(), " and ", bias.shape());
  check(lengths.empty() || static_cast<int>(lengths.size()) == B, "[", op,
        "] wanted a length for each of ", B, " sequences, got ",
        lengths.size());
  for (int length : lengths)
    check(0 <= length && length <= T, "[", op, "] wanted lengths within 0 ... ",
          T, ", got ", length);

  const std::size_t row = sizeof(Real) * B * H;
  const Sweep<Kind> sweep{
      B,
      T,
      H,
      reverse,
      Indices(lengths.empty() ? std::vector<int>(B, T) : lengths),
      Storage(row * P * (T + 1)),
      Storage(row * Kind::kept * T)};
  const Tensor dense_gi = contiguous(gi), dense_bias = contiguous(bias);
  // Strides of a state within `sweep.states`, and within y.
  const Shape all{P, B, H};
  const Strides apart{static_cast<std::ptrdiff_t>(T + 1) * B * H, H, 1};
  const View<Real> first{sweep.state(0, 0), all, apart};
  const Tensor start = P == 1 ? unsqueeze(state, 0) : state;
  map_into(first, same, values(start));
  // One Node: the outputs [B, T, H], then the final state [P, B, H].
  Tensor y = Tensor::empty({T + P, B, H});
  Real* out = mutable_values(y).data;
  const std::ptrdiff_t count = std::ptrdiff_t(T) * B * H;
  sweep.forward(dense_gi.data(),
                StepWeight(B, H, G * H, matrix(weight).transposed()),
                dense_bias.data(), out);
  map_into(View<Real>{out + count, all, dense_strides(all)}, same,
           View<const Real>{sweep.state(T, 0), all, apart});
  Counter::count_multiply_adds(op, count * G * H);

  y = record(op, y, {dense_gi, start, weight, dense_bias},
             [sweep, count, op](const Tensor& y, const Inputs& in) {
               const auto [B, T, H, reverse, lengths, states, kept] = sweep;
               const Real* dy = gradient(y).data;
               Tensor dstate = Tensor::empty({P, B, H}),
                      dgh = Tensor::empty({T, B, G * H});
               std::copy_n(dy + count, dstate.size(), dstate.write());
               GradientSlot slot = add_to(in[0]);
               const bool direct = slot && !slot.accumulate;
               Tensor dgi = direct ? Tensor() : Tensor::empty(in[0].shape());
               sweep.backward(dy, StepWeight(B, G * H, H, matrix(in[2])),
                              dstate.write(), direct ? slot.data : dgi.write(),
                              dgh.write());
               if (slot && !direct) add_into(slot, same, values(dgi));
               if (auto d = add_to(in[1])) add_into(d, same, values(dstate));
               if (auto d = add_to(in[2]))
                 gemm(G * H, H, T * B, {dgh.data(), 1, G * H},
                      {sweep.state(0, 0), H, 1},
                      {d.data, d.strides[0], d.strides[1]}, d.accumulate);
               if (auto d = add_to(expand(in[3], dgh.shape())))
                 add_into(d, same, values(dgh));
               Counter::count_multiply_adds(op, 2 * count * G * H);
             });
  const Shape of_outputs{B, T, H};
  return {y.window(of_outputs, dense_strides(of_outputs), 0),
          P == 1 ? select(y, 0, T) : slice(y, 0, T, T + P)};
}

}  // namespace

Sequence tanh_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths, bool reverse) {
  return run<TanhKind>("tanh_sequence", gi, state, weight, bias, lengths,
                       reverse);
}

Sequence relu_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths, bool reverse) {
  return run<ReluKind>("relu_sequence", gi, state, weight, bias, lengths,
                       reverse);
}

Sequence gru_sequence(const Tensor& gi, const Tensor& state,
                      const Tensor& weight, const Tensor& bias,
                      const std::vector<int>& lengths, bool reverse) {
  return run<GruKind>("gru_sequence", gi, state, weight, bias, lengths,
                      reverse);
}

Sequence lstm_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths, bool reverse) {
  return run<LstmKind>("lstm_sequence", gi, state, weight, bias, lengths,
                       reverse);
}

}  // namespace autograd
