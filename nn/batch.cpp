#include "nn/batch.h"

#include <algorithm>
#include <numeric>

#include "autograd/check.h"

namespace nn {

using autograd::check;
using autograd::Indices;
using autograd::Shape;

namespace {

std::vector<int> all_items(const std::vector<EncodedPair>& pairs,
                           int batch_size) {
  check(batch_size >= 1, "[Batches] wanted a batch size of at least 1, got ",
        batch_size);
  std::vector<int> order(pairs.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// Sorts items first .. last by source length, then target length; pairs of
// equal lengths keep their order.
void sort_by_length(const std::vector<EncodedPair>& pairs,
                    std::vector<int>::iterator first,
                    std::vector<int>::iterator last) {
  const auto lengths = [&](int i) {
    const EncodedPair& pair = pairs[static_cast<std::size_t>(i)];
    return std::pair{pair.source.size(), pair.target.size()};
  };
  std::stable_sort(first, last,
                   [&](int a, int b) { return lengths(a) < lengths(b); });
}

}  // namespace

Padded pad(const std::vector<std::vector<int>>& rows, int pad_id) {
  std::size_t steps = 0;
  for (const std::vector<int>& row : rows) steps = std::max(steps, row.size());
  check(steps > 0, "[pad] wanted rows with at least one token, got ",
        rows.size(), " rows and no token");
  Padded padded;
  std::vector<int> ids;
  for (const std::vector<int>& row : rows) {
    padded.lengths.push_back(static_cast<int>(row.size()));
    ids.insert(ids.end(), row.begin(), row.end());
    ids.insert(ids.end(), steps - row.size(), pad_id);
  }
  const Shape shape{static_cast<int>(rows.size()), static_cast<int>(steps)};
  padded.ids = Indices(shape, ids);
  return padded;
}

Batch make_batch(const std::vector<EncodedPair>& pairs,
                 const std::vector<int>& items) {
  std::vector<std::vector<int>> sources, inputs, outputs;
  Batch batch;
  for (const int item : items) {
    check(0 <= item && item < static_cast<int>(pairs.size()),
          "[make_batch] wanted an index below ", pairs.size(), ", got ", item);
    const auto& [source, target] = pairs[static_cast<std::size_t>(item)];
    sources.push_back(source);
    inputs.push_back({Vocab::start});
    inputs.back().insert(inputs.back().end(), target.begin(), target.end());
    outputs.push_back(target);
    outputs.back().push_back(Vocab::end);
    batch.tokens += static_cast<int>(outputs.back().size());
  }
  batch.source = pad(sources);
  batch.target_in = pad(inputs);
  batch.target_out = pad(outputs).ids;
  batch.items = items;
  return batch;
}

Batches::Batches(const std::vector<EncodedPair>& pairs, int batch_size,
                 autograd::Rng& rng)
    : pairs_(&pairs) {
  std::vector<int> order = all_items(pairs, batch_size);
  autograd::shuffle(order, rng);
  const std::size_t pool = static_cast<std::size_t>(batch_size) * pool_batches;
  for (std::size_t first = 0; first < order.size(); first += pool) {
    const std::size_t last = std::min(first + pool, order.size());
    sort_by_length(pairs, order.begin() + static_cast<std::ptrdiff_t>(first),
                   order.begin() + static_cast<std::ptrdiff_t>(last));
  }
  cut(order, batch_size);
  autograd::shuffle(cuts_, rng);
}

Batches::Batches(const std::vector<EncodedPair>& pairs, int batch_size)
    : pairs_(&pairs) {
  std::vector<int> order = all_items(pairs, batch_size);
  sort_by_length(pairs, order.begin(), order.end());
  cut(order, batch_size);
}

void Batches::cut(const std::vector<int>& order, int batch_size) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i % static_cast<std::size_t>(batch_size) == 0) cuts_.emplace_back();
    cuts_.back().push_back(order[i]);
  }
}

Batch Batches::operator[](int i) const {
  check(0 <= i && i < size(), "[Batches] wanted a batch in 0 .. ", size() - 1,
        ", got ", i);
  return make_batch(*pairs_, cuts_[static_cast<std::size_t>(i)]);
}

}  // namespace nn
