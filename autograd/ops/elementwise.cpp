// Each op is its formula and its derivative; `map` and `zip` do the rest.
#include <type_traits>
#include <utility>

#include "autograd/graph.h"
#include "autograd/kernels/simd.h"
#include "autograd/kernels/simd_math.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {

using kernels::Vec;

namespace {

// An exponential, in sums.
constexpr int transcendental = 2;

// What a derivative is best computed from.
enum class From { input, result };

// y = f(x),  dx = dy derivative(x) or dy derivative(y)
template <From from, int work = 1, class F, class D>
Tensor map(const char* op, const Tensor& x, F f, D derivative) {
  check(x.defined(), "[", op, "] wanted a tensor, got an empty handle");
  Tensor y = Tensor::empty(x.shape());
  map_into<work>(mutable_values(y), f, values(x));
  return record(op, std::move(y), {x},
                [derivative](const Tensor& y, const Inputs& in) {
                  if (auto dx = add_to(in[0]))
                    add_into(
                        dx, [&](Vec dy, Vec at) { return dy * derivative(at); },
                        gradient(y), values(from == From::result ? y : in[0]));
                });
}

// Adds term(dy, other, mine) to the gradient of `mine`, where y = f(mine,
// other) or f(other, mine). A term that does not depend on the last of the
// three, or the last two, does not take them.
template <class F>
void add_term(const F& term, const Tensor& y, const Tensor& mine,
              const Tensor& other) {
  const auto slot = add_to(mine);
  if (!slot) return;
  if constexpr (std::is_invocable_v<F, Vec>)
    add_into(slot, term, gradient(y));
  else if constexpr (std::is_invocable_v<F, Vec, Vec>)
    add_into(slot, term, gradient(y), values(other));
  else
    add_into(slot, term, gradient(y), values(other), values(mine));
}

// y = f(a, b),  da = a_term(dy, b, a),  db = b_term(dy, a, b)
template <class F, class A, class B>
Tensor zip(const char* op, const Tensor& a, const Tensor& b, F f, A a_term,
           B b_term) {
  check(a.defined() && b.defined(), "[", op,
        "] wanted two tensors, got an empty handle");
  if (a.shape() != b.shape()) {
    const Shape shape = broadcast_shapes(op, a.shape(), b.shape());
    return zip(op, expand(a, shape), expand(b, shape), f, a_term, b_term);
  }
  Tensor y = Tensor::empty(a.shape());
  map_into(mutable_values(y), f, values(a), values(b));
  return record(op, std::move(y), {a, b},
                [a_term, b_term](const Tensor& y, const Inputs& in) {
                  add_term(a_term, y, in[0], in[1]);
                  add_term(b_term, y, in[1], in[0]);
                });
}

}  // namespace

Tensor operator+(const Tensor& a, const Tensor& b) {
  return zip(
      "add", a, b, [](Vec a, Vec b) { return a + b; },
      [](Vec dy) { return dy; }, [](Vec dy) { return dy; });
}

Tensor operator-(const Tensor& a, const Tensor& b) {
  return zip(
      "subtract", a, b, [](Vec a, Vec b) { return a - b; },
      [](Vec dy) { return dy; }, [](Vec dy) { return -dy; });
}

Tensor operator*(const Tensor& a, const Tensor& b) {
  return zip(
      "multiply", a, b, [](Vec a, Vec b) { return a * b; },
      [](Vec dy, Vec b) { return dy * b; },
      [](Vec dy, Vec a) { return dy * a; });
}

Tensor operator/(const Tensor& a, const Tensor& b) {
  return zip(
      "divide", a, b, [](Vec a, Vec b) { return a / b; },
      [](Vec dy, Vec b) { return dy / b; },
      [](Vec dy, Vec a, Vec b) { return -(dy * (a / b)) / b; });
}

Tensor operator-(const Tensor& x) {
  return map<From::input>(
      "negate", x, [](Vec x) { return -x; }, [](Vec) { return Vec(-1); });
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
  return map<From::input>(
      "pow", x, [n](Vec x) { return power(x, n); },
      [n](Vec x) { return n == 0 ? Vec(0) : Vec(n) * power(x, n - 1); });
}

Tensor exp(const Tensor& x) {
  return map<From::result, transcendental>(
      "exp", x, [](Vec x) { return kernels::exp(x); }, [](Vec y) { return y; });
}

Tensor log(const Tensor& x) {
  return map<From::input, transcendental>(
      "log", x, [](Vec x) { return kernels::log(x); },
      [](Vec x) { return Vec(1) / x; });
}

Tensor sqrt(const Tensor& x) {
  return map<From::result>(
      "sqrt", x, [](Vec x) { return sqrt(x); },
      [](Vec y) { return Vec(Real(0.5)) / y; });
}

Tensor tanh(const Tensor& x) {
  return map<From::result, transcendental>(
      "tanh", x, [](Vec x) { return kernels::tanh(x); },
      [](Vec y) { return Vec(1) - y * y; });
}

Tensor sigmoid(const Tensor& x) {
  return map<From::result, transcendental>(
      "sigmoid", x, [](Vec x) { return kernels::sigmoid(x); },
      [](Vec y) { return y * (Vec(1) - y); });
}

Tensor relu(const Tensor& x) {
  return map<From::input>(
      "relu", x, [](Vec x) { return max(Vec(0), x); },
      [](Vec x) { return select(x > Vec(0), Vec(1), Vec(0)); });
}

Tensor gelu(const Tensor& x) {
  return map<From::input, transcendental>(
      "gelu", x, [](Vec x) { return kernels::gelu(x); },
      [](Vec x) { return kernels::gelu_derivative(x); });
}

//   s = sigmoid(x),  y = x s,  dx = dy s (1 + x (1 - s))
Tensor silu(const Tensor& x) {
  return map<From::input, transcendental>(
      "silu", x, [](Vec x) { return x * kernels::sigmoid(x); },
      [](Vec x) {
        const Vec s = kernels::sigmoid(x);
        return s * fma(x, Vec(1) - s, Vec(1));
      });
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  // dy goes to the larger operand, half to each of two equal ones.
  auto share = [](Vec dy, Vec other, Vec mine) {
    return select(mine > other, dy,
                  select(mine == other, dy * Vec(Real(0.5)), Vec(0)));
  };
  return zip(
      "maximum", a, b, [](Vec a, Vec b) { return max(a, b); }, share, share);
}

Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b) {
  check(mask.defined() && a.defined() && b.defined(),
        "[where] wanted three tensors, got an empty handle");
  const Shape shape = broadcast_shapes(
      "where", mask.shape(), broadcast_shapes("where", a.shape(), b.shape()));
  const Tensor m = expand(mask.detach(), shape), wide_a = expand(a, shape),
               wide_b = expand(b, shape);
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
