// Parameters in closed form, and the choice of a head.
#include "attention/transformer.h"
#include "autograd/check.h"

namespace attention {

using autograd::check;

namespace {

// Query and output maps W^2, those of keys and values W G D; biases W, 2 G D
// and W.
std::int64_t attention_count(const TransformerOptions& o) {
  const std::int64_t W = o.width, D = W / o.heads;
  const std::int64_t shared = (o.shared_heads ? o.shared_heads : o.heads) * D;
  return 2 * W * W + 2 * W * shared + (o.bias ? 2 * W + 2 * shared : 0);
}

// A row for each distance from -clip to clip, for keys and for values.
std::int64_t distance_count(const TransformerOptions& o) {
  if (o.position != PositionKind::relative) return 0;
  return 2 * (2 * PositionOptions{}.clip + 1) * (o.width / o.heads);
}

std::int64_t feed_forward_count(const TransformerOptions& o) {
  const std::int64_t W = o.width, F = o.feed_forward;
  const int up = o.activation == nn::Activation::swiglu ? 2 : 1;
  return (up + 1) * W * F + (o.bias ? up * F + W : 0);
}

std::int64_t norm_count(const TransformerOptions& o) {
  return (o.rms_norm ? 1 : 2) * std::int64_t{o.width};
}

std::int64_t final_norm_count(const TransformerOptions& o) {
  return o.norm_first || o.final_norm ? norm_count(o) : 0;
}

}  // namespace

std::int64_t encoder_count(const TransformerOptions& o) {
  const std::int64_t layer = attention_count(o) + distance_count(o) +
                             feed_forward_count(o) + 2 * norm_count(o);
  return o.encoder_layers * layer + final_norm_count(o);
}

std::int64_t decoder_count(const TransformerOptions& o) {
  const std::int64_t layer = 2 * attention_count(o) + distance_count(o) +
                             feed_forward_count(o) + 3 * norm_count(o);
  return o.decoder_layers * layer + final_norm_count(o);
}

std::int64_t parameter_count(const TransformerOptions& o) {
  return encoder_count(o) + decoder_count(o);
}

int layer_of(const HeadChoice& choice, int layers, int heads) {
  check(-1 <= choice.layer && choice.layer < layers && -1 <= choice.head &&
            choice.head < heads && layers > 0,
        "[HeadChoice] wanted a layer below ", layers, " and a head below ",
        heads, ", got ", choice.layer, " and ", choice.head);
  return choice.layer < 0 ? layers - 1 : choice.layer;
}

Tensor head_of(const HeadChoice& choice, const Tensor& weights) {
  return choice.head < 0 ? autograd::mean(weights, {1})
                         : autograd::select(weights, 1, choice.head);
}

}  // namespace attention
