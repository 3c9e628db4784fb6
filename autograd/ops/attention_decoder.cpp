// A GRU that attends before each step, all steps as one op.
//   q_t = s_{t-1} W'                  e_ts = v . tanh(q_t + k_s)
//   alpha_t = softmax(e_t)            c_t = sum_s alpha_ts x_s
//   s_t = gru(g_t + c_t C', s_{t-1} U' + b, s_{t-1})
// Backward, last step first, from ds_t and dc_t of the result:
//   dg_t, dh_t, ds_{t-1} = gru's own (kernels/gates.h)
//   dc_t += dg_t C                    dalpha_ts = dc_t . x_s
//   de_t = alpha_t (dalpha_t - <dalpha_t, alpha_t>)
//   dq_t, dk_s, dv = the score's own (kernels/additive.h)
//   ds_{t-1} += dh_t U + dq_t W
// and, once over all steps:
//   dC = sum_t dg_t' c_t    dU = sum_t dh_t' s_{t-1}    db = sum_t dh_t
//   dW = sum_t dq_t' s_{t-1}          dx_s = sum_t alpha_ts dc_t
// Sentences meet in the weights only: threads share out the sentences.
#include <algorithm>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/additive.h"
#include "autograd/kernels/gates.h"
#include "autograd/kernels/rows.h"
#include "autograd/ops.h"
#include "autograd/sequences.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using namespace kernels;

using Offset = std::ptrdiff_t;

// In the order in which the op lists them.
enum Operand {
  projected,
  start,
  keys,
  values_,
  query,
  score,
  context,
  recurrent,
  bias
};

// All steps of all sentences, forward and back.
struct Decoder {
  int B, T, S, H, A, D;
  Storage states;   // [T + 1, B, H]
  Storage kept;     // [T, B, 4 H], what the gates keep
  Storage queries;  // [T, B, A]
  Storage weights;  // [B, T, S], alpha

  int G() const { return 3 * H; }
  // Row (t, b) of [T, B, n], and row (b, t) of [B, T, n].
  Offset by_step(int t, int b, int n) const { return (Offset(t) * B + b) * n; }
  Offset by_sentence(int t, int b, int n) const {
    return (Offset(b) * T + t) * n;
  }
  Real* state(int t, int b) const {
    return states.as<Real>() + by_step(t, b, H);
  }
  Real* kept_at(int t, int b) const {
    return kept.as<Real>() + by_step(t, b, 4 * H);
  }
  Real* query_at(int t, int b) const {
    return queries.as<Real>() + by_step(t, b, A);
  }
  Real* alpha(int t, int b) const {
    return weights.as<Real>() + by_sentence(t, b, S);
  }

  // What step t of sentence b may read, or null for everything.
  const Real* row_of(const Tensor& visible, int t, int b) const {
    if (!visible.defined()) return nullptr;
    const int sentence = visible.size(0) > 1 ? b : 0;
    const int step = visible.size(1) > 1 ? t : 0;
    return visible.data() + (Offset(sentence) * visible.size(1) + step) * S;
  }

  // alpha_t and c_t of sentence b; `visible` is its row, or none.
  void attend(int t, int b, const Tensor* x, const Real* visible,
              Real* c) const {
    Real* e = alpha(t, b);
    const Real* k = x[keys].data() + Offset(b) * S * A;
    for (int s = 0; s < S; ++s)
      e[s] = visible && visible[s] == 0
                 ? -infinity
                 : additive_score(A, query_at(t, b), k + Offset(s) * A,
                                  x[score].data());
    softmax(1, S, {e, S}, {e, S});
    gemm(1, D, S, {e, S, 1}, {x[values_].data() + Offset(b) * S * D, D, 1},
         {c, D, 1}, false);
  }

