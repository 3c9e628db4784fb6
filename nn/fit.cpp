#include "nn/fit.h"

#include <iostream>
#include <stdexcept>

#include "nn/optimizer.h"
#include "nn/report.h"
#include "nn/train.h"

namespace nn {

Fit::Fit(const FitOptions& options) : options_(options) {
  figures_.steps = options.all_steps;
  if (!options.replay) progress_.emplace();
}

void Fit::operator()(const Parameters& model,
                     const std::function<Tensor(Rng& rng)>& loss,
                     std::uint64_t seed) {
  TrainTask task;
  task.model = model;
  task.begin_epoch = [&](Rng&) { return options_.steps; };
  task.loss = [&](int, Rng& rng) {
    const Tensor value = loss(rng);
    if (options_.replay)
      std::cout << bits(static_cast<float>(value.item())) << '\n';
    figures_.step += 1;
    figures_.tokens += 1;
    figures_.loss = static_cast<double>(value.item());
    figures_.learning_rate = options_.learning_rate;
    if (progress_) progress_->update(figures_);
    return StepLoss{value, 1};
  };
  TrainOptions loop;
  loop.steps = options_.replay ? options_.replayed_steps : options_.steps;
  loop.schedule = options_.schedule;
  loop.seed = seed;
  loop.clip_norm = 1;
  loop.show_progress = false;
  Adam adam(model, {.learning_rate = options_.learning_rate});
  if (train(task, adam, loop).stop == Stop::interrupted)
    throw std::runtime_error("stopped before the end");
}

}  // namespace nn
