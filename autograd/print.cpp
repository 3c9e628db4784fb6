// Printing as NumPy does.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "autograd/tensor.h"

namespace autograd {
namespace {

constexpr int decimals = 4, edge = 3;
constexpr std::int64_t longest = 1000;  // elements; longer axes are shortened

// How all elements of one tensor are written: as fixed point with as few
// decimals as they need, or in scientific notation.
class Format {
 public:
  explicit Format(const std::vector<Real>& values) {
    double largest = 0, smallest = 1;
    for (Real v : values)
      if (std::isfinite(v) && v != 0) {
        largest = std::max(largest, std::abs(double(v)));
        smallest = std::min(smallest, std::abs(double(v)));
      }
    scientific_ = largest >= 1e8 || (largest > 0 && largest < 1e-4) ||
                  largest / smallest >= 1e7;
    for (Real v : values) {
      std::string digits = fixed(v);
      const std::size_t point = digits.find('.');
      if (point != std::string::npos)
        after_ = std::max(after_, digits.size() - point);
    }
    for (Real v : values) width_ = std::max(width_, (*this)(v).size());
  }

  // The number, padded as the others are.
  std::string operator()(Real v) const {
    std::string digits = fixed(v);
    const std::size_t point = digits.find('.');
    if (point != std::string::npos)
      digits.append(after_ - (digits.size() - point), ' ');
    return std::string(width_ > digits.size() ? width_ - digits.size() : 0,
                       ' ') +
           digits;
  }

 private:
  std::string fixed(Real v) const {
    if (std::isnan(v)) return "nan";
    if (std::isinf(v)) return v > 0 ? "inf" : "-inf";
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, scientific_ ? "%.*e" : "%.*f",
                  decimals, double(v));
    std::string digits = buffer;
    if (!scientific_) digits.erase(digits.find_last_not_of('0') + 1);
    return digits == "-0." ? "0." : digits;
  }

  bool scientific_ = false;
  std::size_t after_ = 0, width_ = 0;
};

void print(std::ostream& out, const Tensor& x, const Format& format,
           std::vector<int>& at, bool shorten) {
  const int axis = static_cast<int>(at.size());
  if (axis == x.rank()) {
    std::ptrdiff_t place = 0;
    for (int i = 0; i < axis; ++i)
      place += at[static_cast<std::size_t>(i)] * x.strides()[i];
    out << format(x.data()[place]);
    return;
  }
  const int size = x.shape()[axis];
  const bool innermost = axis == x.rank() - 1;
  const std::string gap =
      innermost ? " "
                : std::string(static_cast<std::size_t>(x.rank() - axis - 1),
                              '\n') +
                      std::string(static_cast<std::size_t>(axis + 1), ' ');
  out << '[';
  for (int i = 0; i < size; ++i) {
    if (i > 0) out << gap;
    if (shorten && i == edge && size > 2 * edge) {
      out << "..." << gap;
      i = size - edge;
    }
    at.push_back(i);
    print(out, x, format, at, shorten);
    at.pop_back();
  }
  out << ']';
}

// The elements that will be seen.
Tensor corners(Tensor x) {
  for (int axis = 0; axis < x.rank(); ++axis)
    if (x.shape()[axis] > 2 * edge)
      x = x.window(x.shape().with(axis, edge), x.strides(), x.offset());
  return x;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  if (!x.defined()) return out << "Tensor()";
  const bool shorten = x.size() > longest;
  const Format format((shorten ? corners(x) : x).values());
  std::vector<int> at;
  print(out, x, format, at, shorten);
  return out;
}

}  // namespace autograd
