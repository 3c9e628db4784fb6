// Where a training run is, in one file, so that it can be stopped at any moment
// and go on from there.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "nn/module.h"
#include "nn/serialize.h"

namespace nn {

// All of a run but its tensors.
struct TrainState {
  std::int64_t step = 0;                   // done in all
  std::int64_t epoch = 0;                  // done in all
  std::int64_t position = 0, batches = 0;  // done in this epoch, of how many
  std::uint64_t order = 0;    // random state at the start of this epoch
  std::uint64_t dropout = 0;  // random state now
  double loss = 0;            // of the last step
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t best_step = 0, waited = 0;  // evaluations since the best
  // What the next row of the log will be the means of.
  double loss_sum = 0, norm_sum = 0;
  std::int64_t tokens = 0, steps = 0;
};

// Writes the state, the tensors and the user's metadata as one safetensors
// file, whole or not at all.
void save_checkpoint(const std::string& path, const TrainState& state,
                     const Parameters& tensors, const Metadata& metadata);

// Reads it back into tensors of the same names and shapes. Throws
// std::runtime_error, and changes nothing, if the file cannot be read, is no
// checkpoint, or has other tensors or other metadata of the user's.
TrainState load_checkpoint(const std::string& path, const Parameters& tensors,
                           const Metadata& metadata);

}  // namespace nn
