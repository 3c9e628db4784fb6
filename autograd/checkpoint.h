// Activation checkpointing (Chen et al. 2016, "Training deep nets with
// sublinear memory cost"): time for memory.
#pragma once

#include <functional>
#include <vector>

#include "autograd/random.h"
#include "autograd/tensor.h"

namespace autograd {

// A piece of a model: one tensor from others, and random numbers for dropout
// and its like (null: none).
using Piece =
    std::function<Tensor(const std::vector<Tensor>& inputs, Rng* training)>;

// piece(inputs, training), of which only the outcome is kept: what lies between
// is computed again when backward comes to it, with the same random numbers.
// All gradients have the bits they have without. Whatever else the piece reads
// must be a leaf (a parameter, a constant); it must stay alive and unchanged
// until backward is done, and so must what the piece refers to. Throws
// std::invalid_argument in backward where it was not so. Where no input
// requires a gradient, the piece is recorded as it is.
Tensor checkpoint(const Piece& piece, const std::vector<Tensor>& inputs,
                  Rng* training);

}  // namespace autograd
