// What a layer is: a plain struct with its config, its tensors or sub-layers
// as public members, a constructor from the config and a random generator, an
// operator(), and parameters() that lists what is trained, by name. No base
// class, no registry: `Layer` below checks the form.
//
// While training, a layer that draws random numbers (dropout) takes them from
// the generator it is given; a null generator means evaluation.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autograd/ops.h"
#include "autograd/tensor.h"

namespace nn {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;

// A trained tensor. Its copy is deep, so that copying a layer copies its
// weights; to tie two layers, give one a Tensor handle on the other's
// Parameter.
class Parameter : public Tensor {
 public:
  Parameter() = default;
  explicit Parameter(const Tensor& value) : Tensor(value.clone()) {
    requires_grad(true);
  }
  Parameter(const Parameter& other) : Tensor(other.copy()) {}
  Parameter(Parameter&&) noexcept = default;
  Parameter& operator=(const Parameter& other) {
    Tensor::operator=(other.copy());
    return *this;
  }
  Parameter& operator=(Parameter&&) noexcept = default;

 private:
  Tensor copy() const {
    if (!defined()) return {};
    Tensor result = clone();
    return result.requires_grad(Tensor::requires_grad());
  }
};

struct NamedTensor {
  std::string name;
  Tensor tensor;  // a handle: writing to it writes to the layer
};

// In a fixed order; names as PyTorch's, sub-layers joined by dots.
using Parameters = std::vector<NamedTensor>;

template <class T>
concept Layer = requires(const T& layer) {
  { layer.parameters() } -> std::same_as<Parameters>;
};

// The parameters of sub-layers, each name led by its sub-layer's and a dot:
//   nested({{"encoder", encoder.parameters()}, {"decoder", ...}})
// Those of a part without a name keep their names.
Parameters nested(const std::vector<std::pair<std::string, Parameters>>& parts);

// Those of a part that may be no layer, or not there: then none.
template <class Part>
Parameters parameters_of(const Part& part) {
  if constexpr (Layer<Part>) return part.parameters();
  return {};
}
template <class Part>
Parameters parameters_of(const std::optional<Part>& part) {
  return part ? parameters_of(*part) : Parameters();
}

// Those of layers in a row, each name led by its layer's place, from 0, and a
// dot; or their buffers: numbered(norms, &BatchNorm::buffers).
template <class Part>
Parameters numbered(const std::vector<Part>& layers,
                    Parameters (Part::*list)() const = &Part::parameters) {
  std::vector<std::pair<std::string, Parameters>> parts;
  for (const Part& layer : layers)
    parts.emplace_back(std::to_string(parts.size()), (layer.*list)());
  return nested(parts);
}

// How many numbers are trained; tied tensors count once.
std::int64_t parameter_count(const Parameters& parameters);

// A number that differs, all but surely, where a name, a shape or a single bit
// of a value does (FNV-1a).
std::uint64_t fingerprint(const Parameters& parameters);

// Forgets every gradient.
void zero_grad(const Parameters& parameters);

}  // namespace nn
