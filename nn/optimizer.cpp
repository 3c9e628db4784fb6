#include "nn/optimizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "autograd/used_rows.h"
#include "autograd/walk.h"

namespace nn {

using autograd::check;
using autograd::Lane;
using autograd::put;
using autograd::take;
using autograd::kernels::Vec;

Parameters distinct(const Parameters& parameters) {
  std::set<const autograd::Node*> seen;
  Parameters result;
  for (const NamedTensor& parameter : parameters)
    if (seen.insert(parameter.tensor.node()).second)
      result.push_back(parameter);
  return result;
}

namespace {

void check_within(const char* what, double value, double below) {
  check(0 <= value && value < below, "[", what, "] wanted 0 <= value < ", below,
        ", got ", value);
}

std::vector<Tensor> zeros_like(const Parameters& parameters) {
  std::vector<Tensor> result;
  for (const NamedTensor& parameter : parameters)
    result.push_back(Tensor::zeros(parameter.tensor.shape()));
  return result;
}

Parameters named(const std::string& prefix, const Parameters& parameters,
                 const std::vector<Tensor>& tensors) {
  Parameters result;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    result.push_back({prefix + "." + parameters[i].name, tensors[i]});
  return result;
}

// f(g, x...) along one row, sixteen elements at a time; f may change the x. A
// gradient of step 0 is the same along all of it.
template <class F, class... X>
void update_row(std::int64_t n, const F& f, Lane<const Real> g, X... x) {
  using namespace autograd::kernels;
  auto update = [&](Vec g, auto... v) {
    f(g, v...);
    return std::array<Vec, sizeof...(X)>{v...};
  };
  std::int64_t i = 0;
  if (g.step <= 1 && ((x.step == 1) && ...))
    for (; i + lanes <= n; i += lanes) {
      const auto after =
          update(g.step ? load(g.data + i) : Vec(*g.data), load(x.data + i)...);
      int k = 0;
      (store(x.data + i, after[k++]), ...);
    }
  for (; i < n; i += lanes) {
    const int m = static_cast<int>(std::min<std::int64_t>(lanes, n - i));
    const auto after = update(take(g.data + i * g.step, g.step, m),
                              take(x.data + i * x.step, x.step, m)...);
    int k = 0;
    (put(x.data + i * x.step, x.step, after[k++], m), ...);
  }
}

// Cuts [begin, end) of a table into runs of rows of one kind:
// body(begin, end, whether the gradient is known to be zero).
template <class Body>
void each_run(const char* used, std::int64_t width, std::int64_t begin,
              std::int64_t end, const Body& body) {
  while (begin < end) {
    std::int64_t row = begin / width, stop = end;
    const bool zero = used && !used[row];
    if (used) {
      while (++row * width < end && !used[row] == zero) {
      }
      stop = std::min(end, row * width);
    }
    body(begin, stop, zero);
    begin = stop;
  }
}

// f(g, w, memory...) on all elements of a parameter and of what the optimiser
// remembers of it; f may change all but the gradient g. A gradient that is
// known to be zero is not read.
template <class F, class... Memory>
void update(const Tensor& parameter, const F& f, Memory&... memory) {
  const auto gradient = autograd::gradient(parameter);
  const char* const used = autograd::used_rows(parameter);
  const std::int64_t width = used ? parameter.size(1) : 1;
  Tensor w = parameter;
  Real* const data[] = {w.write(), memory.write()...};
  constexpr int count = 1 + sizeof...(Memory);
  const autograd::Walk<count + 1> walk(
      w.shape(), {&w.strides(), &memory.strides()..., &gradient.strides});
  static constexpr Real nothing = 0;
  walk.run([&](std::int64_t n, const auto& at) {
    // Where `used` is set, all is dense.
    const std::int64_t first = used ? at[0] : 0;
    each_run(
        used, width, first, first + n, [&](auto begin, auto end, bool zero) {
          const std::ptrdiff_t i = begin - first;
          [&]<std::size_t... K>(std::index_sequence<K...>) {
            const std::ptrdiff_t step = walk.step(count);
            update_row(
                end - begin, f,
                zero ? Lane<const Real>{&nothing, 0}
                     : Lane<const Real>{gradient.data + at[count] + i * step,
                                        step},
                Lane<Real>{data[K] + at[K] + i * walk.step(int(K)),
                           walk.step(int(K))}...);
          }
          (std::make_index_sequence<count>());
        });
  });
}

Vec real(double x) { return Vec(static_cast<Real>(x)); }

}  // namespace

// ---- Stochastic gradient descent

Sgd::Sgd(const Parameters& parameters, const SgdOptions& options)
    : learning_rate(options.learning_rate),
      options_(options),
      parameters_(distinct(parameters)) {
  check_within("Sgd momentum", options.momentum, 1);
  check(!options.nesterov || options.momentum > 0,
        "[Sgd] wanted a momentum above 0 for Nesterov's, got 0");
  if (options.momentum > 0) buffers_ = zeros_like(parameters_);
}

void Sgd::step(double gradient_scale) {
  const Vec rate = real(learning_rate), momentum = real(options_.momentum),
            decay = real(options_.weight_decay), scale = real(gradient_scale);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& parameter = parameters_[i].tensor;
    if (!parameter.has_grad()) continue;
    if (buffers_.empty())
      update(parameter,
             [=](Vec g, Vec& w) { w = w - rate * fma(decay, w, scale * g); });
    else
      update(
          parameter,
          [=, nesterov = options_.nesterov](Vec g, Vec& w, Vec& b) {
            g = fma(decay, w, scale * g);
            b = fma(momentum, b, g);
            w = w - rate * (nesterov ? fma(momentum, b, g) : b);
          },
          buffers_[i]);
  }
}

