#include "attention/translator.h"
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
  nn::Adam adam(task.model, options.adam);
  return nn::train(task, adam, loop);
}

}  // namespace attention
