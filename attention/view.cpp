#include "attention/view.h"

#include <algorithm>

#include "autograd/check.h"

namespace attention {
namespace {

// Rounding may carry a weight this far out of [0, 1].
constexpr float kSlack = 1e-3f;

}  // namespace

bool Map::is_gold(int s, int t) const {
  return std::find(gold.begin(), gold.end(), std::pair(s, t)) != gold.end();
}

void Map::check() const {
  const int sources = static_cast<int>(source.size());
  const int targets = static_cast<int>(target.size());
  autograd::check(weights.size() == source.size() * target.size(),
                  "[view] wanted weights [", targets, ", ", sources,
                  "] (target, source), got ", weights.size(), " numbers");
  for (int t = 0; t < targets; ++t)
    for (int s = 0; s < sources; ++s) {
      const float w = weight(s, t);  // a NaN fails both comparisons
      autograd::check(w >= -kSlack && w <= 1 + kSlack,
                      "[view] wanted weights from 0 to 1, got ", w,
                      " at target ", t, ", source ", s);
    }
  for (const auto& [s, t] : gold)
    autograd::check(s >= 0 && s < sources && t >= 0 && t < targets,
                    "[view] wanted gold links (source, target) below (",
                    sources, ", ", targets, "), got (", s, ", ", t, ")");
  autograd::check(places.empty() || places.size() == target.size(),
                  "[view] wanted a place for each of ", targets,
                  " target words, got ", places.size());
  for (const float p : places)
    autograd::check(p >= 0 && p <= float(sources),
                    "[view] wanted places from 0 to ", sources, ", got ", p);
}

}  // namespace attention