Parameters Sgd::state() const {
  return named("momentum_buffer", parameters_, buffers_);
}

// ---- Adam

Adam::Adam(const Parameters& parameters, const AdamOptions& options)
    : learning_rate(options.learning_rate),
      options_(options),
      parameters_(distinct(parameters)),
      step_(Tensor::zeros({})),
      first_(zeros_like(parameters_)),
      second_(zeros_like(parameters_)) {
  check_within("Adam beta1", options.beta1, 1);
  check_within("Adam beta2", options.beta2, 1);
  check(options.epsilon > 0, "[Adam] wanted an epsilon above 0, got ",
        options.epsilon);
}

namespace {

// x^n by repeated squaring: a function of both, whatever came before.
double power(double x, std::int64_t n) {
  double result = 1;
  for (; n > 0; n /= 2, x *= x)
    if (n % 2) result *= x;
  return result;
}

}  // namespace

void Adam::step(double gradient_scale) {
  step_.fill(step_.item() + 1);
  const auto t = static_cast<std::int64_t>(step_.item());
  const double lost1 = 1 - power(options_.beta1, t),
               lost2 = 1 - power(options_.beta2, t);
  const Vec beta1 = real(options_.beta1), rest1 = real(1 - options_.beta1),
            beta2 = real(options_.beta2), rest2 = real(1 - options_.beta2),
            rate = real(learning_rate / lost1),
            unbias = real(1 / std::sqrt(lost2)),
            epsilon = real(options_.epsilon), scale = real(gradient_scale);
  const double decay = options_.weight_decay;
  const Vec added = real(options_.decoupled ? 0 : decay),
            left = real(options_.decoupled ? 1 - learning_rate * decay : 1);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& parameter = parameters_[i].tensor;
    if (!parameter.has_grad()) continue;
    update(
        parameter,
        [=](Vec g, Vec& w, Vec& m, Vec& v) {
          g = fma(added, w, scale * g);
          m = fma(beta1, m, rest1 * g);
          v = fma(beta2, v, rest2 * (g * g));
          w = left * w - rate * m / fma(sqrt(v), unbias, epsilon);
        },
        first_[i], second_[i]);
  }
}

Parameters Adam::state() const {
  Parameters all = {{"step", step_}};
  for (auto& part : named("exp_avg", parameters_, first_)) all.push_back(part);
  for (auto& part : named("exp_avg_sq", parameters_, second_))
    all.push_back(part);
  return all;
}

Adam adam_w(const Parameters& parameters, AdamOptions options) {
  options.decoupled = true;
  return Adam(parameters, options);
}

}  // namespace nn
