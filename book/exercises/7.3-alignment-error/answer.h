#pragma once

#include <utility>
#include <vector>

namespace exercise {

// A source word and a target word, both counted from 0.
using Links = std::vector<std::pair<int, int>>;

// For each target word (a row of weights, a column a source word) the link to
// its most attended source word, of equal ones the first; in the order of the
// target words. A row of nothing but zeros has no link.
Links links_of(const std::vector<std::vector<double>>& weights);

// 0 is perfect, 1 is hopeless; 0 where there is neither a link nor a sure one.
// All three are sets, even if something is listed twice, and sure links are
// possible ones, listed or not.
double error_rate(const Links& links, const Links& sure, const Links& possible);

}  // namespace exercise
