#include "attention/language_model.h"

#include <algorithm>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/text.h"
#include "nn/windows.h"

namespace attention {

using autograd::check;

namespace {

constexpr double kLog2 = 0.69314718055994530942;  // nats in a bit

GptOptions with_words(GptOptions options, const nn::Tokenizer& tokenizer) {
  options.words = tokenizer.size();
  return options;
}

}  // namespace

LanguageModel::LanguageModel(nn::Tokenizer tokenizer, GptOptions options,
                             Rng& rng)
    : tokenizer(std::move(tokenizer)),
      model(with_words(options, this->tokenizer), rng) {}

// ---- Scores

double TextScore::perplexity() const {
  return static_cast<double>(
      autograd::exp(Tensor(static_cast<Real>(loss))).item());
}

double TextScore::bits_per_byte() const {
  return loss / kLog2 * static_cast<double>(tokens) /
         static_cast<double>(bytes);
}

double LanguageModel::loss(const std::vector<int>& tokens) const {
  const autograd::NoGrad no_grad;
  const int context = model.options.context;
  const nn::Windows windows(tokens, std::max(1, 4096 / context), context);
  double sum = 0;
  for (int i = 0; i < windows.size(); ++i) {
    const auto [inputs, targets] = windows[i];
    sum += static_cast<double>(model.loss(inputs, targets, nullptr).item()) *
           static_cast<double>(targets.size());
  }
  return sum / static_cast<double>(tokens.size() - 1);
}

TextScore LanguageModel::score(std::string_view text) const {
  const std::vector<int> tokens = tokenizer.encode(text);
  check(tokens.size() >= 2, "[score] wanted a text of at least two tokens, ",
        "got ", tokens.size());
  const std::size_t first = tokenizer.token(tokens[0]).size();
  return {.tokens = static_cast<std::int64_t>(tokens.size()) - 1,
          .bytes = static_cast<std::int64_t>(text.size() - first),
          .loss = loss(tokens)};
}

// ---- Text that goes on

Continuation LanguageModel::sample(const std::vector<int>& prompt,
                                   const SamplingOptions& options,
                                   Rng& rng) const {
  const auto context = static_cast<std::size_t>(model.options.context);
  check(!prompt.empty(), "[sample] wanted a prompt of a token or more");
  check(options.tokens >= 0, "[sample] wanted a number of tokens, got ",
        options.tokens);
  check(context >= 2, "[sample] wanted a model with a context of at least 2");
  std::vector<int> all = prompt;
  const std::size_t wanted =
      prompt.size() + static_cast<std::size_t>(options.tokens);
  Continuation result;
  result.seen = prompt;
  while (all.size() < wanted) {
    // What was seen before goes on while the context has room for it.
    if (result.seen.size() >= context)
      result.seen.assign(all.end() - static_cast<long>(context / 2), all.end());
    const std::size_t count =
        std::min(wanted - all.size(), context - result.seen.size());
    const nn::Hypothesis next = nn::sample(
        model.decoder({result.seen}, options.head), {static_cast<int>(count)},
        options.how, rng, {.start = 0, .end = -1})[0];
    for (std::vector<int>* list : {&all, &result.tokens, &result.seen})
      list->insert(list->end(), next.tokens.begin(), next.tokens.end());
    result.weights = next.weights;
    if (options.watch) options.watch(next.tokens);
  }
  return result;
}

namespace {

// A token as it can stand beside others.
std::string sign_of(const std::string& token) {
  std::string out;
  for (const char c : token)
    if (c == ' ')
      out += "␣";
    else if (c == '\n')
      out += "↵";
    else
      out += c;
  return nn::clean(out);
}

}  // namespace

Map LanguageModel::map_of(const Continuation& continuation, int rows,
                          int columns) const {
  const auto& [tokens, seen, weights] = continuation;
  const std::size_t height =
      std::min(weights.size(), static_cast<std::size_t>(std::max(rows, 0)));
  const std::size_t last = seen.empty() ? 0 : seen.size() - 1;
  const std::size_t width =
      std::min(last, static_cast<std::size_t>(std::max(columns, 0)));
  Map map;
  map.title = "What the last tokens read";
  for (std::size_t s = last - width; s < last; ++s)
    map.source.push_back(sign_of(tokenizer.token(seen[s])));
  for (std::size_t t = weights.size() - height; t < weights.size(); ++t) {
    map.target.push_back(
        sign_of(tokenizer.token(seen[seen.size() - weights.size() + t])));
    for (std::size_t s = last - width; s < last; ++s)
      map.weights.push_back(
          s < weights[t].size() ? static_cast<float>(weights[t][s]) : 0);
  }
  return map;
}

// ---- Training

LanguageTraining small_training(std::int64_t steps, std::int64_t warmup,
                                std::uint64_t seed) {
  LanguageTraining training;
  training.adam.learning_rate = 2e-3;
  training.adam.beta2 = 0.99;
  training.adam.weight_decay = 0.1;
  training.adam.decoupled = true;
  training.loop.steps = steps;
  training.loop.seed = seed;
  training.loop.clip_norm = 1;
  training.loop.schedule = nn::CosineSchedule{
      .total = steps, .warmup = std::min(warmup, steps - 1), .floor = 0.1};
  return training;
}

std::pair<std::string_view, std::string_view> hold_out(std::string_view text) {
  std::size_t end = text.size() - text.size() / 10;
  while (end < text.size() && (text[end] & 0xc0) == 0x80) ++end;
  return {text.substr(0, end), text.substr(end)};
}

nn::TrainResult train(LanguageModel& language, const std::vector<int>& tokens,
                      const LanguageTraining& options) {
  const Gpt& model = language.model;
  std::optional<nn::Windows> windows;
  nn::TrainTask task;
  task.model = model.parameters();
  task.begin_epoch = [&](Rng& rng) {
    windows.emplace(tokens, options.batch, model.options.context, rng);
    return windows->size();
  };
  task.loss = [&](int index, Rng& rng) {
    const auto [inputs, targets] = (*windows)[index];
    return nn::StepLoss{model.loss(inputs, targets, &rng), targets.size()};
  };
  if (!options.valid.empty())
    task.evaluate = [&] { return -language.loss(options.valid); };
  nn::TrainOptions loop = options.loop;
  for (const auto& [key, value] : language.metadata())
    loop.metadata[key] = value;
  // A run that goes on must go on with the same text and the same settings.
  const std::string_view bytes(reinterpret_cast<const char*>(tokens.data()),
                               tokens.size() * sizeof tokens[0]);
  loop.metadata["tokens"] = nn::digest(bytes);
  loop.metadata["batch"] = autograd::text(options.batch);
  loop.metadata["learning_rate"] = autograd::text(options.adam.learning_rate);
  loop.metadata["weight_decay"] = autograd::text(options.adam.weight_decay);
  loop.metadata["clip_norm"] = autograd::text(options.loop.clip_norm);
  nn::Adam adam(task.model, options.adam);
  return nn::train(task, adam, loop);
}

}  // namespace attention
