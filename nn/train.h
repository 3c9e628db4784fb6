// One training loop for any model, and its checkpoints: a run that was stopped
// or killed at any moment goes on from the last of them and ends with the same
// bits (weights, optimiser, log) as one that never stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "nn/module.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "nn/serialize.h"

namespace nn {

struct TrainOptions {
  // The run ends after so many epochs or steps, whichever is first; 0 means no
  // bound, and at least one must be given.
  std::int64_t epochs = 0;
  std::int64_t steps = 0;
  // The factor on the optimiser's learning rate at each step.
  Schedule schedule = ConstantSchedule();
  double clip_norm = 0;  // of the whole gradient; 0: no clipping
  // So many batches make one step: the same, up to rounding, as one batch of
  // all their tokens, in the memory of one. Where an epoch's batches do not
  // come out even, its last step has fewer.
  int accumulate = 1;
  std::uint64_t seed = 1;  // of batch order and dropout

  std::int64_t evaluate_every = 0;  // steps; 0: at the end of each epoch
  // The run ends after so many evaluations in a row that were not better than
  // the best; 0: never.
  int patience = 0;
  bool keep_best = false;  // at the end, give the weights of the best score
  // Above 0: what is scored, and given at the end, is the mean of the weights
  // at the last so many times when a checkpoint was due (save_every), whether
  // or not one was written (Vaswani et al. 2017, 6.1: the last five).
  int average = 0;

  std::string checkpoint;       // path; empty: none is written
  std::int64_t save_every = 0;  // steps; 0: at the end of each epoch
  // Go on from the checkpoint if the file is there. Without this a file that is
  // there is an error, so that no run is lost by mistake.
  bool resume = false;
  // Kept in the checkpoint (vocabularies, configuration). When resuming it must
  // be what it was.
  Metadata metadata;

  // Path of the curves, a tab-separated table (step, epoch, loss, norm,
  // learning_rate, score); empty: none. A row has the mean loss and the mean
  // norm of the gradient since the row before.
  std::string log;
  std::int64_t log_every = 100;  // steps; evaluations have a row too
  bool show_progress = true;     // on standard error
};

// What a forward pass gives.
struct StepLoss {
  Tensor loss;              // scalar
  std::int64_t tokens = 1;  // its weight in mean losses, and the rate shown
};

// What is trained, as the loop sees it.
struct TrainTask {
  Parameters model;
  // Puts the batches of an epoch in order, by these random numbers alone;
  // returns how many there are.
  std::function<int(Rng& rng)> begin_epoch;
  // The mean loss of the tokens of the epoch's batch `index`; `rng` is for
  // dropout and its like.
  std::function<StepLoss(int index, Rng& rng)> loss;
  // A score on held-out data, higher is better; may be empty.
  std::function<double()> evaluate;
};

// The optimiser as the loop sees it; made from one of nn/optimizer.h below.
struct Update {
  double learning_rate = 0;  // before the schedule
  // With the factor on the gradients.
  std::function<void(double learning_rate, double scale)> step;
  std::function<Parameters()> state;  // handles on what it remembers
};

enum class Stop { finished, patience, interrupted };

struct TrainResult {
  std::int64_t step = 0, epoch = 0;  // how many are done, resumed ones too
  double loss = 0;                   // of the last step
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t best_step = 0;  // when it was seen; 0: never evaluated
  Stop stop = Stop::finished;
};

// Trains. Ctrl-C ends it after the current step, with a checkpoint. Throws
// std::runtime_error if the loss is not finite, or a file cannot be written or
// does not belong to this run; the last checkpoint stays as it is.
TrainResult train(const TrainTask& task, const Update& update,
                  const TrainOptions& options);

// The same with an optimiser, whose learning rate is afterwards as before.
template <Optimizer O>
TrainResult train(const TrainTask& task, O& optimizer,
                  const TrainOptions& options) {
  Update update;
  update.learning_rate = optimizer.learning_rate;
  update.step = [&](double rate, double scale) {
    optimizer.learning_rate = rate;
    optimizer.step(scale);
    optimizer.learning_rate = update.learning_rate;
  };
  update.state = [&] { return optimizer.state(); };
  return train(task, update, options);
}

}  // namespace nn
