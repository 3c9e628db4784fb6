#include "attention/transformer.h"

#include "autograd/check.h"
#include "autograd/checkpoint.h"
#include "nn/init.h"

namespace attention {

using autograd::check;
using autograd::LinearEnd;
using autograd::reshape;

namespace {

const TransformerOptions& checked(const TransformerOptions& o) {
  check(o.width > 0 && o.heads > 0 && o.width % o.heads == 0 &&
            o.feed_forward > 0,
        "[Transformer] wanted a width that its heads share evenly, and a ",
        "feed-forward, got width ", o.width, ", ", o.heads,
        " heads and feed-forward ", o.feed_forward);
  check(o.encoder_layers >= 0 && o.decoder_layers >= 0,
        "[Transformer] wanted no less than 0 layers, got ", o.encoder_layers,
        " and ", o.decoder_layers);
  for (Real p : {o.dropout, o.weight_dropout, o.hidden_dropout})
    check(p >= 0 && p < 1, "[Transformer] wanted dropout in [0, 1), got ", p);
  return o;
}

MultiHeadOptions cross_options(const TransformerOptions& o) {
  MultiHeadOptions result;
  result.width = o.width;
  result.heads = o.heads;
  result.shared_heads = o.shared_heads;
  result.bias = o.bias;
  result.dropout = o.weight_dropout;
  return result;
}

MultiHeadOptions self_options(const TransformerOptions& o) {
  MultiHeadOptions result = cross_options(o);
  result.position.kind = o.position;
  result.position.longest = o.longest;
  return result;
}

nn::FeedForwardOptions feed_forward_options(const TransformerOptions& o) {
  return {.width = o.width,
          .hidden = o.feed_forward,
          .activation = o.activation,
          .bias = o.bias,
          .dropout = o.hidden_dropout};
}

nn::Norm norm_of(const TransformerOptions& o) {
  const nn::LayerNormOptions options{.width = o.width, .epsilon = o.epsilon};
  if (o.rms_norm) return {nn::RmsNorm(options)};
  return {nn::LayerNorm(options)};
}

std::optional<nn::Norm> final_norm_of(const TransformerOptions& o) {
  if (!o.norm_first && !o.final_norm) return std::nullopt;
  return norm_of(o);
}

// A sub-layer with its residual connection, dropout and norm: f(x, end) ends in
// x + dropout.
template <class F>
Tensor sub_layer(const TransformerOptions& o, const nn::Norm& norm,
                 const Tensor& x, Rng* training, const F& f) {
  const LinearEnd end{.dropout = o.dropout, .rng = training, .residual = x};
  const Tensor sum = f(o.norm_first ? norm(x) : x, end);
  return o.norm_first ? sum : norm(sum);
}

Tensor attend_self(const MultiHeadAttention& attn, const Tensor& x,
                   const Mask& mask, Rng* training, Cache* cache,
                   LayerWeights* weights, const LinearEnd& end) {
  const int first = cache ? cache->length : 0;
  const bool show = weights && weights->want_self;
  if (!cache && !show) return attn(x, mask, training, end);
  const auto [query, next] = attn.split(x, first);
  const Heads heads = cache ? cache->append(next) : next;
  if (!show) return attn.read(query, heads, mask, training, first, end);
  Result result =
      attn.read_with_weights(query, heads, mask, training, first, end);
  weights->self = std::move(result.weights);
  return result.context;
}

// The rows of a sentence ask side by side, as its queries.
Tensor attend_cross(const MultiHeadAttention& attn, const Tensor& x,
                    const Heads& source, const Mask& mask, Rng* training,
                    LayerWeights* weights, LinearEnd end) {
  const int R = x.size(0), B = source.keys.size(0);
  check(B > 0 && R % B == 0, "[DecoderLayer] wanted as many rows for each of ",
        B, " sources, got ", R, " rows");
  const Tensor query = reshape(x, {B, R / B * x.size(1), x.size(2)});
  end.residual = reshape(end.residual, query.shape());
  if (!weights || !weights->want_cross)
    return reshape(attn(query, source, mask, training, 0, end), x.shape());
  Result result = attn.with_weights(query, source, mask, training, 0, end);
  weights->cross = std::move(result.weights);
  return reshape(result.context, x.shape());
}

}  // namespace

EncoderLayer::EncoderLayer(const TransformerOptions& o, Rng& rng)
    : options(checked(o)),
      self_attn(self_options(o), rng),
      feed_forward(feed_forward_options(o), rng),
      norm1(norm_of(o)),
      norm2(norm_of(o)) {}

Tensor EncoderLayer::operator()(const Tensor& x, const Mask& mask,
                                Rng* training, Cache* cache,
                                LayerWeights* weights) const {
  const Tensor h =
      sub_layer(options, norm1, x, training, [&](auto& x, auto& end) {
        return attend_self(self_attn, x, mask, training, cache, weights, end);
      });
  return sub_layer(options, norm2, h, training, [&](auto& x, auto& end) {
    return feed_forward(x, training, end);
  });
}

Parameters EncoderLayer::parameters() const {
  return nn::nested({{"self_attn", self_attn.parameters()},
                     {"", feed_forward.parameters()},
                     {"norm1", norm1.parameters()},
                     {"norm2", norm2.parameters()}});
}

DecoderLayer::DecoderLayer(const TransformerOptions& o, Rng& rng)
    : options(checked(o)),
      self_attn(self_options(o), rng),
      multihead_attn(cross_options(o), rng),
      feed_forward(feed_forward_options(o), rng),
      norm1(norm_of(o)),
      norm2(norm_of(o)),
      norm3(norm_of(o)) {}

Tensor DecoderLayer::operator()(const Tensor& x, const Heads& source,
                                const Mask& mask, const Mask& source_mask,
                                Rng* training, Cache* cache,
                                LayerWeights* weights) const {
  auto cross = [&](const Tensor& x) {
    return sub_layer(options, norm2, x, training, [&](auto& x, auto& end) {
      return attend_cross(multihead_attn, x, source, source_mask, training,
                          weights, end);
    });
  };
  auto forward = [&](const Tensor& x) {
    return sub_layer(options, norm3, x, training, [&](auto& x, auto& end) {
      return feed_forward(x, training, end);
    });
  };
  const Tensor h =
      sub_layer(options, norm1, x, training, [&](auto& x, auto& end) {
        return attend_self(self_attn, x, mask, training, cache, weights, end);
      });
  return options.cross_last ? cross(forward(h)) : forward(cross(h));
}

Parameters DecoderLayer::parameters() const {
  return nn::nested({{"self_attn", self_attn.parameters()},
                     {"multihead_attn", multihead_attn.parameters()},
                     {"", feed_forward.parameters()},
                     {"norm1", norm1.parameters()},
                     {"norm2", norm2.parameters()},
                     {"norm3", norm3.parameters()}});
}

// ---- Stacks

namespace {

template <class Layer>
std::vector<Layer> layers_of(int count, const TransformerOptions& o, Rng& rng) {
  std::vector<Layer> layers;
  for (int i = 0; i < count; ++i) layers.emplace_back(o, rng);
  return layers;
}

// Makes an empty list fit the layers; none stays none.
template <class T>
void fit(std::vector<T>* list, std::size_t layers) {
  if (!list) return;
  if (list->empty()) list->resize(layers);
  check(list->size() == layers, "[Transformer] wanted caches and weights for ",
        layers, " layers, got ", list->size());
}

template <class T>
T* at(std::vector<T>* list, std::size_t i) {
  return list ? &(*list)[i] : nullptr;
}

template <class Stack>
Parameters stack_parameters(const Stack& stack) {
  return nn::nested({{"layers", nn::numbered(stack.layers)},
                     {"norm", nn::parameters_of(stack.norm)}});
}

}  // namespace

TransformerEncoder::TransformerEncoder(const TransformerOptions& o, Rng& rng)
    : layers(layers_of<EncoderLayer>(checked(o).encoder_layers, o, rng)),
      norm(final_norm_of(o)) {}

Tensor TransformerEncoder::operator()(
    const Tensor& x, const Mask& mask, Rng* training,
    std::vector<Cache>* caches, std::vector<LayerWeights>* weights) const {
  fit(caches, layers.size());
  fit(weights, layers.size());
  Tensor y = x;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const EncoderLayer& layer = layers[i];
    if (training && layer.options.recompute)
      y = autograd::checkpoint(
          [&layer, mask](const std::vector<Tensor>& in, Rng* rng) {
            return layer(in[0], mask, rng);
          },
          {y}, training);
    else
      y = layer(y, mask, training, at(caches, i), at(weights, i));
  }
  return norm ? (*norm)(y) : y;
}

