#pragma once

#include "nn/module.h"

namespace nn {

// Scales all gradients together so that their norm, the root of the sum of
// their squares, is at most `maximum` (Pascanu et al. 2013), and returns the
// norm before. A tied parameter counts once. Throws std::invalid_argument,
// with the name, for a gradient whose squares do not sum to a finite number.
double clip_gradient_norm(const Parameters& parameters, double maximum);

}  // namespace nn
