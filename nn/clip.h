#pragma once

#include "nn/module.h"

namespace nn {

// The norm of all gradients together, the root of the sum of their squares. A
// tied parameter counts once. Throws std::invalid_argument, with the name, for
// a gradient whose squares do not sum to a finite number.
double gradient_norm(const Parameters& parameters);

// What to multiply gradients of such a norm by, so that it is at most `maximum`
// (Pascanu et al. 2013). An optimiser takes it along:
//   adam.step(clip_factor(gradient_norm(parameters), 1));
double clip_factor(double norm, double maximum);

// Clips the gradients where they lie, and returns their norm before.
double clip_gradient_norm(const Parameters& parameters, double maximum);

}  // namespace nn
