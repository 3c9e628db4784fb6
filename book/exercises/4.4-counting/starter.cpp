#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(4.4): operations, lines of memory, and the roof over both.
std::int64_t flops(int m, int k, int n) { todo(m, k, n); }

std::int64_t lines(std::int64_t start, std::int64_t count, std::int64_t size,
                   std::int64_t step, std::int64_t line) {
  todo(start, count, size, step, line);
}

double attainable(double peak, double bandwidth, double operations,
                  double bytes) {
  todo(peak, bandwidth, operations, bytes);
}

}  // namespace exercise
