#include "nn/fit.h"

#include <iostream>
#include <stdexcept>

#include "nn/optimizer.h"
#include "nn/report.h"
#include "nn/train.h"

namespace nn {

Fit::Fit(const FitOptions& options) : options(options) {
  figures_.steps = options.all_steps;
  if (!options.replay) progress_.emplace();
}

void Fit::operator()(const Parameters& model,
                     const std::function<Tensor(Rng& rng)>& loss,
                     std::uint64_t seed) {
  TrainTask task;
  task.model = model;
  task.begin_epoch = [&](Rng&) { return options.steps; };
  task.loss = [&](int done, Rng& rng) {
    const Tensor value = loss(rng);
    if (options.replay)
      std::cout << bits(static_cast<float>(value.item())) << '\n';
    figures_.step += 1;
    figures_.loss = static_cast<double>(value.item());
    figures_.learning_rate = options.learning_rate * options.schedule(done + 1);
    if (progress_) progress_->update(figures_);
    return StepLoss{value, 1};
  };
  TrainOptions loop;
  loop.steps = options.replay ? options.replayed_steps : options.steps;
  loop.schedule = options.schedule;
  loop.seed = seed;
  loop.clip_norm = 1;
  loop.show_progress = false;
  Adam adam(model, {.learning_rate = options.learning_rate});
  if (train(task, adam, loop).stop == Stop::interrupted)
    throw std::runtime_error("stopped before the end");
}

}  // namespace nn