  void forward(const Tensor* x, const Tensor& visible, Real* y) const {
    const StepWeight W(B, H, A, matrix(x[query]).transposed()),
        C(B, D, G(), matrix(x[context]).transposed()),
        U(B, H, G(), matrix(x[recurrent]).transposed());
    const int width = H + D;
    share_sentences(B, [&](int begin, int end) {
      const int M = end - begin;
      const Storage sums(sizeof(Real) * 2 * M * G());
      Real *gi = sums.as<Real>(), *gh = gi + Offset(M) * G();
      for (int t = 0; t < T; ++t) {
        const Matrix<const Real> before{state(t, begin), H, 1};
        std::fill_n(query_at(t, begin), Offset(M) * A, Real(0));
        W.multiply(M, before, {query_at(t, begin), A, 1});
        for (int b = 0; b < M; ++b)
          std::copy_n(x[bias].data(), G(), gh + Offset(b) * G());
        U.multiply(M, before, {gh, G(), 1});
        for (int b = begin; b < end; ++b) {
          attend(t, b, x, row_of(visible, t, b),
                 y + by_sentence(t, b, width) + H);
        }
        std::fill_n(gi, Offset(M) * G(), Real(0));
        C.multiply(M,
                   {y + by_sentence(t, begin, width) + H, Offset(T) * width, 1},
                   {gi, G(), 1});
        for (int b = 0; b < M; ++b) {
          Real* g = gi + Offset(b) * G();
          map_row<true>(
              G(), Lane<Real>{g, 1}, [](Vec c, Vec word) { return word + c; },
              Lane<const Real>{
                  x[projected].data() + by_sentence(t, begin + b, G()), 1});
          Real* next = state(t + 1, begin + b);
          GruKind::forward(H, {g, gh + Offset(b) * G(), state(t, begin + b),
                               next, kept_at(t, begin + b), 0});
          std::copy_n(next, H, y + by_sentence(t, begin + b, width));
        }
      }
    });
  }

  // What backward gathers. By sentence: dg [B, T, 3H], dc [B, T, D]; by step:
  // dh [T, B, 3H], dq [T, B, A]; and ds [B, H], dk [B, S, A], dv [B, A].
  struct Gathered {
    Real *dg, *dc, *dh, *dq, *ds, *dk, *dv;
  };

  void attend_backward(int t, int b, const Inputs& x, const Gathered& to,
                       Real* de) const {
    gemm(1, S, D, {to.dc + by_sentence(t, b, D), D, 1},
         {x[values_].data() + Offset(b) * S * D, 1, D}, {de, S, 1}, false);
    softmax_backward(1, S, {alpha(t, b), S}, {de, S}, {de, S}, false);
    Real* dq = to.dq + by_step(t, b, A);
    std::fill_n(dq, A, Real(0));
    for (int s = 0; s < S; ++s) {
      const Offset k = (Offset(b) * S + s) * A;
      if (de[s] != 0)
        add_additive_gradients(A, de[s], query_at(t, b), x[keys].data() + k,
                               x[score].data(), dq, to.dk + k,
                               to.dv + Offset(b) * A);
    }
  }

  void backward(const Real* dy, const Inputs& x, const Gathered& to) const {
    const StepWeight W(B, A, H, matrix(x[query])),
        C(B, G(), D, matrix(x[context])), U(B, G(), H, matrix(x[recurrent]));
    share_sentences(B, [&](int begin, int end) {
      const int M = end - begin;
      const Storage memory(sizeof(Real) * S);
      const Matrix<Real> ds{to.ds + Offset(begin) * H, H, 1};
      for (int t = T - 1; t >= 0; --t) {
        for (int b = begin; b < end; ++b) {
          const Real* dy_row = dy + by_sentence(t, b, H + D);
          GruKind::backward(
              H, {kept_at(t, b), state(t, b), state(t + 1, b), 0, dy_row,
                  to.ds + Offset(b) * H, to.dg + by_sentence(t, b, G()),
                  to.dh + by_step(t, b, G()), 0});
          std::copy_n(dy_row + H, D, to.dc + by_sentence(t, b, D));
        }
        C.multiply(M, {to.dg + by_sentence(t, begin, G()), Offset(T) * G(), 1},
                   {to.dc + by_sentence(t, begin, D), Offset(T) * D, 1});
        for (int b = begin; b < end; ++b)
          attend_backward(t, b, x, to, memory.as<Real>());
        U.multiply(M, {to.dh + by_step(t, begin, G()), G(), 1}, ds);
        W.multiply(M, {to.dq + by_step(t, begin, A), A, 1}, ds);
      }
    });
  }

  // dweight [rows, columns] += left' right, over all steps of all sentences.
  void add_product(const Tensor& weight, const Real* left, const Real* right,
                   Offset right_row) const {
    const int rows = weight.size(0), columns = weight.size(1);
    if (auto d = add_to(weight))
      gemm(rows, columns, B * T, {left, 1, rows}, {right, right_row, 1},
           {d.data, d.strides[0], d.strides[1]}, d.accumulate);
  }
};

constexpr auto same = [](Vec x) { return x; };

void add_all(const Tensor& x, const Tensor& dx) {
  if (auto d = add_to(expand(x, dx.shape()))) add_into(d, same, values(dx));
}

