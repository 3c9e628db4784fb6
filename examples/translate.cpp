// A translator for tab-separated sentence pairs: train it, use it, score it,
// and see what it reads.
#include <filesystem>
#include <iostream>
#include <tuple>

#include "attention/names.h"
#include "attention/translator.h"
#include "autograd/check.h"
#include "autograd/kernels/parallel.h"
#include "nn/file.h"
#include "nn/flags.h"
#include "nn/text.h"

using namespace attention;
using autograd::check, autograd::text;

namespace {

struct Settings {
  std::string file = "translator.safetensors", model = "rnn", dev, log;
  // Training.
  int epochs = 10, steps = 0, batch = 64, min_count = 2, patience = 0;
  int average = 0;
  double rate = 0, dropout = 0.2, smoothing = 0.1, clip = 1;
  std::uint64_t seed = 1;
  bool resume = false, input_feeding = false, norm_first = false;
  // The recurrent model.
  std::string context = "attention", score = "additive", align = "softmax",
              order = "bahdanau";
  int embedding = 128, hidden = 128, score_width = 128, window = 4;
  // The Transformer.
  std::string positions = "sinusoidal";
  int layers = 2, heads = 4, width = 128, feed_forward = 512, warmup = 400;
  // Decoding.
  int beam = 1, layer = 0, head = 0, threads = 0;
  double length_penalty = 0;
  std::string figures, html;

