#pragma once

#include <vector>

namespace exercise {

// A number that remembers how it was made.
struct Number {
  double value = 0;
  double gradient = 0;
  // What it was made from, and its derivative with respect to each.
  std::vector<Number*> inputs = {};
  std::vector<double> derivatives = {};
};

Number add(Number& a, Number& b);
Number multiply(Number& a, Number& b);

// Sets the gradient of `result`, with respect to every number that it was made
// from and to itself, whatever the gradients were before.
void backward(Number& result);

}  // namespace exercise
