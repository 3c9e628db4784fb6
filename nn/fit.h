// Many small trainings in one program, on data drawn afresh at every step.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "nn/module.h"
#include "nn/progress.h"
#include "nn/schedule.h"

namespace nn {

struct FitOptions {
  int steps = 1000;            // of each training
  std::int64_t all_steps = 0;  // of all together, for the progress; 0: unknown
  double learning_rate = 0.005;  // Adam's; the gradient's norm is clipped at 1
  Schedule schedule = ConstantSchedule();
  // Take only the first steps of each training, and print the bits of their
  // losses: so that a kept result can be proved to be up to date.
  bool replay = false;
  int replayed_steps = 5;
};

class Fit {
 public:
  // Another training may have others, but for all_steps and replay.
  FitOptions options;

  explicit Fit(const FitOptions& options);

  // Trains the model on what `loss` gives for fresh data, drawn by its argument
  // alone. Shows how far all trainings are, on standard error. Throws
  // std::runtime_error after Ctrl-C, or where a loss is not finite.
  void operator()(const Parameters& model,
                  const std::function<Tensor(Rng& rng)>& loss,
                  std::uint64_t seed);

 private:
  std::optional<Progress> progress_;
  ProgressFigures figures_;
};

}  // namespace nn
