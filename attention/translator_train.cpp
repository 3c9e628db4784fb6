#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "attention/translator.h"
#include "autograd/check.h"
#include "nn/batch.h"
#include "nn/report.h"
#include "nn/schedule.h"

namespace attention {

TrainingOptions brief_training(std::int64_t steps, std::uint64_t seed) {
  TrainingOptions options;
  options.adam.learning_rate = 0.005;
  options.loop.steps = steps;
  options.loop.seed = seed;
  options.loop.clip_norm = 1;
  options.loop.schedule = nn::CosineSchedule{
      .total = steps, .warmup = std::min<std::int64_t>(50, steps / 2)};
  return options;
}

TrainingOptions brief_training(const std::vector<nn::Pair>& pairs, int epochs,
                               std::uint64_t seed) {
  const std::int64_t batch = TrainingOptions().batch;
  const auto size = static_cast<std::int64_t>(pairs.size());
  return brief_training((size + batch - 1) / batch * epochs, seed);
}

void replay(TrainingOptions& options, std::int64_t steps) {
  options.loop.steps = steps;
  options.loop.show_progress = false;
  options.watch = [](Real loss) {
    std::cout << nn::bits(static_cast<float>(loss)) << '\n';
  };
}

nn::TrainResult train(Translator& translator,
                      const std::vector<nn::Pair>& pairs,
                      const TrainingOptions& options) {
  const auto encoded = translator.encode(pairs);
  nn::Batches batches(encoded, options.batch);
  nn::TrainTask task;
  task.model = translator.parameters();
  task.begin_epoch = [&](Rng& rng) {
    batches = nn::Batches(encoded, options.batch, rng);
    return batches.size();
  };
  task.loss = [&](int index, Rng& rng) {
    const nn::Batch batch = batches[index];
    const Tensor loss = translator.loss(batch, options.smoothing, &rng);
    if (options.watch) options.watch(loss.item());
    return nn::StepLoss{loss, batch.tokens};
  };
  if (!options.scored.empty())
    task.evaluate = [&] { return translator.evaluate(options.scored).bleu; };
  nn::TrainOptions loop = options.loop;
  for (const auto& [key, value] : translator.metadata())
    loop.metadata[key] = value;
  // A run that goes on must go on with the same settings.
  loop.metadata["batch"] = autograd::text(options.batch);
  loop.metadata["smoothing"] = autograd::text(options.smoothing);
  loop.metadata["learning_rate"] = autograd::text(options.adam.learning_rate);
  loop.metadata["clip_norm"] = autograd::text(options.loop.clip_norm);
  nn::Adam adam(task.model, options.adam);
  return nn::train(task, adam, loop);
}

void teach(Translator& translator, const std::vector<nn::Pair>& pairs,
           const TrainingOptions& options) {
  if (train(translator, pairs, options).stop == nn::Stop::interrupted)
    throw std::runtime_error("stopped before the end");
}

Translator taught(const std::vector<nn::Pair>& pairs, const ModelOptions& model,
                  const TrainingOptions& options) {
  Rng rng(options.loop.seed);
  Translator translator(pairs, 1, model, rng);
  teach(translator, pairs, options);
  return translator;
}

}  // namespace attention
