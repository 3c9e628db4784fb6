#include "attention/translator.h"
#include "autograd/check.h"
#include "nn/batch.h"

namespace attention {

nn::TrainResult train(Translator& translator,
                      const std::vector<nn::Pair>& pairs,
                      const TrainingOptions& options) {
  const auto encoded = translator.encode(pairs);
  nn::Batches batches(encoded, options.batch);
  nn::TrainTask task;
  task.model = translator.model.parameters();
  task.begin_epoch = [&](Rng& rng) {
    batches = nn::Batches(encoded, options.batch, rng);
    return batches.size();
  };
  task.loss = [&](int index, Rng& rng) {
    const nn::Batch batch = batches[index];
    return nn::StepLoss{translator.model.loss(batch, options.smoothing, &rng),
                        batch.tokens};
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

}  // namespace attention
