#include "nn/windows.h"

#include <algorithm>

#include "autograd/check.h"

namespace nn {

using autograd::check;
using autograd::Indices;

namespace {

// How many tokens can be predicted: all but the first.
int targets_of(const std::vector<int>& stream, int batch_size, int context) {
  check(batch_size >= 1 && context >= 1,
        "[Windows] wanted a batch size and a context of at least 1, got ",
        batch_size, " and ", context);
  check(stream.size() <= std::size_t{1} << 30,
        "[Windows] wanted at most 2^30 tokens, got ", stream.size());
  return static_cast<int>(stream.size()) - 1;
}

}  // namespace

Windows::Windows(const std::vector<int>& stream, int batch_size, int context,
                 autograd::Rng& rng)
    : stream_(&stream) {
  const int targets = targets_of(stream, batch_size, context);
  check(targets >= context, "[Windows] wanted more than ", context,
        " tokens, got ", stream.size());
  const int windows = targets / context;
  for (int first = 0; first < windows; first += batch_size) {
    batches_.push_back({context, {}});
    for (int b = 0; b < batch_size; ++b)
      batches_.back().starts.push_back(rng.below(targets - context + 1));
  }
}

Windows::Windows(const std::vector<int>& stream, int batch_size, int context)
    : stream_(&stream) {
  const int targets = targets_of(stream, batch_size, context);
  check(targets >= 1, "[Windows] wanted at least two tokens, got ",
        stream.size());
  int start = 0;
  for (int windows = targets / context; windows > 0;) {
    batches_.push_back({context, {}});
    for (int b = std::min(windows, batch_size); b > 0; --b, --windows) {
      batches_.back().starts.push_back(start);
      start += context;
    }
  }
  if (start < targets) batches_.push_back({targets - start, {start}});
}

WindowBatch Windows::operator[](int i) const {
  check(0 <= i && i < size(), "[Windows] wanted a batch in 0 .. ", size() - 1,
        ", got ", i);
  const auto& [length, starts] = batches_[static_cast<std::size_t>(i)];
  std::vector<int> inputs, targets;
  for (const int start : starts) {
    const auto first = stream_->begin() + start;
    inputs.insert(inputs.end(), first, first + length);
    targets.insert(targets.end(), first + 1, first + length + 1);
  }
  const autograd::Shape shape{static_cast<int>(starts.size()), length};
  return {Indices(shape, inputs), Indices(shape, targets)};
}

}  // namespace nn
