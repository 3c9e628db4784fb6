// Hard reads: one place is looked at, not the mean of all. They are reads of
// the frame (attention/read.h). While training (step.rng is there) the place is
// drawn with the weights as probabilities; in evaluation it is the one with the
// largest weight, of equal ones the first. A place of weight 0 is never chosen;
// a row of zeros chooses none and reads zeros.
//
// What was chosen goes to *step.chosen [B, T, S]: one-hot rows z, without a
// graph. (Xu et al. 2015, section 4.1, call them s.) reinforce.h learns by it.
//
// A call takes one draw from step.rng, and each of its rows (b, t) a generator
// of its own from that, in row-major order. So padding moves no draw; and where
// a decoder asks one query at a time, a sentence's draws depend on its place in
// the batch and on the step, not on the sizes of its batch mates.
#pragma once

#include <variant>

#include "attention/read.h"

namespace attention {

// One-hot rows, drawn in proportion to the weights [..., S], or zeros where
// all weights are; NaN where one of them is. Throws std::invalid_argument where
// a weight is negative or infinite.
Tensor sampled(const Tensor& weights, autograd::Rng& rng);
// One-hot rows at the largest weight [..., S], of equal ones the first; zeros
// where no weight is above 0.
Tensor strongest(const Tensor& weights);

// The value of `hard`, but the gradient goes to `soft`, as if that had been the
// value (Bengio et al. 2013, section 3.2). The same shape twice.
Tensor straight_through(const Tensor& hard, const Tensor& soft);

// -log(-log(u)), u uniform, of a generator of its own for each row.
Tensor gumbel_noise(const autograd::Shape& shape, autograd::Rng& rng);
// softmax((log alpha + noise) / temperature): weights that come the closer to
// one-hot the colder it is, and whose largest is at s with probability alpha_s
// at any temperature (Jang et al. 2017, eq. 2; Maddison et al. 2017).
//   weights, noise [..., S]
Tensor gumbel_softmax(const Tensor& weights, const Tensor& noise,
                      autograd::Real temperature);

// c = v_z: no gradient goes to the weights, hence REINFORCE.
struct Sample {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;
};

// c = v_z; the weights get the gradient of the soft read, which is biased.
struct StraightThrough {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;
};

// While training c = sum_s y_s v_s, y = gumbel_softmax(weights, noise): y is
// what goes to *step.chosen. With `hard` the largest of y alone is read, and y
// gets the gradient.
struct GumbelSoftmax {
  autograd::Real temperature = 1;
  bool hard = false;

  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;
};

// A read that is chosen when the program runs.
struct AnyRead {
  std::variant<Expectation, Sample, StraightThrough, GumbelSoftmax> read;

  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;
};

}  // namespace attention
