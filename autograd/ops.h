// The catalogue of differentiable ops. Operands are any windows; shapes
// broadcast as NumPy's where two meet. Axes count from the end when negative.
// Every op throws std::invalid_argument on shapes or indices that do not fit.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "autograd/indices.h"
#include "autograd/tensor.h"
#include "autograd/visible.h"

namespace autograd {

// ---- Element by element.                              ops/elementwise.cpp
Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& x);
Tensor pow(const Tensor& x, Real exponent);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor sigmoid(const Tensor& x);  // 1 / (1 + exp(-x))
Tensor relu(const Tensor& x);     // max(x, 0); derivative 0 at 0
// x Phi(x) in the tanh form: Hendrycks & Gimpel 2016.
Tensor gelu(const Tensor& x);
// x sigmoid(x): Hendrycks & Gimpel 2016, Ramachandran et al. 2017 ("swish").
Tensor silu(const Tensor& x);
// The larger of two; equal ones share the gradient.
Tensor maximum(const Tensor& a, const Tensor& b);
// a where the mask is not 0, else b. What is not chosen gets no gradient, be
// it NaN or Inf. The mask itself gets none.
Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b);
// x with `value` wherever the mask is not 0.
Tensor masked_fill(const Tensor& x, const Tensor& mask, Real value);

// ---- Reductions over the axes given, all where none is. ops/reduce.cpp
// The axes go away, or stay with size 1 where `keep` is set.
Tensor sum(const Tensor& x, const std::vector<int>& axes = {},
           bool keep = false);
Tensor mean(const Tensor& x, const std::vector<int>& axes = {},
            bool keep = false);
// Equal largest elements share the gradient.
Tensor max(const Tensor& x, const std::vector<int>& axes = {},
           bool keep = false);
// The mean squared distance from the mean; with `correction` 1 over n - 1.
Tensor variance(const Tensor& x, const std::vector<int>& axes = {},
                bool keep = false, int correction = 0);

// ---- Products.                                        ops/matmul.cpp
// [..., M, K] x [..., K, N] to [..., M, N]; the leading axes broadcast. A
// vector is a row on the left, a column on the right, and that axis goes away.
Tensor matmul(const Tensor& a, const Tensor& b);
// What the result of a linear map z becomes before it is kept,
//   y = residual + dropout(relu(z)), each of the three where it is wanted:
// the bits of these ops, and one block of memory. Relu and a residual exclude
// each other: the sign of y is what is left of relu's slope.
struct LinearEnd {
  bool relu = false;
  Real dropout = 0;      // only where there is an rng,
  Rng* rng = nullptr;    // from which it takes one draw
  Tensor residual = {};  // [..., out], or none
};
// y = x W' + b     x [..., in]   weight [out, in]   bias [out] or none
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
              const LinearEnd& end = {});

// ---- Windows: nothing is copied or recorded.          ops/windows.cpp
Tensor transpose(const Tensor& x, int i = -2, int j = -1);
Tensor permute(const Tensor& x, const std::vector<int>& axes);
// Elements begin, begin + step ... below end along an axis.
Tensor slice(const Tensor& x, int axis, int begin, int end, int step = 1);
Tensor select(const Tensor& x, int axis, int index);  // the axis goes away
// Equal parts of the given size, the last one smaller if need be.
std::vector<Tensor> split(const Tensor& x, int axis, int part);
Tensor expand(const Tensor& x, const Shape& shape);  // by stride 0
Tensor unsqueeze(const Tensor& x, int axis);         // a new axis of size 1
Tensor squeeze(const Tensor& x, int axis);           // an axis of size 1 less
// A window where the strides allow it, else a recorded copy. One size may be
// -1: what is left.
Tensor reshape(const Tensor& x, const Shape& shape);

// ---- Moving data.                                     ops/moving.cpp
Tensor contiguous(const Tensor& x);  // x where dense, else a recorded copy
Tensor concat(const std::vector<Tensor>& parts, int axis);
Tensor stack(const std::vector<Tensor>& parts, int axis);  // on a new axis
// y[i][j] = x[i][index[i][j]] along `axis`; other sizes of the two agree.
Tensor gather(const Tensor& x, int axis, const Indices& index);
// Rows of a table:  weight [V, D]   ids [...]   y [..., D]
Tensor embedding(const Tensor& weight, const Indices& ids);
// Each element 0 with probability p, else scaled by 1 / (1 - p); which ones
// depends on one draw from the generator (Srivastava et al. 2014).
Tensor dropout(const Tensor& x, Real p, Rng& rng);