void check_operands(const Tensor* x, const Tensor& visible) {
  const int ranks[] = {3, 2, 3, 3, 2, 1, 2, 2, 1};
  for (int i = 0; i < 9; ++i)
    check(x[i].defined() && x[i].rank() == ranks[i], "[attention_decoder] ",
          "wanted operand ", i, " with ", ranks[i], " axes");
  const int B = x[start].size(0), H = x[start].size(1),
            T = x[projected].size(1), S = x[keys].size(1), A = x[score].size(0),
            D = x[values_].size(2);
  const Shape wanted[] = {{B, T, 3 * H}, {B, H},     {B, S, A},
                          {B, S, D},     {A, H},     {A},
                          {3 * H, D},    {3 * H, H}, {3 * H}};
  for (int i = 0; i < 9; ++i)
    check(x[i].shape() == wanted[i], "[attention_decoder] wanted operand ", i,
          " of shape ", wanted[i], ", got ", x[i].shape());
  if (!visible.defined()) return;
  const Shape& mask = visible.shape();
  check(mask.rank() == 3 && (mask[0] == B || mask[0] == 1) &&
            (mask[1] == T || mask[1] == 1) && mask[2] == S,
        "[attention_decoder] wanted a mask ", Shape{B, T, S}, ", got ", mask);
}

}  // namespace

Tensor attention_decoder(const Tensor& projected_words, const Tensor& state,
                         const Tensor& keys_of, const Tensor& values_of,
                         const Tensor& visible, const DecoderWeights& w) {
  Tensor x[] = {projected_words, state,     keys_of,     values_of, w.query,
                w.score,         w.context, w.recurrent, w.bias};
  check_operands(x, visible);
  for (Operand i : {projected, start, keys, values_, score, bias})
    x[i] = contiguous(x[i]);
  const int B = state.size(0), T = x[projected].size(1), S = x[keys].size(1),
            H = state.size(1), A = x[score].size(0), D = x[values_].size(2);
  auto room = [](Offset count, int width) {
    return Storage(sizeof(Real) * count * width);
  };
  const Offset steps = Offset(T) * B;
  const Decoder decoder{B,
                        T,
                        S,
                        H,
                        A,
                        D,
                        room(steps + B, H),
                        room(steps, 4 * H),
                        room(steps, A),
                        room(steps, S)};
  std::copy_n(x[start].data(), Offset(B) * H, decoder.state(0, 0));
  Tensor y = Tensor::empty({B, T, H + D});
  const Tensor mask =
      visible.defined() ? contiguous(visible.detach()) : Tensor();
  decoder.forward(x, mask, mutable_values(y).data);
  const Offset multiply_adds =
      steps * (H * A + Offset(S) * (A + D) + 3 * H * (D + H));
  Counter::count_multiply_adds("attention_decoder", multiply_adds);

  return record(
      "attention_decoder", y, std::span<const Tensor>(x),
      [decoder, multiply_adds](const Tensor& y, const Inputs& in) {
        const auto& [B, T, S, H, A, D, states, kept, queries, weights] =
            decoder;
        Tensor dg = Tensor::empty({B, T, 3 * H}), dc = Tensor::empty({B, T, D}),
               dh = Tensor::empty({T, B, 3 * H}), dq = Tensor::empty({T, B, A}),
               ds = Tensor::zeros({B, H}), dk = Tensor::zeros({B, S, A}),
               dv = Tensor::zeros({B, A});
        decoder.backward(gradient(y).data, in,
                         {dg.write(), dc.write(), dh.write(), dq.write(),
                          ds.write(), dk.write(), dv.write()});
        add_all(in[projected], dg);
        add_all(in[start], ds);
        add_all(in[keys], dk);
        if (auto d = add_to(in[values_]))
          for (int b = 0; b < B; ++b)
            gemm(S, D, T, {decoder.alpha(0, b), 1, S},
                 {dc.data() + Offset(b) * T * D, D, 1},
                 {d.data + Offset(b) * S * D, D, 1}, d.accumulate);
        decoder.add_product(in[query], dq.data(), states.as<Real>(), H);
        add_all(in[score], dv);
        decoder.add_product(in[context], dg.data(), y.data() + H, H + D);
        decoder.add_product(in[recurrent], dh.data(), states.as<Real>(), H);
        add_all(in[bias], dh);
        Counter::count_multiply_adds("attention_decoder", 2 * multiply_adds);
      });
}

}  // namespace autograd
