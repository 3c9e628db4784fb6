// Looking at heads: how differently they read, how far they look, and what is
// lost without some of them.
#pragma once

#include <functional>
#include <vector>

#include "attention/multihead.h"

namespace attention {

// How differently each two heads read: the Jensen-Shannon divergence of their
// rows in bits, as a mean over rows.   weights [B, H, T, S]   to H x H
std::vector<std::vector<double>> head_divergences(const Tensor& weights);

// The mean weight of each head at the words 0 ... farthest places before the
// reader. Query 0 stands at place `first` of the keys; words before the first
// are left out.   weights [B, H, T, S]   to H x (farthest + 1)
std::vector<std::vector<double>> head_distances(const Tensor& weights,
                                                int first, int farthest);

// The columns of W_O that belong to a head, set to zero: what it reads goes
// nowhere. Throws std::invalid_argument where there is no W_O or no such head.
void prune(MultiHeadAttention& attend, int head);

// How good `attend` is by `score` with all heads, and with one less each time
// until none is left: always the one that is missed least, of equal ones the
// first.   to H + 1 numbers
std::vector<double> prune_one_by_one(MultiHeadAttention& attend,
                                     const std::function<double()>& score);

}  // namespace attention
