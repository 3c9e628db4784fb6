// Counting the work: calls, bytes written and multiply-adds of each op.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>

namespace autograd {

// Counts what this thread's ops do while it lives; scopes may nest, and the
// outer one counts too. A multiply-add of a backward pass counts as one, as in
// the forward pass.
class Counter {
 public:
  struct Row {
    std::int64_t calls = 0;
    std::int64_t bytes = 0;  // of results
    std::int64_t multiply_adds = 0;
  };

  Counter();
  ~Counter();
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  // By op, in alphabetical order.
  const std::map<std::string, Row>& rows() const { return rows_; }
  Row total() const;

  static void count_call(const char* op, std::int64_t elements);
  static void count_multiply_adds(const char* op, std::int64_t count);

 private:
  std::map<std::string, Row> rows_;
  Counter* outer_;
};

// A table: op, calls, bytes, multiply-adds.
std::ostream& operator<<(std::ostream& out, const Counter& counter);

}  // namespace autograd
