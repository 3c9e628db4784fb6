#include "attention/mask.h"

#include <limits>

#include "autograd/check.h"
#include "autograd/ops.h"

namespace attention {

using autograd::check;
using autograd::Real;
using autograd::Shape;

namespace {

// The mask of shape [B, T, S] that is true where visible(b, t, s) is.
template <class F>
Mask make(int B, int T, int S, const F& visible) {
  check(B >= 1 && T >= 1 && S >= 0, "[Mask] wanted sizes of at least 1, got ",
        Shape{B, T, S});
  std::vector<Real> values;
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s) values.push_back(visible(b, t, s));
  return Mask(Tensor::from({B, T, S}, values));
}

}  // namespace

Mask::Mask(const Tensor& visible) {
  check(visible.defined() && visible.rank() == 3,
        "[Mask] wanted a tensor [B or 1, T or 1, S], got ",
        visible.defined() ? visible.shape() : Shape{});
  visible_ = autograd::where(visible, Real(1), Real(0)).detach();
}

Mask Mask::padding(const std::vector<int>& lengths, int S) {
  for (int length : lengths)
    check(0 <= length && length <= S, "[Mask::padding] wanted lengths from 0 ",
          "to ", S, ", got ", length);
  return make(static_cast<int>(lengths.size()), 1, S,
              [&](int b, int, int s) { return s < lengths[b]; });
}

Mask Mask::causal(int T) { return causal(T, T); }

Mask Mask::causal(int T, int S) {
  check(T <= S, "[Mask::causal] wanted no more queries than keys, got ", T,
        " and ", S);
  return make(1, T, S, [&](int, int t, int s) { return s <= t + S - T; });
}

Mask Mask::window(int T, int S, int before, int after) {
  check(before >= 0 && after >= 0, "[Mask::window] wanted sizes of at least ",
        "0, got ", before, " and ", after);
  return make(1, T, S, [&](int, int t, int s) {
    return t - before <= s && s <= t + after;
  });
}

Mask operator&(const Mask& a, const Mask& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return Mask(a.visible_ * b.visible_);
}

bool Mask::operator()(int b, int t, int s) const {
  if (empty()) return true;
  return visible_.at({visible_.size(0) > 1 ? b : 0,
                      visible_.size(1) > 1 ? t : 0, s}) != 0;
}

Mask Mask::of_query(int t) const {
  if (!by_query()) return *this;
  check(0 <= t && t < visible_.size(1), "[Mask] wanted a query below ",
        visible_.size(1), ", got ", t);
  return Mask(autograd::slice(visible_, 1, t, t + 1));
}

void Mask::check_fits(int B, int T, int S) const {
  if (empty()) return;
  const Shape& shape = visible_.shape();
  check((shape[0] == B || shape[0] == 1) && (shape[1] == T || shape[1] == 1) &&
            shape[2] == S,
        "[Mask] wanted a mask for scores ", Shape{B, T, S}, ", got ", shape);
}

Tensor Mask::hide(const Tensor& scores) const {
  if (empty()) return scores;
  check(scores.rank() == 3, "[Mask] wanted scores [B, T, S], got ",
        scores.shape());
  check_fits(scores.size(0), scores.size(1), scores.size(2));
  return autograd::where(visible_, scores,
                         -std::numeric_limits<Real>::infinity());
}

std::ostream& operator<<(std::ostream& out, const Mask& mask) {
  if (mask.empty()) return out << "everything is visible\n";
  const Shape& shape = mask.visible().shape();
  for (int b = 0; b < shape[0]; ++b) {
    if (b > 0) out << '\n';
    for (int t = 0; t < shape[1]; ++t) {
      for (int s = 0; s < shape[2]; ++s)
        out << (s ? " " : "") << (mask(b, t, s) ? '#' : '.');
      out << '\n';
    }
  }
  return out;
}

}  // namespace attention
