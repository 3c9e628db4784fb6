// A language model for any text: train it, let it write, score it, and see what
// it reads and what it is made of.
#include <filesystem>
#include <iostream>
#include <tuple>

#include "attention/language_model.h"
#include "attention/view_html.h"
#include "autograd/kernels/parallel.h"
#include "nn/file.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/summary.h"
#include "nn/text.h"

using namespace attention;
using autograd::text;

namespace {

struct Settings {
  // Training.
  std::string model = "gpt.safetensors", valid, log, shape = "gpt2";
  int bpe = 0, layers = 4, heads = 4, shared_heads = 0, width = 128;
  int context = 64, batch = 12, accumulate = 1, average = 0;
  int steps = 2000, warmup = 100, evaluate_every = 500, save_every = 500;
  double rate = 2e-3, weight_decay = 0.1, dropout = 0, clip = 1;
  std::uint64_t seed = 1;
  bool recompute = false, resume = false;
  // Sampling.
  std::string prompt, figures, html;  // prompt: empty for a line end
  int tokens = 200, top_k = 0, layer = -1, head = -1, rows = 8;
  double temperature = 1, top_p = 1;
  int threads = 0;
};

std::string text_of(const std::string& path) {
  std::string contents = nn::read_file(path);
  if (contents.empty()) throw std::runtime_error(path + ": nothing in it");
  return contents;
}

// Does something with what is in a file, whose errors name the file.
template <class Action>
auto within(const std::string& file, const Action& action) {
  try {
    return action();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
}

// A text to learn from, and one to be judged by: another file, or the last
// tenth of the first.
struct Texts {
  std::string all, other;
  std::string_view train, valid;

  Texts(const Settings& s, const std::string& path) : all(text_of(path)) {
    std::tie(train, valid) = hold_out(all);
    if (s.valid.empty()) return;
    train = all;
    valid = other = text_of(s.valid);
  }
};

nn::Tokenizer tokenizer_for(const Settings& s, const Texts& texts) {
  if (s.bpe > 0) return nn::Bpe::train(texts.train, s.bpe);
  return nn::Characters(texts.all + texts.other);
}

GptOptions options_of(const Settings& s) {
  GptOptions o;
  o.width = s.width;
  o.heads = s.heads;
  o.shared_heads = s.shared_heads;
  o.layers = s.layers;
  o.context = s.context;
  o.dropout = Real(s.dropout);
  o.recompute = s.recompute;
  if (s.shape == "gpt2") return o;
  if (s.shape == "llama") return llama(o);
  throw nn::UsageError("--shape is gpt2 or llama, got '" + s.shape + "'");
}

LanguageTraining training_of(const Settings& s) {
  LanguageTraining training = small_training(s.steps, s.warmup, s.seed);
  training.batch = s.batch;
  training.adam.learning_rate = s.rate;
  training.adam.weight_decay = s.weight_decay;
  nn::TrainOptions& loop = training.loop;
  loop.clip_norm = s.clip;
  loop.accumulate = s.accumulate;
  loop.average = s.average;
  loop.evaluate_every = s.evaluate_every;
  loop.keep_best = true;
  loop.save_every = s.save_every;
  loop.checkpoint = s.model + ".checkpoint";
  loop.resume = s.resume;
  loop.log = s.log;
  if (s.resume && !std::filesystem::exists(loop.checkpoint))
    throw std::runtime_error("nothing to resume: no " + loop.checkpoint);
  return training;
}

void train_command(const Settings& s, const std::string& path) {
  const GptOptions options = options_of(s);
  const Texts texts(s, path);
  const auto tokenizer = within(path, [&] { return tokenizer_for(s, texts); });
  LanguageTraining training = training_of(s);
  const std::string& other = s.valid.empty() ? path : s.valid;
  const auto tokens = tokenizer.encode(texts.train);
  training.valid = tokenizer.encode(texts.valid);
  if (training.valid.size() < 2)
    throw std::runtime_error(other + ": too short to be judged by");
  Rng rng(s.seed);
  LanguageModel language(tokenizer, options, rng);
  nn::number("tokens to learn from", tokens.size());
  nn::number("tokens held out", training.valid.size());
  nn::number("different tokens", tokenizer.size());
  nn::number("parameters", nn::parameter_count(language.model.parameters()));
  const auto result =
      within(path, [&] { return train(language, tokens, training); });
  language.save(s.model);
  nn::number("steps", result.step);
  nn::number("last loss", result.loss);
  if (result.best_step > 0) {
    nn::number("validation loss", -result.best_score);
    nn::number("at step", result.best_step);
  }
  std::cout << "wrote " << s.model << '\n';
  if (result.stop == nn::Stop::interrupted)
    std::cout << "stopped early; --resume goes on from "
              << training.loop.checkpoint << '\n';
  else
    std::filesystem::remove(training.loop.checkpoint);
}

void show(const Settings& s, const LanguageModel& language,
          const Continuation& continuation) {
  const Map map = language.map_of(continuation, s.rows, 16);
  if (map.target.empty()) return;
  std::cout << '\n' << terminal(map, colour_support());
  if (!s.figures.empty()) {
    nn::figure(s.figures, "heat_map.svg", svg_heat_map(map));
    nn::figure(s.figures, "lines.svg", svg_lines(map));
  }
  if (s.html.empty()) return;
  const Map whole = language.map_of(continuation, s.context, s.context);
  nn::write_file(s.html, html({whole.title,
                               whole.source,
                               whole.target,
                               {{whole.weights}},
                               {},
                               {}}));
  std::cout << "wrote " << s.html << '\n';
}

void sample_command(const Settings& s, const std::string& path) {
  const LanguageModel language = LanguageModel::load(path);
  const auto prompt = within("--prompt", [&] {
    return language.tokenizer.encode(s.prompt.empty() ? "\n" : s.prompt);
  });
  nn::CharacterStream stream;
  const auto write = [&](const std::vector<int>& tokens) {
    std::cout << stream.add(language.tokenizer.decode(tokens)) << std::flush;
  };
  write(prompt);
  SamplingOptions options;
  options.tokens = s.tokens;
  options.how = {Real(s.temperature), s.top_k, Real(s.top_p)};
  options.head = {s.layer, s.head};
  options.watch = write;
  Rng rng(s.seed);
  const Continuation continuation = language.sample(prompt, options, rng);
  std::cout << stream.end() << '\n';
  show(s, language, continuation);
}

void score_command(const std::string& path, const std::string& file) {
  const LanguageModel language = LanguageModel::load(path);
  const std::string contents = text_of(file);
  const TextScore score =
      within(file, [&] { return language.score(contents); });
  nn::number("tokens", score.tokens);
  nn::number("loss", score.loss);
  nn::number("perplexity", score.perplexity());
  nn::number("bits per byte", score.bits_per_byte());
}

void describe_command(const Settings& s, const std::string& path) {
  const nn::Parameters parameters =
      LanguageModel::load(path).model.parameters();
  std::cout << nn::summary(parameters, "gpt");
  if (!s.figures.empty())
    nn::figure(s.figures, "model.svg", nn::svg_summary(parameters, "gpt"));
}

// Numbers that no command can use.
void check_flags(const Settings& s) {
  const auto wanted = [](const char* flag, const char* what, double got) {
    throw nn::UsageError(text(flag, " wants ", what, ", got ", got));
  };
  using Numbers = std::vector<std::pair<const char*, int>>;
  const Numbers none_or_more = {
      {"--threads", s.threads}, {"--bpe", s.bpe},
      {"--average", s.average}, {"--shared-heads", s.shared_heads},
      {"--warmup", s.warmup},   {"--tokens", s.tokens},
      {"--top-k", s.top_k},     {"--rows", s.rows}};
  const Numbers one_or_more = {{"--layers", s.layers},
                               {"--heads", s.heads},
                               {"--width", s.width},
                               {"--batch", s.batch},
                               {"--accumulate", s.accumulate},
                               {"--steps", s.steps},
                               {"--evaluate-every", s.evaluate_every},
                               {"--save-every", s.save_every}};
  for (const auto& [flag, value] : none_or_more)
    if (value < 0) wanted(flag, "0 or more", value);
  for (const auto& [flag, value] : one_or_more)
    if (value < 1) wanted(flag, "1 or more", value);
  if (s.context < 2) wanted("--context", "2 or more", s.context);
  if (!(s.temperature > 0))
    wanted("--temperature", "more than 0", s.temperature);
  if (!(s.top_p > 0 && s.top_p <= 1))
    wanted("--top-p", "more than 0 and at most 1", s.top_p);
}

void run(const Settings& s, const std::vector<std::string>& operands) {
  check_flags(s);
  if (s.threads > 0) autograd::set_threads(s.threads);
  const std::string command = operands.empty() ? "" : operands[0];
  if (command != "train" && command != "sample" && command != "score" &&
      command != "describe")
    throw nn::UsageError("wanted train, sample, score or describe, got '" +
                         command + "'; --help explains them");
  const bool two = command == "score";
  if (operands.size() != (two ? 3 : 2))
    throw nn::UsageError(text(command, " wants ",
                              two ? "two operands" : "one operand", ", got ",
                              operands.size() - 1));
  if (command == "train") train_command(s, operands[1]);
  if (command == "sample") sample_command(s, operands[1]);
  if (command == "score") score_command(operands[1], operands[2]);
  if (command == "describe") describe_command(s, operands[1]);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags(
      "COMMAND [flags]",
      "train FILE          learn from a text\n"
      "sample MODEL        go on from a prompt, and show what was read\n"
      "score MODEL FILE    loss, perplexity and bits per byte of a text\n"
      "describe MODEL      its parts and their shapes");
  flags.add("file", &s.model, "train: the file of the model");
  flags.add("valid", &s.valid,
            "train: a text to be judged by; else the last tenth is held out");
  flags.add("log", &s.log, "train: a table of the curves");
  flags.add("bpe", &s.bpe, "train: so many merges of bytes; 0: characters");
  flags.add("shape", &s.shape, "train: gpt2, llama");
  flags.add("layers", &s.layers, "train: blocks");
  flags.add("heads", &s.heads, "train: heads of attention");
  flags.add("shared-heads", &s.shared_heads,
            "train: of keys and values; 0: as many as heads");
  flags.add("width", &s.width, "train: width of a token");
  flags.add("context", &s.context, "train: tokens seen at once");
  flags.add("batch", &s.batch, "train: windows of the context");
  flags.add("accumulate", &s.accumulate, "train: batches a step");
  flags.add("average", &s.average,
            "train: the mean of the weights at the last so many saves");
  flags.add("steps", &s.steps, "train: steps");
  flags.add("rate", &s.rate, "train: learning rate at its height");
  flags.add("warmup", &s.warmup, "train: steps until then");
  flags.add("weight-decay", &s.weight_decay, "train: AdamW's");
  flags.add("dropout", &s.dropout, "train: share of zeros");
  flags.add("clip", &s.clip, "train: largest norm of the gradient");
  flags.add("evaluate-every", &s.evaluate_every, "train: steps");
  flags.add("save-every", &s.save_every, "train: steps");
  flags.add("recompute", &s.recompute, "train: time for memory, same bits");
  flags.add("resume", &s.resume, "train: go on from the last checkpoint");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("prompt", &s.prompt, "sample: what to go on from, else a new line");
  flags.add("tokens", &s.tokens, "sample: how many");
  flags.add("temperature", &s.temperature, "sample: below 1 is bolder");
  flags.add("top-k", &s.top_k, "sample: of the k likeliest; 0: of all");
  flags.add("top-p", &s.top_p, "sample: of the likeliest with that share");
  flags.add("layer", &s.layer, "sample: whose attention; -1: the last");
  flags.add("head", &s.head, "sample: whose attention; -1: their mean");
  flags.add("rows", &s.rows, "sample: tokens whose attention is shown");
  flags.add("figures", &s.figures,
            "sample, describe: write pictures to this folder");
  flags.add("html", &s.html, "sample: write a page that explores the weights");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(
      argc, argv, flags,
      [&](const std::vector<std::string>& operands) { run(s, operands); });
}
