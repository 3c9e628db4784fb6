#include "autograd/counter.h"

#include <iomanip>

#include "autograd/kernels/real.h"

namespace autograd {
namespace {

thread_local Counter* innermost = nullptr;

}  // namespace

Counter::Counter() : outer_(innermost) { innermost = this; }

Counter::~Counter() {
  innermost = outer_;
  if (!outer_) return;
  for (const auto& [op, row] : rows_) {
    Row& sum = outer_->rows_[op];
    sum.calls += row.calls;
    sum.bytes += row.bytes;
    sum.multiply_adds += row.multiply_adds;
  }
}

Counter::Row Counter::total() const {
  Row total;
  for (const auto& [op, row] : rows_) {
    total.calls += row.calls;
    total.bytes += row.bytes;
    total.multiply_adds += row.multiply_adds;
  }
  return total;
}

void Counter::count_call(const char* op, std::int64_t elements) {
  if (!innermost) return;
  Row& row = innermost->rows_[op];
  ++row.calls;
  row.bytes += elements * static_cast<std::int64_t>(sizeof(Real));
}

void Counter::count_multiply_adds(const char* op, std::int64_t count) {
  if (innermost) innermost->rows_[op].multiply_adds += count;
}

std::ostream& operator<<(std::ostream& out, const Counter& counter) {
  auto line = [&](const std::string& op, const auto& calls, const auto& bytes,
                  const auto& multiply_adds) {
    out << std::left << std::setw(24) << op << std::right << std::setw(10)
        << calls << std::setw(16) << bytes << std::setw(18) << multiply_adds
        << '\n';
  };
  line("op", "calls", "bytes", "multiply-adds");
  for (const auto& [op, row] : counter.rows())
    line(op, row.calls, row.bytes, row.multiply_adds);
  const Counter::Row total = counter.total();
  line("total", total.calls, total.bytes, total.multiply_adds);
  return out;
}

}  // namespace autograd
