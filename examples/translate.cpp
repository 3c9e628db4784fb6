// A translator for tab-separated sentence pairs: train it, use it, score it,
// and see what it reads.
#include <filesystem>
#include <iostream>

#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/file.h"
#include "nn/flags.h"
#include "nn/text.h"

using namespace attention;
using autograd::text;

namespace {

struct Settings {
  std::string model = "translator.safetensors";
  // Training.
  std::string dev, log, context = "attention";
  int epochs = 10, steps = 0, batch = 64, min_count = 2, patience = 0;
  int embedding = 128, hidden = 128, score = 128;
  double rate = 1e-3, dropout = 0.2, smoothing = 0.1, clip = 1;
  std::uint64_t seed = 1;
  bool resume = false;
  // Decoding.
  int beam = 1;
  double length_penalty = 0;
  std::string figures, html;
  int threads = 0;

  nn::DecodeOptions decoding() const {
    return {.beam = beam, .length_penalty = Real(length_penalty)};
  }
};

// The good pairs of a file; what is wrong with the others goes to the user.
std::vector<nn::Pair> pairs_of(const std::string& path) {
  nn::Corpus corpus = nn::read_corpus(path);
  for (const std::string& problem : corpus.problems)
    std::cerr << path << ": " << problem << '\n';
  if (corpus.bad_lines > 0)
    std::cerr << path << ": " << corpus.bad_lines << " lines left out\n";
  if (corpus.pairs.empty())
    throw std::runtime_error(path + ": no sentence pair in it");
  return std::move(corpus.pairs);
}

Context context_named(const std::string& name) {
  if (name == "attention") return Context::attention;
  if (name == "every_step") return Context::every_step;
  if (name == "initial") return Context::initial;
  throw nn::UsageError("--context is attention, every_step or initial, got '" +
                       name + "'");
}

void train_command(const Settings& s, const std::string& path) {
  const auto pairs = pairs_of(path);
  Rng rng(s.seed);
  Seq2SeqOptions model;
  model.embedding = s.embedding;
  model.hidden = s.hidden;
  model.score = s.score;
  model.context = context_named(s.context);
  model.dropout = Real(s.dropout);
  Translator translator(pairs, s.min_count, model, rng);
  std::cout << "pairs = " << pairs.size()
            << "\nsource words = " << translator.source_vocab.size()
            << "\ntarget words = " << translator.target_vocab.size()
            << "\nparameters = "
            << nn::parameter_count(translator.model.parameters()) << '\n';

  TrainingOptions training;
  training.batch = s.batch;
  training.smoothing = Real(s.smoothing);
  training.adam.learning_rate = s.rate;
  if (!s.dev.empty()) training.scored = pairs_of(s.dev);
  training.loop.epochs = s.steps > 0 ? 0 : s.epochs;
  training.loop.steps = s.steps;
  training.loop.seed = s.seed;
  training.loop.clip_norm = s.clip;
  training.loop.patience = s.patience;
  training.loop.keep_best = !s.dev.empty();
  training.loop.checkpoint = s.model + ".checkpoint";
  training.loop.resume = s.resume;
  if (s.resume && !std::filesystem::exists(training.loop.checkpoint))
    throw std::runtime_error("nothing to resume: no " +
                             training.loop.checkpoint);
  training.loop.log = s.log;
  const nn::TrainResult result = train(translator, pairs, training);
  translator.save(s.model);
  std::cout << "steps = " << result.step << "\nlast loss = " << result.loss
            << '\n';
  if (result.best_step > 0)
    std::cout << "best BLEU on " << s.dev << " = " << result.best_score
              << "\nat step = " << result.best_step << '\n';
  std::cout << "wrote " << s.model << '\n';
  if (result.stop == nn::Stop::interrupted)
    std::cout << "stopped early; --resume goes on from "
              << training.loop.checkpoint << '\n';
  else
    std::filesystem::remove(training.loop.checkpoint);
}

void run_command(const Settings& s) {
  const Translator translator = Translator::load(s.model);
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    if (const auto bad = nn::first_bad_byte(line))
      throw std::runtime_error(text("standard input, line ", number, ": byte ",
                                    *bad + 1, " is not UTF-8"));
    const Words words = nn::split(line);
    if (!words.empty())
      std::cout << nn::join(translator.translate(words, s.decoding()).words);
    std::cout << std::endl;
  }
}

void score_command(const Settings& s, const std::string& path) {
  const Translator translator = Translator::load(s.model);
  const auto pairs = pairs_of(path);
  const Evaluation e = translator.evaluate(pairs, s.decoding());
  std::cout << "sentences = " << pairs.size() << "\nBLEU = " << e.bleu
            << "\nexact match = " << e.exact_match
            << "\ntoken accuracy = " << e.token_accuracy << '\n';
  if (e.alignment)
    std::cout << "AER = " << e.alignment->error_rate()
              << "\nprecision of alignments = " << e.alignment->precision()
              << "\nrecall of alignments = " << e.alignment->recall() << '\n';
  for (const nn::LengthBucket& bucket : e.by_length)
    std::cout << "exact match, " << bucket.min_words << " to "
              << bucket.max_words << " words = " << bucket.exact_match << "  ("
              << bucket.sentences << " sentences)\n";
}

