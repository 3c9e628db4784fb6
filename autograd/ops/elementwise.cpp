// Each op is its formula and its derivative; `map` and `zip` do the rest.
#include "autograd/graph.h"
#include "autograd/kernels/simd.h"
#include "autograd/kernels/simd_math.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {

using kernels::Vec;

namespace {

Tensor expanded(const Tensor& x, const Shape& shape) {
  return x.shape() == shape ? x : expand(x, shape);
}

// y = f(x),  dx = dy derivative(x, y)
template <class F, class D>
Tensor map(const char* op, const Tensor& x, F f, D derivative) {
  check(x.defined(), "[", op, "] wanted a tensor, got an empty handle");
  Tensor y = Tensor::empty(x.shape());
  map_into(mutable_values(y), f, values(x));
  return record(op, y, {x}, [derivative](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0]))
      add_into(
          dx, [&](Vec dy, Vec x, Vec y) { return dy * derivative(x, y); },
          gradient(y), values(in[0]), values(y));
  });
}

// y = f(a, b),  da = a_term(dy, a, b, y),  db = b_term(dy, a, b, y)
template <class F, class A, class B>
Tensor zip(const char* op, const Tensor& a, const Tensor& b, F f, A a_term,
           B b_term) {
  check(a.defined() && b.defined(), "[", op,
        "] wanted two tensors, got an empty handle");
  const bool same = a.shape() == b.shape();
  const Shape shape =
      same ? a.shape() : broadcast_shapes(op, a.shape(), b.shape());
  const Tensor wide_a = expanded(a, shape), wide_b = expanded(b, shape);
  Tensor y = Tensor::empty(shape);
  map_into(mutable_values(y), f, values(wide_a), values(wide_b));
  return record(op, y, {wide_a, wide_b},
                [a_term, b_term](const Tensor& y, const Inputs& in) {
                  if (auto da = add_to(in[0]))
                    add_into(da, a_term, gradient(y), values(in[0]),
                             values(in[1]), values(y));
                  if (auto db = add_to(in[1]))
                    add_into(db, b_term, gradient(y), values(in[0]),
                             values(in[1]), values(y));
                });
}

}  // namespace

Tensor operator+(const Tensor& a, const Tensor& b) {
  return zip(
      "add", a, b, [](Vec a, Vec b) { return a + b; },
      [](Vec dy, Vec, Vec, Vec) { return dy; },
      [](Vec dy, Vec, Vec, Vec) { return dy; });
}

Tensor operator-(const Tensor& a, const Tensor& b) {
  return zip(
      "subtract", a, b, [](Vec a, Vec b) { return a - b; },
      [](Vec dy, Vec, Vec, Vec) { return dy; },
      [](Vec dy, Vec, Vec, Vec) { return -dy; });
}

Tensor operator*(const Tensor& a, const Tensor& b) {
  return zip(
      "multiply", a, b, [](Vec a, Vec b) { return a * b; },
      [](Vec dy, Vec, Vec b, Vec) { return dy * b; },
      [](Vec dy, Vec a, Vec, Vec) { return dy * a; });
}

Tensor operator/(const Tensor& a, const Tensor& b) {
  return zip(
      "divide", a, b, [](Vec a, Vec b) { return a / b; },
      [](Vec dy, Vec, Vec b, Vec) { return dy / b; },
      [](Vec dy, Vec, Vec b, Vec y) { return -(dy * y) / b; });
}

Tensor operator-(const Tensor& x) {
  return map(
      "negate", x, [](Vec x) { return -x; }, [](Vec, Vec) { return Vec(-1); });
}

namespace {

// x^n for integral n by repeated squaring, else exp(n log x).
Vec power(Vec x, Real exponent) {
  const int whole = static_cast<int>(exponent);
  if (static_cast<Real>(whole) != exponent) {
    if (exponent == Real(0.5)) return sqrt(x);
    return kernels::exp(Vec(exponent) * kernels::log(x));
  }
  Vec result(1);
  for (int n = whole < 0 ? -whole : whole; n > 0; n /= 2, x = x * x)
    if (n % 2) result = result * x;
  return whole < 0 ? Vec(1) / result : result;
}

}  // namespace

Tensor pow(const Tensor& x, Real n) {
  check(n > -1024 && n < 1024, "[pow] wanted an exponent within +-1024, got ",
        n);
  return map(
      "pow", x, [n](Vec x) { return power(x, n); },
      [n](Vec x, Vec) { return n == 0 ? Vec(0) : Vec(n) * power(x, n - 1); });
}

Tensor exp(const Tensor& x) {
  return map(
      "exp", x, [](Vec x) { return kernels::exp(x); },
      [](Vec, Vec y) { return y; });
}

Tensor log(const Tensor& x) {
  return map(
      "log", x, [](Vec x) { return kernels::log(x); },
      [](Vec x, Vec) { return Vec(1) / x; });
}

Tensor sqrt(const Tensor& x) {
  return map(
      "sqrt", x, [](Vec x) { return sqrt(x); },
      [](Vec, Vec y) { return Vec(Real(0.5)) / y; });
}

Tensor tanh(const Tensor& x) {
  return map(
      "tanh", x, [](Vec x) { return kernels::tanh(x); },
      [](Vec, Vec y) { return Vec(1) - y * y; });
}

Tensor sigmoid(const Tensor& x) {
  return map(
      "sigmoid", x, [](Vec x) { return kernels::sigmoid(x); },
      [](Vec, Vec y) { return y * (Vec(1) - y); });
}

Tensor relu(const Tensor& x) {
  return map(
      "relu", x, [](Vec x) { return max(Vec(0), x); },
      [](Vec x, Vec) { return select(x > Vec(0), Vec(1), Vec(0)); });
}

Tensor gelu(const Tensor& x) {
  return map(
      "gelu", x, [](Vec x) { return kernels::gelu(x); },
      [](Vec x, Vec) { return kernels::gelu_derivative(x); });
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  // dy goes to the larger operand, half to each of two equal ones.
  auto share = [](Vec dy, Vec mine, Vec other) {
    return select(mine > other, dy,
                  select(mine == other, dy * Vec(Real(0.5)), Vec(0)));
  };
  return zip(
      "maximum", a, b, [](Vec a, Vec b) { return max(a, b); },
      [share](Vec dy, Vec a, Vec b, Vec) { return share(dy, a, b); },
      [share](Vec dy, Vec a, Vec b, Vec) { return share(dy, b, a); });
}

Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b) {
  check(mask.defined() && a.defined() && b.defined(),
        "[where] wanted three tensors, got an empty handle");
  const Shape shape = broadcast_shapes(
      "where", mask.shape(), broadcast_shapes("where", a.shape(), b.shape()));
  const Tensor m = expanded(mask.detach(), shape), wide_a = expanded(a, shape),
               wide_b = expanded(b, shape);
  Tensor y = Tensor::empty(shape);
  map_into(
      mutable_values(y),
      [](Vec m, Vec a, Vec b) { return select(m == Vec(0), b, a); }, values(m),
      values(wide_a), values(wide_b));
  return record(
      "where", y, {m, wide_a, wide_b}, [](const Tensor& y, const Inputs& in) {
        if (auto da = add_to(in[1]))
          add_into(
              da, [](Vec dy, Vec m) { return select(m == Vec(0), Vec(0), dy); },
              gradient(y), values(in[0]));
        if (auto db = add_to(in[2]))
          add_into(
              db, [](Vec dy, Vec m) { return select(m == Vec(0), dy, Vec(0)); },
              gradient(y), values(in[0]));
      });
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, Real value) {
  return where(mask, value, x);
}

}  // namespace autograd
