// What tests of tensors expect.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tests {

// |got - wanted| <= tolerance (1 + |wanted|) for every element.
inline void expect_near(const autograd::Tensor& got,
                        const std::vector<double>& wanted,
                        double tolerance = 2e-6) {
  const auto values = got.values();
  ASSERT_EQ(values.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(values[i], wanted[i], tolerance * (1 + std::abs(wanted[i])))
        << "at " << i;
}

// What the action threw, in words.
inline std::string thrown(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// The action throws, and says so.
inline void expect_thrown(const std::function<void()>& action,
                          const std::string& part) {
  const std::string said = thrown(action);
  EXPECT_NE(said.find(part), std::string::npos) << said;
}

}  // namespace tests
