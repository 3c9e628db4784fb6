// A Gpt with its tokenizer: from text to text, and to a file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attention/gpt.h"
#include "attention/view.h"
#include "nn/optimizer.h"
#include "nn/serialize.h"
#include "nn/tokenizer.h"
#include "nn/train.h"

namespace attention {

// How well a text is foretold.
struct TextScore {
  std::int64_t tokens = 0;  // all but the first, which nothing foretells
  std::int64_t bytes = 0;   // of these
  double loss = 0;          // mean cross entropy of a token, in nats

  double perplexity() const;     // exp(loss): so many equally likely tokens
  double bits_per_byte() const;  // comparable between tokenizers
};

// How a text goes on.
struct Continuation {
  std::vector<int> tokens;  // the new ones
  // Of the last of them: what the model saw, and what each new token in it
  // attended to when it was chosen, a row of as many weights as it saw tokens.
  std::vector<int> seen;
  std::vector<std::vector<Real>> weights;
};

struct SamplingOptions {
  int tokens = 100;
  nn::SampleOptions how;
  HeadChoice head;  // whose weights are kept
  // Told of new tokens as they come; may be empty.
  std::function<void(const std::vector<int>& tokens)> watch;
};

struct LanguageModel {
  nn::Tokenizer tokenizer;
  Gpt model;

  // A fresh model; the number of words in `options` is filled in.
  LanguageModel(nn::Tokenizer tokenizer, GptOptions options, Rng& rng);

  // One file holds weights, tokenizer and configuration.
  static LanguageModel load(const std::string& path);
  void save(const std::string& path) const;
  // Tokenizer and configuration, for a checkpoint of the weights.
  nn::Metadata metadata() const;
  // From what `metadata` gave; the weights are yet to be loaded.
  explicit LanguageModel(const nn::Metadata& metadata);

  // The mean loss of all tokens but the first, in windows of the context that
  // lie side by side: a token sees those of its window only. At least two.
  double loss(const std::vector<int>& tokens) const;
  TextScore score(std::string_view text) const;

  // Goes on from a prompt of a token or more. What is longer than the context
  // goes on from the last half of it.
  Continuation sample(const std::vector<int>& prompt,
                      const SamplingOptions& options, Rng& rng) const;

  // What the last `rows` tokens of a continuation read, of the last `columns`
  // tokens before each; spaces and line ends as signs.
  Map map_of(const Continuation& continuation, int rows, int columns) const;
};

struct LanguageTraining {
  int batch = 12;          // windows
  nn::AdamOptions adam;    // its learning rate is the schedule's
  nn::TrainOptions loop;   // metadata and model are filled in
  std::vector<int> valid;  // tokens whose loss decides what is best, or none
};

// The recipe of nanoGPT (Karpathy 2022) for small models, at twice its rate:
// AdamW at 0.002 with moments of 0.9 and 0.99 and a decay of 0.1, warmed up and
// then along a cosine to a tenth, gradients clipped at a norm of 1.
LanguageTraining small_training(std::int64_t steps, std::int64_t warmup,
                                std::uint64_t seed);

// A text in two, between characters: nine tenths, and the rest to be judged by.
std::pair<std::string_view, std::string_view> hold_out(std::string_view text);

// Trains on windows of a stream of tokens with Adam.
nn::TrainResult train(LanguageModel& model, const std::vector<int>& tokens,
                      const LanguageTraining& options);

}  // namespace attention
