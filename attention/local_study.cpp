#include "attention/local_study.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/batch.h"

namespace attention {

using autograd::check;

WeightSums weight_sums(const std::vector<Translation>& translations) {
  WeightSums all;
  double rows = 0;
  for (const Translation& one : translations)
    for (std::size_t t = 0; t < one.words.size(); ++t) {
      check(t < one.weights.size(),
            "[weight_sums] wanted weights of each word");
      double sum = 0;
      for (const Real weight : one.weights[t]) {
        sum += weight;
        all.read += weight != 0;
      }
      all.least = rows == 0 ? sum : std::min(all.least, sum);
      all.most = std::max(all.most, sum);
      all.mean += sum;
      all.words += static_cast<double>(one.weights[t].size());
      const int tenth = static_cast<int>(sum * 10);
      all.tenths[static_cast<std::size_t>(std::clamp(tenth, 0, 9))] += 1;
      rows += 1;
    }
  check(rows > 0, "[weight_sums] wanted a target word, got none");
  for (double* x : {&all.mean, &all.read, &all.words}) *x /= rows;
  for (double& share : all.tenths) share /= rows;
  return all;
}

WeightSums together(const std::vector<WeightSums>& runs) {
  check(!runs.empty(), "[together] wanted a run, got none");
  const auto n = static_cast<double>(runs.size());
  WeightSums all;
  all.least = runs[0].least;
  for (const WeightSums& one : runs) {
    all.least = std::min(all.least, one.least);
    all.most = std::max(all.most, one.most);
    all.mean += one.mean / n;
    all.read += one.read / n;
    all.words += one.words / n;
    for (std::size_t i = 0; i < all.tenths.size(); ++i)
      all.tenths[i] += one.tenths[i] / n;
  }
  return all;
}

std::vector<float> places_of(const Translator& translator,
                             const nn::Pair& pair) {
  const auto* model = std::get_if<Seq2Seq>(&translator.model);
  const auto* local =
      model && model->attend
          ? std::get_if<LocalPredictive>(&model->attend->align.align)
          : nullptr;
  check(local && model->options.states_first(),
        "[places_of] wanted states before local-p looks");
  const autograd::NoGrad no_grad;
  const nn::Batch batch = nn::make_batch(translator.encode({pair}), {0});
  const auto source = model->encode(batch.source, nullptr);
  const auto fed = model->target_embedding(batch.target_in.ids);
  const auto now = model->unroll(source, model->cell.project(fed));
  const auto p = local
                     ->place(now.state, source.memory.mask,
                             static_cast<int>(pair.source.size()))
                     .values();
  return {p.begin(), p.begin() + std::ptrdiff_t(pair.target.size())};
}

double distance_from_gold(const Translator& translator,
                          const std::vector<nn::Pair>& pairs) {
  double total = 0, count = 0;
  for (const nn::Pair& pair : pairs) {
    const std::vector<float> p = places_of(translator, pair);
    for (const auto& [s, t] : pair.links) {
      total += std::abs(double(p[static_cast<std::size_t>(t)]) - s);
      count += 1;
    }
  }
  check(count > 0, "[distance_from_gold] wanted a gold link, got none");
  return total / count;
}

}  // namespace attention
