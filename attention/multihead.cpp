#include "attention/multihead.h"

#include "autograd/check.h"
#include "nn/init.h"

namespace attention {

using autograd::check;
using autograd::linear;
using autograd::LinearEnd;
using autograd::reshape;
using autograd::slice;
using autograd::transpose;
using nn::Rng;

namespace {

MultiHeadOptions completed(MultiHeadOptions o) {
  check(o.width >= 1 && o.heads >= 1 && o.width % o.heads == 0,
        "[MultiHeadAttention] wanted heads that share the width evenly, got ",
        "width ", o.width, " and ", o.heads, " heads");
  if (o.shared_heads == 0) o.shared_heads = o.heads;
  if (o.key == 0) o.key = o.width;
  if (o.value == 0) o.value = o.width;
  check(o.shared_heads >= 1 && o.heads % o.shared_heads == 0,
        "[MultiHeadAttention] wanted heads that share keys and values evenly, ",
        "got ", o.heads, " on ", o.shared_heads);
  check(o.key >= 1 && o.value >= 1, "[MultiHeadAttention] wanted widths of at ",
        "least 1, got key ", o.key, " and value ", o.value);
  check(o.dropout >= 0 && o.dropout < 1,
        "[MultiHeadAttention] wanted dropout in [0, 1), got ", o.dropout);
  o.position.heads = o.heads;
  o.position.head = o.width / o.heads;
  return o;
}

// ---- The three steps of a head: scaled dot product and what distance adds.

// Groups of heads, [B, G, H / G, T, *], as [B, H, T, *]: a window.
Tensor heads(const Tensor& x) {
  if (x.rank() == 4) return x;
  return reshape(x, {x.size(0), x.size(1) * x.size(2), x.size(3), x.size(4)});
}

struct HeadScore {
  const HeadPosition& position;

  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys,
                    const Step& step) const {
    const Tensor e = ScaledDotScore()(query, keys);
    const Tensor gained = position.scores(heads(query), keys.size(-2), step);
    if (!gained.defined()) return e;
    return e + reshape(gained, e.shape().with(0, gained.size(0)));
  }

  using Streams = HeadScore;
  bool stream(const Step& step, autograd::AttentionOptions& options) const {
    options.slopes = position.slopes();
    options.first = step.position;
    return position.streams() && ScaledDotScore().stream(step, options);
  }
};

struct HeadSoftmax {
  Real dropout = 0;

  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const {
    const Tensor weights = Softmax()(scores, mask, step);
    return step.rng ? autograd::dropout(weights, dropout, *step.rng) : weights;
  }

  using Streams = HeadSoftmax;
  bool stream(const Step& step, autograd::AttentionOptions& options) const {
    options.dropout = dropout;
    options.rng = step.rng;
    return true;
  }
};

struct HeadRead {
  const HeadPosition& position;

  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const {
    const Tensor c = Expectation()(weights, values, step);
    const Tensor gained = position.contexts(heads(weights), step);
    return gained.defined() ? c + reshape(gained, c.shape()) : c;
  }

