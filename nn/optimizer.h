// Optimisers: each step() moves the parameters against their gradients, times
// `scale` (clipping's factor, say). One without a gradient stays as it is; a
// tied one moves once. What an optimiser remembers is listed by name, so that
// saved and loaded again it goes on with the same bits.
#pragma once

#include <concepts>
#include <vector>

#include "nn/module.h"

namespace nn {

template <class T>
concept Optimizer = requires(T& optimizer) {
  optimizer.step();
  optimizer.step(0.5);
  optimizer.learning_rate = 0.1;
  { optimizer.state() } -> std::same_as<Parameters>;
};

// The parameters, each Node once, under the first of its names.
Parameters distinct(const Parameters& parameters);

struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;    // looks ahead along the momentum
  double weight_decay = 0;  // added to the gradient, times the weight
};

// Sutskever et al. 2013, as PyTorch states it:
//   g = gradient + weight_decay w     b = momentum b + g
//   w -= learning_rate b, with Nesterov learning_rate (g + momentum b)
class Sgd {
 public:
  double learning_rate;

  explicit Sgd(const Parameters& parameters, const SgdOptions& options = {});
  void step(double scale = 1);
  Parameters state() const;  // momentum_buffer.NAME

 private:
  SgdOptions options_;
  Parameters parameters_;
  std::vector<Tensor> buffers_;
};

struct AdamOptions {
  double learning_rate = 0.001;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  // added to the gradient, times the weight
  // AdamW (Loshchilov & Hutter 2019): the decay shrinks the weight itself, by
  // learning_rate weight_decay a step, and stays out of the moments.
  bool decoupled = false;
};

// Kingma & Ba 2015, algorithm 1:
//   m = beta1 m + (1 - beta1) g       v = beta2 v + (1 - beta2) g^2
//   w -= learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
class Adam {
 public:
  double learning_rate;

  explicit Adam(const Parameters& parameters, const AdamOptions& options = {});
  void step(double scale = 1);
  Parameters state() const;  // step, exp_avg.NAME, exp_avg_sq.NAME

 private:
  AdamOptions options_;
  Parameters parameters_;
  Tensor step_;  // t, a scalar
  std::vector<Tensor> first_, second_;
};

// Adam with decoupled weight decay.
Adam adam_w(const Parameters& parameters,
            AdamOptions options = {.weight_decay = 0.01});

}  // namespace nn
