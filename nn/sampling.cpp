#include "nn/sampling.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "autograd/graph.h"

namespace nn {
namespace {

using autograd::check;

void check_options(const SampleOptions& options) {
  check(options.temperature > 0 &&
            options.temperature <= std::numeric_limits<Real>::max(),
        "[sample] wanted a temperature above 0, got ", options.temperature);
  check(options.top_k >= 0, "[sample] wanted a top_k of at least 0, got ",
        options.top_k);
  check(options.top_p > 0 && options.top_p <= 1,
        "[sample] wanted a top_p in (0, 1], got ", options.top_p);
}

double sum_of(const std::vector<int>& tokens, const Real* p) {
  double sum = 0;
  for (int token : tokens) sum += double(p[token]);
  return sum;
}

// The likeliest tokens first, as many as top_k and top_p leave; all of them in
// any order where neither bounds them.
std::vector<int> kept(const Real* log_p, const Real* p, int vocabulary,
                      const SampleOptions& options) {
  std::vector<int> tokens(static_cast<std::size_t>(vocabulary));
  std::iota(tokens.begin(), tokens.end(), 0);
  const int k =
      options.top_k > 0 ? std::min(options.top_k, vocabulary) : vocabulary;
  if (k == vocabulary && options.top_p >= 1) return tokens;
  std::partial_sort(tokens.begin(), tokens.begin() + k, tokens.end(),
                    [&](int a, int b) {
                      return log_p[a] != log_p[b] ? log_p[a] > log_p[b] : a < b;
                    });
  tokens.resize(static_cast<std::size_t>(k));
  if (options.top_p >= 1) return tokens;
  const double wanted = double(options.top_p) * sum_of(tokens, p);
  double so_far = 0;
  std::size_t count = 0;
  while (count < tokens.size() && (count == 0 || so_far < wanted))
    so_far += double(p[tokens[count++]]);
  tokens.resize(count);
  return tokens;
}

}  // namespace

int draw(const Tensor& log_p, const SampleOptions& options, Rng& rng) {
  check_options(options);
  check(log_p.rank() == 1 && log_p.size() > 0,
        "[sample] wanted log probabilities [V], got ", log_p.shape());
  const autograd::NoGrad no_grad;
  const Tensor scores = autograd::contiguous(log_p);
  // From the largest on, so that a low temperature overflows nothing.
  const Tensor p =
      softmax((scores - autograd::max(scores)) / options.temperature);
  const std::vector<int> tokens =
      kept(scores.data(), p.data(), scores.size(0), options);
  const double share = double(rng.uniform()) * sum_of(tokens, p.data());
  double so_far = 0;
  for (int token : tokens) {
    so_far += double(p.data()[token]);
    if (so_far > share) return token;
  }
  return tokens.back();  // of a model that says nothing, all -inf
}

}  // namespace nn