void align_command(const Settings& s, const std::string& path) {
  const Translator translator = Translator::load(s.model);
  for (const Translation& translation : translator.align(pairs_of(path)))
    std::cout << nn::pharaoh(links(translation)) << '\n';
}

void show_command(const Settings& s, const std::string& sentence) {
  const Translator translator = Translator::load(s.model);
  const Words source = nn::split(sentence);
  for (const std::string& word : source)
    if (!translator.source_vocab.contains(word))
      std::cout << "unknown word: " << word << '\n';
  nn::DecodeOptions decoding = s.decoding();
  decoding.guesses = 5;
  const Translation translation = translator.translate(source, decoding);
  std::cout << nn::join(translation.words) << '\n';
  show(std::cout, source, translation, {.figures = s.figures, .html = s.html});
}

// Numbers that no command can use.
void check_flags(const Settings& s) {
  auto at_least = [](const char* flag, int least, int value) {
    if (value < least)
      throw nn::UsageError(
          text(flag, " wants ", least, " or more, got ", value));
  };
  at_least("--threads", 0, s.threads);
  at_least("--beam", 1, s.beam);
  at_least("--batch", 1, s.batch);
  at_least("--min-count", 1, s.min_count);
  at_least("--steps", 0, s.steps);
  at_least("--epochs", 1, s.epochs);
  at_least("--patience", 0, s.patience);
  if (s.patience > 0 && s.dev.empty())
    throw nn::UsageError("--patience wants --dev, whose scores it waits for");
}

void run(const Settings& s, const std::vector<std::string>& operands) {
  check_flags(s);
  if (s.threads > 0) autograd::set_threads(s.threads);
  if (operands.empty())
    throw nn::UsageError(
        "wanted a command: train, run, score, align or show; --help explains "
        "them");
  const std::string& command = operands[0];
  const bool alone = command == "run";
  if (command != "run" && command != "train" && command != "score" &&
      command != "align" && command != "show")
    throw nn::UsageError("wanted train, run, score, align or show, got '" +
                         command + "'; --help explains them");
  if (operands.size() != (alone ? 1 : 2))
    throw nn::UsageError(text(command, " wants ",
                              alone ? "no operand" : "one operand", ", got ",
                              operands.size() - 1));
  if (command == "train") train_command(s, operands[1]);
  if (command == "run") run_command(s);
  if (command == "score") score_command(s, operands[1]);
  if (command == "align") align_command(s, operands[1]);
  if (command == "show") show_command(s, operands[1]);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags(
      "COMMAND [flags]",
      "train PAIRS     learn from tab-separated pairs, words apart by spaces\n"
      "run             translate standard input, a sentence a line\n"
      "score PAIRS     BLEU and exact match; AER where the third field has\n"
      "                gold links, as 0-0 1-2\n"
      "align PAIRS     print which source word each target word reads\n"
      "show SENTENCE   translate and draw the weights");
  flags.add("model", &s.model, "the file of the model");
  flags.add("dev", &s.dev, "train: pairs that decide which weights are best");
  flags.add("log", &s.log, "train: a table of the curves");
  flags.add("context", &s.context, "train: attention, every_step, initial");
  flags.add("epochs", &s.epochs, "train: passes over the pairs");
  flags.add("steps", &s.steps, "train: batches, instead of epochs");
  flags.add("batch", &s.batch, "train: sentences a step");
  flags.add("min-count", &s.min_count, "train: rarer words are unknown");
  flags.add("patience", &s.patience, "train: stop after so many worse scores");
  flags.add("embedding", &s.embedding, "train: width of a word");
  flags.add("hidden", &s.hidden, "train: width of a state");
  flags.add("score-width", &s.score, "train: width of the additive score");
  flags.add("rate", &s.rate, "train: learning rate");
  flags.add("dropout", &s.dropout, "train: share of zeros");
  flags.add("smoothing", &s.smoothing, "train: of the labels");
  flags.add("clip", &s.clip, "train: largest norm of the gradient");
  flags.add("seed", &s.seed, "train: of all random numbers");
  flags.add("resume", &s.resume, "train: go on from the last checkpoint");
  flags.add("beam", &s.beam, "hypotheses kept");
  flags.add("length-penalty", &s.length_penalty, "favours longer ones");
  flags.add("figures", &s.figures, "show: write pictures to this folder");
  flags.add("html", &s.html, "show: write a page that explores the weights");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(
      argc, argv, flags,
      [&](const std::vector<std::string>& operands) { run(s, operands); });
}
