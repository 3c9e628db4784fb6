// Finding where the first NaN or Inf came from.
#pragma once

#include "autograd/graph.h"

namespace autograd {

// Inside this scope every op checks its result, and every backward function
// the gradients that it added to; the first NaN or Inf throws
// std::runtime_error naming the op, its line of the graph and the position.
// A -inf that `where` put in is a mask, not an anomaly.
class Anomaly {
 public:
  Anomaly();
  ~Anomaly();
  Anomaly(const Anomaly&) = delete;
  Anomaly& operator=(const Anomaly&) = delete;

 private:
  bool before_;
};

bool anomaly_on();
void check_forward(const char* op, const Tensor& y);
void check_backward(const Node& node);

}  // namespace autograd
