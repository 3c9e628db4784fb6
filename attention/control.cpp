#include "attention/control.h"

#include <algorithm>

#include "autograd/check.h"

namespace attention {

using autograd::check;
using autograd::Real;
using autograd::Rng;

namespace {

void check_sentences(const char* what, const Memory& memory,
                     std::size_t count) {
  check(memory.keys.size(0) == static_cast<int>(count), "[", what,
        "] wanted something for each of ", memory.keys.size(0),
        " sentences, got ", count);
}

}  // namespace

void make_uniform(Memory& memory) {
  memory.keys = Tensor::zeros(memory.keys.shape());
}

void key_by_place(Memory& memory) {
  const autograd::Shape shape = memory.keys.shape();  // [B, S, A]
  Rng rng(0);
  const Tensor places = Tensor::normal({shape[1], shape[2]}, 0, 1, rng);
  memory.keys = autograd::expand(places, shape);
}

void shuffle_values(Memory& memory, const std::vector<int>& lengths, Rng& rng) {
  check_sentences("shuffle_values", memory, lengths.size());
  const int B = memory.values.size(0), S = memory.values.size(1),
            D = memory.values.size(2);
  std::vector<int> from;  // rows of [B S, D]
  for (int b = 0; b < B; ++b) {
    const int length = lengths[static_cast<std::size_t>(b)];
    check(0 <= length && length <= S, "[shuffle_values] wanted lengths to ", S,
          ", got ", length);
    std::vector<int> order;
    for (int s = 0; s < length; ++s) order.push_back(b * S + s);
    autograd::shuffle(order, rng);
    for (int s = length; s < S; ++s) order.push_back(b * S + s);
    from.insert(from.end(), order.begin(), order.end());
  }
  memory.values = autograd::embedding(
      autograd::reshape(memory.values, {B * S, D}), {{B, S}, from});
}

void tell(Memory& memory, const std::vector<nn::Links>& links, int T) {
  check_sentences("tell", memory, links.size());
  const int B = memory.keys.size(0), S = memory.keys.size(1);
  Tensor linked = Tensor::zeros({B, T, S});
  for (int b = 0; b < B; ++b)
    for (const auto& [s, t] : links[static_cast<std::size_t>(b)]) {
      check(0 <= s && s < S && 0 <= t && t < T, "[tell] wanted links below (",
            S, ", ", T, "), got (", s, ", ", t, ")");
      linked.set({b, t, s}, 1);
    }
  const Tensor none = autograd::sum(linked, {2}, true);  // [B, T, 1], or 0
  memory.mask = memory.mask & Mask(autograd::where(none, linked, Real(1)));
}

}  // namespace attention