Parameters TransformerEncoder::parameters() const {
  return stack_parameters(*this);
}

TransformerDecoder::TransformerDecoder(const TransformerOptions& o, Rng& rng)
    : layers(layers_of<DecoderLayer>(checked(o).decoder_layers, o, rng)),
      norm(final_norm_of(o)) {}

std::vector<Heads> TransformerDecoder::project(const Tensor& memory) const {
  std::vector<Heads> sources;
  for (const DecoderLayer& layer : layers)
    sources.push_back(layer.project(memory));
  return sources;
}

Tensor TransformerDecoder::operator()(
    const Tensor& x, const std::vector<Heads>& sources, const Mask& mask,
    const Mask& source_mask, Rng* training, std::vector<Cache>* caches,
    std::vector<LayerWeights>* weights) const {
  check(sources.size() == layers.size(), "[TransformerDecoder] wanted the ",
        "source as each of ", layers.size(), " layers reads it, got ",
        sources.size());
  fit(caches, layers.size());
  fit(weights, layers.size());
  Tensor y = x;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const DecoderLayer& layer = layers[i];
    if (training && layer.options.recompute)
      y = autograd::checkpoint(
          [&layer, mask, source_mask](const std::vector<Tensor>& in, Rng* rng) {
            return layer(in[0], {in[1], in[2]}, mask, source_mask, rng);
          },
          {y, sources[i].keys, sources[i].values}, training);
    else
      y = layer(y, sources[i], mask, source_mask, training, at(caches, i),
                at(weights, i));
  }
  return norm ? (*norm)(y) : y;
}

Parameters TransformerDecoder::parameters() const {
  return stack_parameters(*this);
}

// ---- Both

Transformer::Transformer(const TransformerOptions& o, Rng& rng)
    : options(o), encoder(o, rng), decoder(o, rng) {
  for (const nn::NamedTensor& p : parameters())
    if (p.tensor.rank() >= 2) nn::init::xavier_uniform(p.tensor, rng);
}

Tensor Transformer::operator()(const Tensor& source, const Tensor& target,
                               const Mask& source_mask, const Mask& target_mask,
                               const Mask& memory_mask, Rng* training) const {
  const Tensor memory = encoder(source, source_mask, training);  // [B, S, W]
  return decoder(target, decoder.project(memory), target_mask, memory_mask,
                 training);
}

Parameters Transformer::parameters() const {
  return nn::nested(
      {{"encoder", encoder.parameters()}, {"decoder", decoder.parameters()}});
}

}  // namespace attention