  nn::DecodeOptions decoding() const {
    return {.beam = beam, .length_penalty = Real(length_penalty)};
  }
};

Seq2SeqOptions recurrent_options(const Settings& s) {
  Seq2SeqOptions options;
  options.embedding = s.embedding;
  options.hidden = s.hidden;
  options.score.width = s.score_width;
  options.score.kind = kind_of<ScoreKind>(s.score, "--score");
  options.align.kind = kind_of<AlignKind>(s.align, "--align");
  if (s.align.starts_with("local")) options.align.window = s.window;
  options.order = kind_of<DecoderOrder>(s.order, "--order");
  options.input_feeding = s.input_feeding;
  options.context = kind_of<Context>(s.context, "--context");
  options.dropout = Real(s.dropout);
  options.fit_score();
  return options;
}

// What --model and the flags of that model ask for.
ModelOptions model_options(const Settings& s) {
  if (s.model == "rnn") return recurrent_options(s);
  check(s.model == "transformer", "--model is rnn or transformer, got '",
        s.model, "'; the file of a model is named by --file");
  TransformerSeq2SeqOptions options;
  options.stack.width = s.width;
  options.stack.heads = s.heads;
  options.stack.feed_forward = s.feed_forward;
  options.stack.encoder_layers = options.stack.decoder_layers = s.layers;
  options.stack.norm_first = s.norm_first;
  options.stack.dropout = Real(s.dropout);
  options.stack.position = kind_of<PositionKind>(s.positions, "--positions");
  return options;
}

// The Transformer by the schedule and the Adam of Vaswani et al. 2017, 5.3.
TrainingOptions training_options(const Settings& s) {
  TrainingOptions training;
  training.batch = s.batch;
  training.smoothing = Real(s.smoothing);
  training.adam.learning_rate = s.rate > 0 ? s.rate : 1e-3;
  training.loop.epochs = s.steps > 0 ? 0 : s.epochs;
  training.loop.steps = s.steps;
  training.loop.seed = s.seed;
  training.loop.clip_norm = s.clip;
  training.loop.patience = s.patience;
  training.loop.keep_best = !s.dev.empty();
  training.loop.checkpoint = s.file + ".checkpoint";
  training.loop.resume = s.resume;
  training.loop.log = s.log;
  training.loop.average = s.average;
  if (s.model == "rnn") return training;
  training.adam.learning_rate = s.rate > 0 ? s.rate : 1;
  training.adam.beta2 = 0.98;
  training.adam.epsilon = 1e-9;
  training.loop.schedule =
      nn::InverseRootSchedule{.width = s.width, .warmup = s.warmup};
  training.loop.metadata["warmup"] = text(s.warmup);
  return training;
}

Translator load(const Settings& s) {
  Translator translator = Translator::load(s.file);
  if (s.layer > 0 || s.head > 0)
    translator.choose_head({s.layer - 1, s.head - 1});
  return translator;
}

void train_command(const Settings& s, const std::string& path) {
  const auto pairs = nn::read_pairs(path, std::cerr);
  Rng rng(s.seed);
  Translator translator(pairs, s.min_count, model_options(s), rng);
  std::cout << "pairs = " << pairs.size()
            << "\nsource words = " << translator.source_vocab.size()
            << "\ntarget words = " << translator.target_vocab.size()
            << "\nparameters = " << nn::parameter_count(translator.parameters())
            << '\n';
  TrainingOptions training = training_options(s);
  if (!s.dev.empty()) training.scored = nn::read_pairs(s.dev, std::cerr);
  if (s.resume && !std::filesystem::exists(training.loop.checkpoint))
    throw std::runtime_error("nothing to resume: no " +
                             training.loop.checkpoint);
  const nn::TrainResult result = train(translator, pairs, training);
  const auto best_head = translator.choose_head(training.scored);
  translator.save(s.file);
  std::cout << "steps = " << result.step << "\nlast loss = " << result.loss
            << '\n';
  if (result.best_step > 0)
    std::cout << "best BLEU on " << s.dev << " = " << result.best_score
              << "\nat step = " << result.best_step << '\n';
  if (best_head)
    std::cout << "best layer = " << best_head->layer + 1
              << "\nbest head = " << best_head->head + 1 << "\nits AER on "
              << s.dev << " = " << best_head->score.error_rate() << '\n';
  std::cout << "wrote " << s.file << '\n';
  if (result.stop == nn::Stop::interrupted)
    std::cout << "stopped early; --resume goes on from "
              << training.loop.checkpoint << '\n';
  else
    std::filesystem::remove(training.loop.checkpoint);
}

void run_command(const Settings& s) {
  const Translator translator = load(s);
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
  const Translator translator = load(s);
  const auto pairs = nn::read_pairs(path, std::cerr);
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
  const Translator translator = load(s);
  for (const Translation& translation :
       translator.align(nn::read_pairs(path, std::cerr)))
    std::cout << nn::pharaoh(links(translation)) << '\n';
}

void show_command(const Settings& s, const std::string& sentence) {
  const Translator translator = load(s);
  const Words source = nn::split(sentence);
  for (const std::string& word : source)
    if (!translator.source_vocab.contains(word))
      std::cout << "unknown word: " << word << '\n';
  nn::DecodeOptions decoding = s.decoding();
  decoding.guesses = 5;
  const Translation translation = translator.translate(source, decoding);
  std::cout << nn::join(translation.words) << '\n';
  show(std::cout, source, translation,
       {.figures = s.figures, .html = s.html, .by = &translator});
}

// Values that no command can use.
void check_flags(const Settings& s) {
  try {
    model_options(s);
  } catch (const std::invalid_argument& error) {
    throw nn::UsageError(error.what());
  }
  const std::tuple<const char*, int, int> least[] = {
      {"--threads", 0, s.threads},   {"--beam", 1, s.beam},
      {"--batch", 1, s.batch},       {"--min-count", 1, s.min_count},
      {"--steps", 0, s.steps},       {"--epochs", 1, s.epochs},
      {"--patience", 0, s.patience}, {"--average", 0, s.average},
      {"--layers", 1, s.layers},     {"--warmup", 1, s.warmup},
      {"--layer", 0, s.layer},       {"--head", 0, s.head},
      {"--window", 1, s.window}};
  for (const auto& [flag, wanted, got] : least)
    if (got < wanted)
      throw nn::UsageError(
          text(flag, " wants ", wanted, " or more, got ", got));
  if (s.patience > 0 && s.dev.empty())
    throw nn::UsageError("--patience wants --dev, whose scores it waits for");
}

void run(const Settings& s, const std::vector<std::string>& operands) {
  check_flags(s);
  if (s.threads > 0) autograd::set_threads(s.threads);
  const std::string command = operands.empty() ? "" : operands[0];
  const bool alone = command == "run";
  if (!alone && command != "train" && command != "score" &&
      command != "align" && command != "show")
    throw nn::UsageError("wanted train, run, score, align or show, got '" +
                         command + "'; --help explains them");
  if (operands.size() != (alone ? 1 : 2))
    throw nn::UsageError(text(command, " wants ",
                              alone ? "no operand" : "one operand", ", got ",
                              operands.size() - 1));
  if (alone) return run_command(s);
  (command == "train"   ? train_command
   : command == "score" ? score_command
   : command == "align" ? align_command
                        : show_command)(s, operands[1]);
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
  flags.add("file", &s.file, "where the model is, or goes");
  flags.add("model", &s.model, "train: rnn or transformer");
  flags.add("dev", &s.dev, "train: pairs that decide which weights are best");
  flags.add("log", &s.log, "train: a table of the curves");
  flags.add("epochs", &s.epochs, "train: passes over the pairs");
  flags.add("steps", &s.steps, "train: batches, instead of epochs");
  flags.add("batch", &s.batch, "train: sentences a step");
  flags.add("min-count", &s.min_count, "train: rarer words are unknown");
  flags.add("patience", &s.patience, "train: stop after so many worse scores");
  flags.add("average", &s.average, "train: mean weights of the last epochs");
  flags.add("rate", &s.rate,
            "train: 0: 0.001 for rnn, 1 times its schedule for transformer");
  flags.add("dropout", &s.dropout, "train: share of zeros");
  flags.add("smoothing", &s.smoothing, "train: of the labels");
  flags.add("clip", &s.clip, "train: largest norm of the gradient");
  flags.add("seed", &s.seed, "train: of all random numbers");
  flags.add("resume", &s.resume, "train: go on from the last checkpoint");
  flags.add("context", &s.context, "rnn: attention, every_step, initial");
  flags.add("score", &s.score,
            "rnn: dot, scaled_dot, general, additive, concat, cosine, "
            "location, location_aware");
  flags.add("align", &s.align,
            "rnn: softmax, local_m, local_p, sigmoid, sparsemax");
  flags.add("window", &s.window,
            "rnn: words to either side that a local reads");
  flags.add("order", &s.order, "rnn: bahdanau, luong");
  flags.add("input-feeding", &s.input_feeding,
            "rnn: luong's, fed what it read");
  flags.add("embedding", &s.embedding, "rnn: width of a word");
  flags.add("hidden", &s.hidden, "rnn: width of a state");
  flags.add("score-width", &s.score_width, "rnn: width inside a score");
  flags.add("layers", &s.layers, "transformer: of encoder and of decoder");
  flags.add("heads", &s.heads, "transformer: of each attention");
  flags.add("width", &s.width, "transformer: of a word and of all states");
  flags.add("feed-forward", &s.feed_forward, "transformer: width inside it");
  flags.add("positions", &s.positions,
            "transformer: none, sinusoidal, learned, rotary, alibi, relative");
  flags.add("norm-first", &s.norm_first, "transformer: pre-norm");
  flags.add("warmup", &s.warmup, "transformer: steps until the rate falls");
  flags.add("layer", &s.layer, "that is shown, from 1; 0: as training chose");
  flags.add("head", &s.head, "likewise; 0 with a --layer: the mean");
  flags.add("beam", &s.beam, "hypotheses kept");
  flags.add("length-penalty", &s.length_penalty, "favours longer ones");
  flags.add("figures", &s.figures, "show: write pictures to this folder");
  flags.add("html", &s.html, "show: write a page that explores the weights");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(
      argc, argv, flags,
      [&](const std::vector<std::string>& operands) { run(s, operands); });
}