// ---- Along one axis.                     ops/softmax.cpp, ops/norm.cpp
// exp(x_i) / sum_j exp(x_j); a row of -inf only gives zeros.
Tensor softmax(const Tensor& x, int axis = -1);
// The distribution nearest to x, max(x_i - tau, 0) with the tau for which that
// sums to 1: what is far below the largest is exactly 0 (Martins & Astudillo
// 2016). A row of -inf only gives zeros.
Tensor sparsemax(const Tensor& x, int axis = -1);
Tensor log_softmax(const Tensor& x, int axis = -1);
Tensor logsumexp(const Tensor& x, int axis = -1);  // the axis goes away

struct CrossEntropyOptions {
  int ignored = -100;  // targets that do not count
  Real smoothing = 0;  // share of the target spread over all classes
};
// The mean over counted targets of -log softmax(x)[target], with label
// smoothing as Szegedy et al. 2016, section 7; 0 where none counts.
//   logits [..., V]   targets [...]   a scalar
Tensor cross_entropy(const Tensor& logits, const Indices& targets,
                     const CrossEntropyOptions& options = {});

// (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis
// (Ba et al. 2016).   weight, bias [D]
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  Real epsilon = Real(1e-5));

// x / sqrt(mean(x^2) + epsilon) * weight over the last axis (Zhang & Sennrich
// 2019).   weight [D]
Tensor rms_norm(const Tensor& x, const Tensor& weight,
                Real epsilon = Real(1e-5));

struct BatchMoments {
  Tensor mean, variance;  // [C], the variance over n, not n - 1
};
// (x - mean) / sqrt(variance + epsilon) * weight + bias over all axes but the
// second (Ioffe & Szegedy 2015).   x [B, C, ...]   weight, bias [C]
//                                                       ops/batch_norm.cpp
// In training the moments are those of x, at least two values a channel, and
// are left in `found`; else they are given, and get no gradient.
Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  Real epsilon = Real(1e-5), BatchMoments* found = nullptr);
Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const BatchMoments& given, Real epsilon = Real(1e-5));

// ---- Pictures and signals.                ops/conv.cpp, ops/pool.cpp
struct ConvOptions {
  int stride = 1, padding = 0;  // zeros at both ends of each axis that slides
  int dilation = 1, groups = 1;
};
// y[b, o, t] = bias[o] + sum over c, i of
//              weight[o, c, i] x[b, c, t stride + i dilation - padding]
//   x [B, C, T]   weight [O, C / groups, K]   bias [O] or none   y [B, O, T']
//   T' = (T + 2 padding - dilation (K - 1) - 1) / stride + 1
// Of G groups, the outputs of the g-th read the g-th C / G channels.
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});
// The same over two axes.
//   x [B, C, H, W]   weight [O, C / groups, K, K']   y [B, O, H', W']
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});

struct PoolOptions {
  int size = 2, stride = 0;  // a stride of 0 is the size
  int padding = 0;           // at most half the size
};
// The largest of each window; of equal ones the first takes the gradient.
//   x [B, C, T], [B, C, H, W]   T', H', W' as a convolution's
Tensor max_pool1d(const Tensor& x, const PoolOptions& options = {});
Tensor max_pool2d(const Tensor& x, const PoolOptions& options = {});
// The mean of each window; padding counts as zeros.
Tensor avg_pool1d(const Tensor& x, const PoolOptions& options = {});
Tensor avg_pool2d(const Tensor& x, const PoolOptions& options = {});

// ---- Positions.                                       ops/rotary.cpp
// The pair (x_i, x_{i + D/2}) of row t turned by (first + t) base^(-2i/D)
// radians (Su et al. 2021, in the half-split form of GPT-NeoX).   x [..., T, D]
Tensor rotary(const Tensor& x, int first = 0, Real base = 10000);

// ---- Recurrent cells.                                 ops/recurrent.cpp
// What the input and the state send to the gates, to the next state; gates lie
// side by side, as PyTorch orders them.
// GRU (Cho et al. 2014):  gi, gh [B, 3H]: r, z, n   h [B, H]   y [B, H]
//   r, z = sigmoid(gi + gh)   n = tanh(gi_n + r gh_n)   y = (1 - z) n + z h
Tensor gru_gates(const Tensor& gi, const Tensor& gh, const Tensor& h);
// LSTM (Hochreiter & Schmidhuber 1997, with forget gates):
//   gi, gh [B, 4H]: i, f, g, o   c [B, H]   y [2, B, H]: h', then c'
//   i, f, o = sigmoid(gi + gh)   g = tanh(gi + gh)
//   c' = f c + i g               h' = o tanh(c')
Tensor lstm_gates(const Tensor& gi, const Tensor& gh, const Tensor& c);

