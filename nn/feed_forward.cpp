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

Tensor FeedForward::operator()(const Tensor& x, Rng* training) const {
  Tensor h = linear1(x);  // [..., hidden]
  switch (options.activation) {
    case Activation::relu:
      h = relu(h);
      break;
    case Activation::gelu:
      h = gelu(h);
      break;
    case Activation::swiglu:
      h = silu(h) * (*gate)(x);
      break;
  }
  return linear2(Dropout{options.dropout}(h, training));
}

Parameters FeedForward::parameters() const {
  std::vector<std::pair<std::string, Parameters>> parts = {
      {"linear1", linear1.parameters()}, {"linear2", linear2.parameters()}};
  if (gate) parts.push_back({"gate", gate->parameters()});
  return nested(parts);
}

}  // namespace nn
