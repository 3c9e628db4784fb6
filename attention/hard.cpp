#include "attention/hard.h"

#include <cmath>
#include <limits>
#include <vector>

#include "autograd/ops.h"

namespace attention {

using autograd::check;
using autograd::Real;
using autograd::Rng;
using autograd::Shape;

namespace {

// One-hot rows, where `choose(row, S)` says which place it is, or S for none. A
// row with NaN in it stays NaN: what went wrong is not hidden.
template <class Choose>
Tensor one_hot(const Tensor& weights, const Choose& choose) {
  const std::vector<Real> from = weights.values();
  std::vector<Real> to(from.size());
  const auto S = static_cast<std::size_t>(weights.size(-1));
  for (std::size_t row = 0; row < from.size(); row += S) {
    const Real* w = from.data() + row;
    const std::size_t place = choose(w, S);
    if (place < S)
      to[row + place] = 1;
    else
      for (std::size_t s = 0; s < S; ++s)
        if (std::isnan(w[s])) to[row + s] = w[s];
  }
  return Tensor::from(weights.shape(), to);
}

// Drawn while training, else the strongest; told to whoever asks.
Tensor choose(const Tensor& weights, const Step& step) {
  const Tensor z = step.rng ? sampled(weights, *step.rng) : strongest(weights);
  if (step.chosen) *step.chosen = z;
  return z;
}

}  // namespace

// The first place whose cumulated weight exceeds u times all of it: there the
// sum has grown, so the place has a weight.
Tensor sampled(const Tensor& weights, Rng& rng) {
  Rng rows = rng.split();
  return one_hot(weights, [&](const Real* row, std::size_t S) {
    Rng own = rows.split();
    double total = 0;
    for (std::size_t s = 0; s < S; ++s) {
      check(!(row[s] < 0) && !std::isinf(row[s]),
            "[sampled] wanted weights from 0 on, got ", row[s]);
      total += row[s];
    }
    const double wanted = own.uniform() * total;
    double sum = 0;
    std::size_t place = 0;
    while (place < S && !((sum += row[place]) > wanted)) ++place;
    return place;
  });
}

Tensor strongest(const Tensor& weights) {
  return one_hot(weights, [](const Real* row, std::size_t S) {
    std::size_t best = S;
    for (std::size_t s = 0; s < S; ++s)
      if (row[s] > (best < S ? row[best] : 0)) best = s;
    return best;
  });
}

// soft - soft is exactly 0, so hard stays what it is, to the bit.
Tensor straight_through(const Tensor& hard, const Tensor& soft) {
  return hard + (soft - soft.detach());
}

// u = 0 is drawn again: its logarithm is not finite.
Tensor gumbel_noise(const Shape& shape, Rng& rng) {
  Rng rows = rng.split();
  std::vector<Real> values;
  const int S = shape.back();
  for (std::int64_t i = 0; i < element_count(shape); i += S) {
    Rng own = rows.split();
    for (int s = 0; s < S; ++s) {
      Real u = own.uniform();
      while (u == 0) u = own.uniform();
      values.push_back(u);
    }
  }
  return -autograd::log(-autograd::log(Tensor::from(shape, values)));
}

// log 0 is kept from both ways: y is 0 where a weight is, and so is dy.
Tensor gumbel_softmax(const Tensor& weights, const Tensor& noise,
                      Real temperature) {
  check(temperature > 0, "[gumbel_softmax] wanted a temperature above 0, got ",
        temperature);
  const Tensor logs = autograd::log(autograd::where(weights, weights, Real(1)));
  return autograd::softmax(
      autograd::where(weights, (logs + noise) / temperature,
                      -std::numeric_limits<Real>::infinity()));
}

Tensor Sample::operator()(const Tensor& weights, const Tensor& values,
                          const Step& step) const {
  return autograd::matmul(choose(weights, step), values);
}

// The values get the gradient of the hard read, as they are what is read.
Tensor StraightThrough::operator()(const Tensor& weights, const Tensor& values,
                                   const Step& step) const {
  return autograd::matmul(straight_through(choose(weights, step), weights),
                          values);
}

Tensor GumbelSoftmax::operator()(const Tensor& weights, const Tensor& values,
                                 const Step& step) const {
  if (!step.rng) return Sample()(weights, values, step);
  const Tensor noise = gumbel_noise(weights.shape(), *step.rng);
  const Tensor y = gumbel_softmax(weights, noise, temperature);
  const Tensor read = hard ? straight_through(strongest(y), y) : y;
  if (step.chosen) *step.chosen = read.detach();
  return autograd::matmul(read, values);
}

Tensor AnyRead::operator()(const Tensor& weights, const Tensor& values,
                           const Step& step) const {
  return std::visit([&](const auto& one) { return one(weights, values, step); },
                    read);
}

}  // namespace attention
