// The log of a training run, a row now and then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nn/checkpoint.h"

namespace nn {

// A tab-separated table: step, epoch, loss, norm, learning_rate, score. Every
// row is appended at once, and the whole table written anew before a
// checkpoint, so that no row that the checkpoint counts on can be lost.
class Curves {
 public:
  // Keeps the rows that are there up to step `last`; none if it is 0. Nothing
  // is written where the path is empty.
  Curves(std::string path, std::int64_t last);

  // The means of the loss and the norm since the row before.
  void add(const TrainState& state, double learning_rate,
           const std::optional<double>& score);

  void sync() const;  // writes the whole table

 private:
  void keep_rows(std::int64_t last);

  std::string path_, text_;
};

}  // namespace nn
