// Two attentions that look right and are not: one never sees the words that it
// weighs, one reads padding.
#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace attention;
using autograd::Real;
using nn::fixed;
using nn::section;

namespace {

constexpr int S = 4, width = 6;

// Weights out of the decoder's side alone: a number for each place, whatever
// stands there.
struct BlindScore {
  nn::Linear place;  // [longest sentence, width of a query]

  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return autograd::slice(place(query), 2, 0, keys.size(1));
  }
};

// The words of a sentence in another order: the last becomes the first.
Tensor turned(const Tensor& x) {
  const int last = x.size(1) - 1;
  return autograd::concat(
      {autograd::slice(x, 1, last, last + 1), autograd::slice(x, 1, 0, last)},
      1);
}

Real largest(const Tensor& x) {
  Real result = 0;
  for (const Real value : x.values())
    result = std::max(result, std::abs(value));
  return result;
}

// What happens to the weights of the same query if the words change.
template <class A>
bool sees(const char* name, const A& attend, const Tensor& query, Tensor words,
          const Tensor& others) {
  const auto weights = [&](const Tensor& h) {
    return attend(query, attend.prepare(h, h)).weights;
  };
  section(name);
  const Tensor now = weights(words);
  nn::number("weights", now);
  nn::number("weights of other words", weights(others));
  const Real change = largest(now - weights(others));
  nn::number("largest change", fixed(change, 4));
  nn::number("words turned", weights(turned(words)));
  words = words.clone().requires_grad(true);
  autograd::sum(pow(weights(words), 2)).backward();
  nn::number("gradient of the words",
             fixed(words.has_grad() ? largest(words.grad()) : 0, 4));
  return change > 0;
}

// The share of the weight that goes to padding, for a sentence of four words
// in a batch as long as the longest.
template <class A>
void print_padding(const A& attend, const Tensor& query, const Tensor& words) {
  section("padding");
  for (const int longest : {4, 8, 16, 32}) {
    const Tensor none = Tensor::zeros({1, longest - S, width});
    const Tensor h = longest == S ? words : autograd::concat({words, none}, 1);
    const auto share = [&](const Mask& mask) {
      const Tensor weights = attend(query, attend.prepare(h, h, mask)).weights;
      return fixed(sum(autograd::slice(weights, 2, S, longest)).item(), 3);
    };
    std::cout << "beside " << longest << (longest < 10 ? " " : "")
              << " words  with the mask " << share(Mask::padding({S}, longest))
              << "  without " << share(Mask()) << '\n';
  }
}

void run() {
  autograd::Rng rng(1);
  const auto draw = [&](const autograd::Shape& shape) {
    return Tensor::normal(shape, 0, 1, rng);
  };
  const Tensor query = draw({1, 1, width}), words = draw({1, S, width}),
               others = draw({1, S, width});
  const BahdanauAttention ours(
      AdditiveScore({.query = width, .key = width, .width = 8}, rng));
  const Attention<BlindScore> blind(
      BlindScore{nn::Linear({.in = width, .out = 10, .bias = true}, rng)});
  const bool ours_sees = sees("ours", ours, query, words, others);
  const bool blind_sees = sees("blind", blind, query, words, others);
  if (!ours_sees || blind_sees)
    throw std::runtime_error("wanted ours to see the words, and blind not");
  print_padding(ours, query, words);
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]",
                  "Shows an attention that is blind to its words, and one "
                  "that reads padding.");
  return nn::run_program(argc, argv, flags, [&](const auto& operands) {
    if (!operands.empty())
      throw nn::UsageError("wanted flags only, got '" + operands[0] + "'");
    run();
  });
}
