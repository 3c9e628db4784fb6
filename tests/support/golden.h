// Reference values; the scripts in tests/golden name them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "nn/serialize.h"

namespace tests {

// |got - wanted| <= 1e-5 |wanted| + 1e-6 for every element; the first one
// outside is named.
inline void expect_close(const autograd::Tensor& got,
                         const autograd::Tensor& wanted,
                         const std::string& name = "") {
  ASSERT_EQ(got.shape(), wanted.shape()) << name;
  const auto x = got.values(), y = wanted.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_LE(std::abs(double(x[i]) - y[i]), 1e-5 * std::abs(y[i]) + 1e-6)
        << name << " at " << i << ": got " << x[i] << ", wanted " << y[i];
}

// One case of one file.
class Golden {
 public:
  Golden(const std::string& file, const std::string& name)
      : tensors_(nn::load_safetensors(std::string(ATTENTION_SOURCE_DIR) +
                                      "/tests/golden/" + file + ".safetensors")
                     .under(name)) {}

  bool has(const std::string& name) const { return tensors_.contains(name); }
  // A fresh leaf with the stored values.
  autograd::Tensor operator[](const std::string& name) const {
    return tensors_.at(name).clone();
  }
  // The same, that asks for a gradient.
  autograd::Tensor variable(const std::string& name) const {
    return (*this)[name].requires_grad(true);
  }
  std::vector<int> integers(const std::string& name) const {
    std::vector<int> result;
    for (autograd::Real x : tensors_.at(name).values())
      result.push_back(static_cast<int>(x));
    return result;
  }
  // Gives a layer the stored weights; the names must agree both ways.
  void load(const nn::Parameters& parameters) const {
    nn::load_into(tensors_.under("weight"), parameters);
  }

  void expect(const std::string& name, const autograd::Tensor& got) const {
    expect_close(got, tensors_.at(name), name);
  }
  void expect_gradients(const nn::Parameters& tensors) const {
    for (const auto& [name, tensor] : tensors)
      expect("grad." + name, tensor.grad());
  }

 private:
  nn::SafeTensors tensors_;
};

}  // namespace tests
