#include "nn/feed_forward.h"

#include "nn/dropout.h"

namespace nn {

FeedForward::FeedForward(const FeedForwardOptions& o, Rng& rng)
    : options(o),
      linear1({.in = o.width, .out = o.hidden, .bias = o.bias}, rng),
      linear2({.in = o.hidden, .out = o.width, .bias = o.bias}, rng) {
  autograd::check(o.dropout >= 0 && o.dropout < 1,
                  "[FeedForward] wanted dropout in [0, 1), got ", o.dropout);
  if (o.activation == Activation::swiglu)
    gate.emplace(LinearOptions{.in = o.width, .out = o.hidden, .bias = o.bias},
                 rng);
}

Tensor FeedForward::operator()(const Tensor& x, Rng* training,
                               const autograd::LinearEnd& end) const {
  const Dropout drop{options.dropout};
  switch (options.activation) {
    case Activation::relu:
      break;
    case Activation::gelu:
      return linear2(drop(gelu(linear1(x)), training), end);
    case Activation::swiglu:
      return linear2(drop(silu(linear1(x)) * (*gate)(x), training), end);
  }
  const Tensor h =
      linear1(x, {.relu = true, .dropout = options.dropout, .rng = training});
  return linear2(h, end);
}

Parameters FeedForward::parameters() const {
  return nested({{"linear1", linear1.parameters()},
                 {"linear2", linear2.parameters()},
                 {"gate", parameters_of(gate)}});
}

}  // namespace nn