// ---- Recurrent layers over whole sequences.           ops/sequence.cpp
struct Sequence {
  Tensor outputs;  // [B, T, H], 0 where a sequence has ended
  Tensor state;    // after its last input: [B, H], of an LSTM [2, B, H]
};
// One layer in one direction: at each step gh = h W' + b, and the next state
// from gi and gh as tanh(gi + gh), max(gi + gh, 0), gru_gates or lstm_gates.
//   gi [B, T, gates H]: what the inputs send to the gates   state: before
//   weight [gates H, H]   bias [gates H]
// lengths: how many of its T steps each sequence has, all of them where the
// list is empty; beyond, the state stays and gi is not read. In reverse a
// sequence is read from its last step to its first.
Sequence tanh_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths = {},
                       bool reverse = false);
Sequence relu_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths = {},
                       bool reverse = false);
Sequence gru_sequence(const Tensor& gi, const Tensor& state,
                      const Tensor& weight, const Tensor& bias,
                      const std::vector<int>& lengths = {},
                      bool reverse = false);
Sequence lstm_sequence(const Tensor& gi, const Tensor& state,
                       const Tensor& weight, const Tensor& bias,
                       const std::vector<int>& lengths = {},
                       bool reverse = false);

// ---- Attention.                                       ops/attention.cpp
struct AttentionOptions {
  Real scale = 1;            // of the scores
  Real dropout = 0;          // of the weights; only where there is an rng,
  Rng* rng = nullptr;        // from which it takes one draw
  std::vector<Real> slopes;  // one a head (ALiBi, Press et al. 2022):
                             // score -= slope |first + t - s|
  int first = 0;             // where query 0 stands among the keys
};
// y = softmax(scale q k') v over the keys that each query may read, without
// the [T, S] between: in tiles (Dao et al. 2022) with a softmax that goes along
// (Milakov & Gimelshein 2018).
//   query [B, H, T, D]   keys [B, G, S, D]   values [B, G, S, E]
//   y [B, H, T, E], a window on a dense [B, T, H, E]
// Query head h reads head h / (H / G) of the keys (Ainslie et al. 2023). What
// is hidden has no influence, be it NaN or Inf; where all is, y is 0. A row of
// y depends, to the bit, on its query and on what it reads, not on T or S.
// Weights are dropped as `dropout` drops those of the dense [B, H, T, S].
Tensor attention(const Tensor& query, const Tensor& keys, const Tensor& values,
                 const Visible& visible = {},
                 const AttentionOptions& options = {});

//                                                       ops/additive.cpp
// e_ts = v . tanh(q_t + k_s), without the [T, S, A] between (Bahdanau et al.
// 2015, A.1.2).   query [B, T, A]   keys [B, S, A]   v [A]   e [B, T, S]
// More axes before the last two broadcast.
Tensor additive_score(const Tensor& query, const Tensor& keys, const Tensor& v);

// The weights of the decoder below.
struct DecoderWeights {
  Tensor query;      // W [A, H]
  Tensor score;      // v [A]
  Tensor context;    // C [3H, D]: what a context sends to the gates
  Tensor recurrent;  // U [3H, H]: what a state sends to them,
  Tensor bias;       // b [3H]
};
// All steps of a GRU that attends before each of them, teacher forced
// (Bahdanau et al. 2015, A.1.2 and A.2.2):       ops/attention_decoder.cpp
//   e_ts = v . tanh(W s_{t-1} + k_s)    alpha_t = softmax(e_t)
//   c_t = sum_s alpha_ts x_s
//   s_t = gru_gates(g_t + C c_t, U s_{t-1} + b, s_{t-1})
//   projected g [B, T, 3H]   state s_0 [B, H]   keys k [B, S, A]
//   values x [B, S, D]   visible [B or 1, T or 1, S] or none: 0 hides a key
//   y [B, T, H + D]: s_t and c_t, side by side
Tensor attention_decoder(const Tensor& projected, const Tensor& state,
                         const Tensor& keys, const Tensor& values,
                         const Tensor& visible, const DecoderWeights& weights);

}  // namespace autograd
