// Small translators of either kind, and a language for them to learn.
#pragma once

#include <string>
#include <vector>

#include "attention/translator.h"
#include "nn/schedule.h"

namespace tests {

// A language whose sentences are translated word by word, the last two words
// changing places.
inline std::vector<nn::Pair> toy_pairs() {
  const attention::Words subjects = {"tom", "jerry", "spike", "tyke"};
  const attention::Words verbs = {"sees", "hears", "likes"};
  std::vector<nn::Pair> pairs;
  for (const std::string& subject : subjects)
    for (const std::string& verb : verbs)
      for (const std::string& object : subjects)
        pairs.push_back({{"look", subject, verb, object},
                         {"LOOK", "S-" + subject, "O-" + object, "V-" + verb},
                         {{0, 0}, {1, 1}, {2, 3}, {3, 2}}});
  return pairs;
}

inline attention::Seq2SeqOptions small_recurrent(
    attention::Context context = attention::Context::attention) {
  attention::Seq2SeqOptions options;
  options.embedding = 12;
  options.hidden = 14;
  options.score.width = 9;
  options.context = context;
  return options;
}

inline attention::TransformerSeq2SeqOptions small_transformer() {
  attention::TransformerSeq2SeqOptions options;
  options.stack.width = 16;
  options.stack.heads = 2;
  options.stack.feed_forward = 24;
  options.stack.encoder_layers = 1;
  options.stack.decoder_layers = 2;
  options.stack.dropout = 0;
  return options;
}

inline attention::Translator untrained(const attention::ModelOptions& options) {
  nn::Rng rng(3);
  return attention::Translator(toy_pairs(), 1, options, rng);
}

inline nn::TrainOptions quiet(int epochs) {
  nn::TrainOptions loop;
  loop.epochs = epochs;
  loop.clip_norm = 1;
  loop.show_progress = false;
  return loop;
}

// One that knows the toy language perfectly.
inline attention::Translator taught(const attention::ModelOptions& options) {
  attention::Translator translator = untrained(options);
  attention::TrainingOptions training;
  training.batch = 8;
  training.loop = quiet(40);
  training.adam.learning_rate = 0.02;
  if (std::holds_alternative<attention::TransformerSeq2SeqOptions>(options)) {
    training.adam.learning_rate = 0.01;
    training.loop.schedule = nn::CosineSchedule{.total = 240, .warmup = 40};
  }
  attention::train(translator, toy_pairs(), training);
  return translator;
}

inline const attention::Translator& taught_recurrent() {
  static const attention::Translator translator = taught(small_recurrent());
  return translator;
}

inline const attention::Translator& taught_transformer() {
  static const attention::Translator translator = taught(small_transformer());
  return translator;
}

}  // namespace tests
