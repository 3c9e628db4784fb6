// Printing as NumPy does.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "autograd/ops.h"

namespace autograd {
namespace {

constexpr int decimals = 4, edge = 3, line_width = 75;
constexpr std::int64_t longest = 1000;  // elements; longer axes are shortened

// How all elements of one tensor are written: as fixed point with as few
// decimals as they need, or in scientific notation.
class Format {
 public:
  explicit Format(const std::vector<Real>& values) {
    double largest = 0;
    for (Real v : values)
      if (std::isfinite(v)) largest = std::max(largest, std::abs(double(v)));
    scientific_ = largest >= 1e8 || (largest > 0 && largest < 1e-4);
    for (Real v : values) after_ = std::max(after_, significant(v).size());
    for (Real v : values) width_ = std::max(width_, (*this)(v).size());
  }

  // The number, padded as the others are.
  std::string operator()(Real v) const {
    std::string digits;
    if (std::isnan(v)) {
      digits = "nan";
    } else if (std::isinf(v)) {
      digits = v > 0 ? "inf" : "-inf";
    } else {
      const std::string all = written(v), after_point = significant(v);
      const std::size_t point = all.find('.'), e = all.find('e');
      digits =
          all.substr(0, point + 1) + after_point +
          std::string(after_ - after_point.size(), scientific_ ? '0' : ' ');
      if (e != std::string::npos) digits += all.substr(e);
    }
    return std::string(width_ - std::min(width_, digits.size()), ' ') + digits;
  }

 private:
  std::string written(Real v) const {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, scientific_ ? "%.*e" : "%.*f",
                  decimals, double(v));
    return buffer;
  }

  // The decimals of v up to the last one that is not 0.
  std::string significant(Real v) const {
    if (!std::isfinite(v)) return "";
    const std::string all = written(v);
    std::string digits = all.substr(all.find('.') + 1, decimals);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
  }

  bool scientific_ = false;
  std::size_t after_ = 0, width_ = 0;
};

// Calls body(i, gap) for the indices along an axis that are seen; `gap` where
// some were left out before i.
template <class Body>
void each_seen(int size, bool shorten, const Body& body) {
  const bool gap = shorten && size > 2 * edge;
  for (int i = 0; i < size; ++i) {
    if (gap && i == edge) i = size - edge;
    body(i, gap && i == size - edge);
  }
}

void collect(const Tensor& x, bool shorten, std::vector<Real>& seen) {
  if (x.rank() == 0) return seen.push_back(x.item());
  each_seen(x.shape()[0], shorten,
            [&](int i, bool) { collect(select(x, 0, i), shorten, seen); });
}

// A row of numbers, broken where the line is full.
void print_row(std::ostream& out, const Tensor& x, const Format& format,
               std::size_t indent, bool shorten) {
  std::size_t column = indent;
  auto word = [&](const std::string& digits) {
    if (column + digits.size() > line_width - indent && column > indent) {
      out << '\n' << std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out << ' ';
    }
    out << digits;
    column += digits.size() + 1;
  };
  each_seen(x.shape()[0], shorten, [&](int i, bool gap) {
    if (gap) word("...");
    word(format(select(x, 0, i).item()));
  });
}

void print(std::ostream& out, const Tensor& x, const Format& format,
           std::size_t indent, bool shorten) {
  if (x.rank() == 0) {
    out << format(x.item());
    return;
  }
  out << '[';
  if (x.rank() == 1) {
    print_row(out, x, format, indent + 1, shorten);
  } else {
    const std::string next =
        std::string(static_cast<std::size_t>(x.rank() - 1), '\n') +
        std::string(indent + 1, ' ');
    each_seen(x.shape()[0], shorten, [&](int i, bool gap) {
      if (i > 0) out << next;
      if (gap) out << "..." << next;
      print(out, select(x, 0, i), format, indent + 1, shorten);
    });
  }
  out << ']';
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  if (!x.defined()) return out << "Tensor()";
  if (x.size() == 0) return out << "[]";
  const bool shorten = x.size() > longest;
  std::vector<Real> seen;
  collect(x, shorten, seen);
  print(out, x, Format(seen), 0, shorten);
  return out;
}

}  // namespace autograd