  using Streams = HeadRead;
  bool stream(const Step&, autograd::AttentionOptions&) const {
    return position.streams();
  }
};

using HeadAttention = Attention<HeadScore, HeadSoftmax, HeadRead>;

HeadAttention heads_of(const MultiHeadAttention& layer) {
  return HeadAttention({layer.position}, {layer.options.dropout},
                       {layer.position});
}

Step step_of(Rng* training, int first) {
  Step step;
  step.position = first;
  step.rng = training;
  return step;
}

// [B, T, count D] as [B, count, T, D]
Tensor split_heads(const Tensor& x, int count) {
  return transpose(reshape(x, {x.size(0), x.size(1), count, x.size(2) / count}),
                   1, 2);
}

// [B, H, T, D] to y [B, T, W]
Tensor merged(const MultiHeadAttention& layer, const Tensor& contexts,
              const LinearEnd& end) {
  const Tensor side_by_side = transpose(contexts, 1, 2);  // [B, T, H, D]
  const Tensor y = reshape(
      side_by_side, {contexts.size(0), contexts.size(2), layer.options.width});
  if (layer.out_proj) return (*layer.out_proj)(y, end);
  check(!end.relu && !end.rng && !end.residual.defined(),
        "[MultiHeadAttention] wanted a last projection to end in more than its "
        "result, got a layer without one");
  return y;
}

void check_input(const char* what, const Tensor& x, int width) {
  check(x.rank() == 3 && x.size(2) == width, "[MultiHeadAttention] wanted ",
        what, " [B, *, ", width, "], got ", x.shape());
}

bool same_window(const Tensor& a, const Tensor& b) {
  return a.node() == b.node() && a.offset() == b.offset() &&
         a.shape() == b.shape() && a.strides() == b.strides();
}

// Rows begin ... end - 1 of what is packed, else what stands alone.
Tensor rows(const Tensor& packed, int begin, int end,
            const Tensor& alone = {}) {
  return packed.defined() ? slice(packed, 0, begin, end) : alone;
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(const MultiHeadOptions& o, Rng& rng)
    : options(completed(o)), position(options.position, rng) {
  const int W = options.width,
            shared = W / options.heads * options.shared_heads;
  auto weight = [&](int out, int in) {
    nn::Parameter made(Tensor::empty({out, in}));
    nn::init::xavier_uniform(made, rng);
    return made;
  };
  if (options.key == W && options.value == W) {
    in_proj_weight = weight(W + 2 * shared, W);
  } else {
    q_proj_weight = weight(W, W);
    k_proj_weight = weight(shared, options.key);
    v_proj_weight = weight(shared, options.value);
  }
  if (options.bias)
    in_proj_bias = nn::Parameter(Tensor::zeros({W + 2 * shared}));
  if (!options.output) return;
  nn::LinearOptions last;
  last.in = last.out = W;
  last.bias = options.bias;
  out_proj.emplace(last, rng);
  if (options.bias) nn::init::zeros(out_proj->bias);
}

// ---- Projections

Tensor MultiHeadAttention::query(const Tensor& x, int first) const {
  const int W = options.width;
  check_input("queries", x, W);
  const Tensor y = linear(x, rows(in_proj_weight, 0, W, q_proj_weight),
                          rows(in_proj_bias, 0, W));
  return position.turned(split_heads(y, options.heads), first);
}

Heads MultiHeadAttention::project(const Tensor& keys, const Tensor& values,
                                  int first) const {
  check_input("keys", keys, options.key);
  check_input("values", values, options.value);
  const int W = options.width, G = options.shared_heads,
            shared = W / options.heads * G;
  auto projected = [&](const Tensor& x, int begin, int end, int count,
                       const Tensor& alone) {
    return split_heads(linear(x, rows(in_proj_weight, begin, end, alone),
                              rows(in_proj_bias, begin, end)),
                       count);
  };
  if (in_proj_weight.defined() && same_window(keys, values)) {
    const Tensor both = projected(keys, W, W + 2 * shared, 2 * G, {});
    return {position.turned(slice(both, 1, 0, G), first),
            slice(both, 1, G, 2 * G)};
  }
  const Tensor k = projected(keys, W, W + shared, G, k_proj_weight);
  const Tensor v =
      projected(values, W + shared, W + 2 * shared, G, v_proj_weight);
  return {position.turned(k, first), v};
}

std::pair<Tensor, Heads> MultiHeadAttention::split(const Tensor& x,
                                                   int first) const {
  if (!in_proj_weight.defined()) return {query(x, first), project(x, x, first)};
  check_input("words", x, options.width);
  const int H = options.heads, G = options.shared_heads;
  const Tensor all =
      split_heads(linear(x, in_proj_weight, in_proj_bias), H + 2 * G);
  const Tensor q = position.turned(slice(all, 1, 0, H), first);
  const Tensor k = position.turned(slice(all, 1, H, H + G), first);
  return {q, {k, slice(all, 1, H + G, H + 2 * G)}};
}

// ---- Reading

Tensor MultiHeadAttention::read(const Tensor& query, const Heads& heads,
                                const Mask& mask, Rng* training, int first,
                                const LinearEnd& end) const {
  if (!position.streams())
    return read_with_weights(query, heads, mask, training, first, end).context;
  detail::check_memory(heads.keys, heads.values, mask);
  const Memory memory{heads.keys, heads.values, mask};
  return merged(
      *this, heads_of(*this).context(query, memory, step_of(training, first)),
      end);
}

Result MultiHeadAttention::read_with_weights(const Tensor& query,
                                             const Heads& heads,
                                             const Mask& mask, Rng* training,
                                             int first,
                                             const LinearEnd& end) const {
  const HeadAttention attend = heads_of(*this);
  const auto [contexts, weights] =
      attend(query, attend.prepare(heads.keys, heads.values, mask),
             step_of(training, first));
  return {merged(*this, contexts, end), weights};
}

Tensor MultiHeadAttention::operator()(const Tensor& x, const Mask& mask,
                                      Rng* training,
                                      const LinearEnd& end) const {
  const auto [q, memory] = split(x);
  return read(q, memory, mask, training, 0, end);
}

Tensor MultiHeadAttention::operator()(const Tensor& x, const Heads& heads,
                                      const Mask& mask, Rng* training,
                                      int first, const LinearEnd& end) const {
  return read(query(x, first), heads, mask, training, first, end);
}

Result MultiHeadAttention::with_weights(const Tensor& x, const Heads& heads,
                                        const Mask& mask, Rng* training,
                                        int first, const LinearEnd& end) const {
  return read_with_weights(query(x, first), heads, mask, training, first, end);
}

nn::Parameters MultiHeadAttention::parameters() const {
  nn::Parameters all;
  auto add = [&](const char* name, const Tensor& tensor) {
    if (tensor.defined()) all.push_back({name, tensor});
  };
  add("in_proj_weight", in_proj_weight);
  add("q_proj_weight", q_proj_weight);
  add("k_proj_weight", k_proj_weight);
  add("v_proj_weight", v_proj_weight);
  add("in_proj_bias", in_proj_bias);
  return nn::nested({{"", all},
                     {"out_proj", nn::parameters_of(out_proj)},
                     {"position", position.parameters()}});
}

}  // namespace attention
