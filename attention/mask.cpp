#include "attention/mask.h"

#include <algorithm>
#include <limits>

#include "autograd/check.h"
#include "autograd/ops.h"

namespace attention {

using autograd::check;
using autograd::Real;
using autograd::Shape;
using autograd::Visible;

namespace {

Shape checked(const Shape& shape) {
  check(shape[0] >= 1 && shape[1] >= 1 && shape[2] >= 0,
        "[Mask] wanted sizes of at least 1, got ", shape);
  return shape;
}

// What query t sees of S keys by the band alone: keys begin ... end - 1.
struct Range {
  int begin, end;
};
Range band(const Visible& keys, int t, int S) {
  const int begin = keys.before < t ? t - keys.before : 0;
  const int end = keys.after < S - 1 - t ? t + keys.after + 1 : S;
  return {std::min(begin, S), end};
}

// The smaller of two lengths for each sentence; an empty list hides nothing.
std::vector<int> smaller(std::vector<int> a, std::vector<int> b) {
  if (a.size() < b.size()) std::swap(a, b);
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i)
    a[i] = std::min(a[i], b[b.size() > 1 ? i : 0]);
  return a;
}

}  // namespace

Mask::Mask(const Tensor& visible) {
  check(visible.defined() && visible.rank() == 3,
        "[Mask] wanted a tensor [B or 1, T or 1, S], got ",
        visible.defined() ? visible.shape() : Shape{});
  shape_ = visible.shape();
  keys_.pattern = autograd::where(visible, Real(1), Real(0)).detach();
}

Mask Mask::padding(const std::vector<int>& lengths, int S) {
  for (int length : lengths)
    check(0 <= length && length <= S, "[Mask::padding] wanted lengths from 0 ",
          "to ", S, ", got ", length);
  Mask mask;
  mask.shape_ = checked({static_cast<int>(lengths.size()), 1, S});
  mask.keys_.lengths = lengths;
  return mask;
}

Mask Mask::causal(int T) { return causal(T, T); }

Mask Mask::causal(int T, int S) {
  check(T <= S, "[Mask::causal] wanted no more queries than keys, got ", T,
        " and ", S);
  return window(T, S, Visible::unbounded, S - T);
}

// One query stands for all of them, so its band must not move with them.
Mask Mask::window(int T, int S, int before, int after) {
  check(before >= 0 && after >= 0, "[Mask::window] wanted sizes of at least ",
        "0, got ", before, " and ", after);
  Mask mask;
  mask.shape_ = checked({1, T, S});
  mask.keys_.before = before;
  mask.keys_.after = after;
  if (T > 1) return mask;
  return padding({band(mask.keys_, 0, S).end}, S);
}

Mask operator&(const Mask& a, const Mask& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  check(a.shape_[2] == b.shape_[2], "[Mask] wanted masks for the same keys, ",
        "got ", a.shape_, " and ", b.shape_);
  Mask both;
  both.shape_ = autograd::broadcast_shapes("Mask", a.shape_, b.shape_);
  const Visible &x = a.keys_, &y = b.keys_;
  both.keys_.lengths = smaller(x.lengths, y.lengths);
  both.keys_.before = std::min(x.before, y.before);
  both.keys_.after = std::min(x.after, y.after);
  both.keys_.pattern = !x.pattern.defined()   ? y.pattern
                       : !y.pattern.defined() ? x.pattern
                                              : x.pattern * y.pattern;
  return both;
}

bool Mask::operator()(int b, int t, int s) const {
  if (empty()) return true;
  const auto& [lengths, before, after, pattern] = keys_;
  const auto sentence = static_cast<std::size_t>(lengths.size() > 1 ? b : 0);
  if (!lengths.empty() && s >= lengths[sentence]) return false;
  if (t - s > before || s - t > after) return false;
  return !pattern.defined() ||
         pattern.at({pattern.size(0) > 1 ? b : 0, pattern.size(1) > 1 ? t : 0,
                     s}) != 0;
}

Mask Mask::of_query(int t) const {
  if (!by_query()) return *this;
  const int T = shape_[1], S = shape_[2];
  check(0 <= t && t < T, "[Mask] wanted a query below ", T, ", got ", t);
  const Range range = band(keys_, t, S);
  Mask row = *this;
  row.shape_[1] = 1;
  row.keys_.before = row.keys_.after = Visible::unbounded;
  if (keys_.pattern.defined() && keys_.pattern.size(1) > 1)
    row.keys_.pattern = autograd::slice(keys_.pattern, 1, t, t + 1);
  row = row & Mask::padding({range.end}, S);
  if (range.begin == 0) return row;
  Tensor late = Tensor::ones({1, 1, S});
  std::fill_n(late.write(), range.begin, Real(0));
  return row & Mask(late);
}

Tensor Mask::ends(int S) const {
  if (empty()) return Tensor::full({1, 1}, Real(S));
  check(shape_[2] == S, "[Mask] wanted a mask for ", S, " keys, got ", shape_);
  const std::vector<Real> seen = visible().values();
  Tensor ends = Tensor::zeros({shape_[0], shape_[1]});
  Real* end = ends.write();
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (const int s = static_cast<int>(i) % S; seen[i] != 0)
      end[i / static_cast<std::size_t>(S)] = Real(s + 1);
  return ends;
}

Tensor Mask::visible() const {
  if (empty()) return {};
  const auto& [lengths, before, after, pattern] = keys_;
  if (pattern.defined() && pattern.shape() == shape_ && lengths.empty() &&
      before == Visible::unbounded && after == Visible::unbounded)
    return pattern;
  Tensor result = Tensor::zeros(shape_);
  const int T = shape_[1], S = shape_[2];
  Real* row = result.write();
  for (int b = 0; b < shape_[0]; ++b)
    for (int t = 0; t < T; ++t, row += S) {
      auto [begin, end] = band(keys_, t, S);
      if (!lengths.empty())
        end = std::min(
            end, lengths[static_cast<std::size_t>(lengths.size() > 1 ? b : 0)]);
      if (begin < end) std::fill(row + begin, row + end, Real(1));
    }
  return pattern.defined() ? result * pattern : result;
}

void Mask::check_fits(int B, int T, int S) const {
  if (empty()) return;
  check((shape_[0] == B || shape_[0] == 1) &&
            (shape_[1] == T || shape_[1] == 1) && shape_[2] == S,
        "[Mask] wanted a mask for scores ", Shape{B, T, S}, ", got ", shape_);
}

Tensor Mask::hide(const Tensor& scores) const {
  if (empty()) return scores;
  check(scores.rank() >= 3, "[Mask] wanted scores [B, T, S] or [B, H, T, S], ",
        "got ", scores.shape());
  check_fits(scores.size(0), scores.size(-2), scores.size(-1));
  if (keys_.all()) return scores;
  Tensor mask = visible();
  while (mask.rank() < scores.rank()) mask = autograd::unsqueeze(mask, 1);
  return autograd::where(mask, scores, -std::numeric_limits<Real>::infinity());
}

std::ostream& operator<<(std::ostream& out, const Mask& mask) {
  if (mask.empty()) return out << "everything is visible\n";
  const Shape& shape = mask.shape();
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
