#pragma once

#include <span>
#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

struct Predictor {
  Rows w;                 // W [A, width of q]
  std::vector<double> v;  // [A]
};

// p = S sigmoid(v . tanh(W q)) in a sentence of S words.
double place(const Predictor& predictor, std::span<const double> q, int S);

// dL/dp from the weights alpha_s of all S words, the window's D >= 1, and
// down_s = dL/dalpha_s.
double place_gradient(std::span<const double> alpha, double p, int window,
                      std::span<const double> down);

// dL/dW and dL/dv from dL/dp.
Predictor predictor_gradient(const Predictor& predictor,
                             std::span<const double> q, int S, double dp);

}  // namespace exercise
