#include "nn/average.h"

#include <algorithm>

#include "autograd/check.h"
#include "nn/optimizer.h"

namespace nn {
namespace {

Parameters clones(const Parameters& parameters) {
  Parameters copies;
  for (const auto& [name, tensor] : parameters)
    copies.push_back({name, tensor.clone()});
  return copies;
}

void copy(const Parameters& from, const Parameters& to) {
  for (std::size_t i = 0; i < from.size(); ++i)
    Tensor(to[i].tensor).copy_from(from[i].tensor);
}

}  // namespace

WeightAverage::WeightAverage(const Parameters& model, int count)
    : model_(distinct(model)), added_(Tensor::zeros({})) {
  autograd::check(count >= 0, "[WeightAverage] wanted a count, got ", count);
  for (int i = 0; i < count; ++i) kept_.push_back(clones(model_));
}

int WeightAverage::filled() const {
  return std::min(static_cast<int>(added_.item()),
                  static_cast<int>(kept_.size()));
}

void WeightAverage::add() {
  if (kept_.empty()) return;
  const auto place = static_cast<std::size_t>(added_.item()) % kept_.size();
  copy(model_, kept_[place]);
  added_.fill(added_.item() + 1);
}

void WeightAverage::put() {
  const int count = filled();
  if (count == 0) return;
  raw_ = clones(model_);
  for (std::size_t i = 0; i < model_.size(); ++i) {
    Tensor sum = kept_[0][i].tensor;
    for (int k = 1; k < count; ++k)
      sum = sum + kept_[static_cast<std::size_t>(k)][i].tensor;
    Tensor(model_[i].tensor).copy_from(sum / static_cast<Real>(count));
  }
}

void WeightAverage::put_back() {
  copy(raw_, model_);
  raw_.clear();
}

Parameters WeightAverage::state() const {
  if (kept_.empty()) return {};
  Parameters all = {{"added", added_}};
  for (std::size_t k = 0; k < kept_.size(); ++k)
    for (const auto& [name, tensor] : kept_[k])
      all.push_back({std::to_string(k) + "." + name, tensor});
  return all;
}

}  // namespace nn
