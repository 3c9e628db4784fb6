// Tom chase Jerry -> 汤姆 追逐 杰瑞, learnt. (By hand: by_hand.cpp.)
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace attention;
using autograd::text;
using nn::fixed;
using nn::section;

namespace {

struct Settings {
  std::string say = "Tom chase Jerry", pairs, save, load, figures, html;
  int sentences = 8000, epochs = 8, threads = 0;
  std::uint64_t seed = 1;
  bool no_attention = false;
};

struct Data {
  std::vector<nn::Pair> train, held_out;
};

std::vector<Words> sources(const std::vector<nn::Pair>& pairs) {
  std::vector<Words> sentences;
  for (const nn::Pair& pair : pairs) sentences.push_back(pair.source);
  return sentences;
}

// From the grammar, with the gold alignment of every pair; or the user's own
// pairs, of which every tenth is held out.
Data data_for(const Settings& s) {
  section("data");
  Data data;
  if (s.pairs.empty()) {
    Rng rng(s.seed);
    auto split = nn::Grammar::english_chinese().corpus(rng, s.sentences,
                                                       s.sentences / 16);
    data = {std::move(split.train), std::move(split.held_out)};
  } else {
    const nn::Corpus corpus = nn::read_corpus(s.pairs);
    for (const std::string& problem : corpus.problems)
      std::cerr << s.pairs << ": " << problem << '\n';
    for (std::size_t i = 0; i < corpus.pairs.size(); ++i)
      (i % 10 == 9 ? data.held_out : data.train).push_back(corpus.pairs[i]);
    if (data.held_out.empty())
      throw std::runtime_error(text(s.pairs, ": wanted 10 pairs or more, got ",
                                    corpus.pairs.size()));
  }
  const nn::CorpusFigures figures = nn::figures(data.train);
  std::cout << "sentences to train on = " << data.train.size()
            << "\nsentences held out = " << data.held_out.size()
            << "\nwords in a source sentence = "
            << fixed(figures.source_words, 2) << '\n';
  if (data.train[0].links.empty()) return data;
  std::cout << "reordered sentences = " << fixed(100 * figures.reordered, 1)
            << " %\nsentences with unaligned words = "
            << fixed(100 * figures.unaligned, 1)
            << " %\nexact match of word-by-word lookup = "
            << fixed(nn::lookup_baseline(data.train, data.held_out), 3) << '\n';
  return data;
}

Translator learn(const Data& data, Context context, const Settings& s) {
  Rng rng(s.seed);
  Seq2SeqOptions options;
  options.embedding = 32;
  options.context = context;
  Translator translator(data.train, 1, options, rng);
  train(translator, data.train, brief_training(data.train, s.epochs, s.seed));
  return translator;
}

using Model = std::pair<std::string, Translator>;

void compare(const std::vector<Model>& models, const Data& data) {
  section("held-out sentences");
  std::vector<Evaluation> results;
  for (const auto& [name, model] : models)
    results.push_back(model.evaluate(data.held_out));
  auto figure = [&](const char* what, auto value) {
    for (std::size_t i = 0; i < models.size(); ++i)
      std::cout << what << ' ' << models[i].first << " = " << value(results[i])
                << '\n';
  };
  figure("exact match", [](auto& e) { return fixed(e.exact_match, 3); });
  figure("token accuracy", [](auto& e) { return fixed(e.token_accuracy, 3); });
  figure("BLEU", [](auto& e) { return fixed(e.bleu, 1); });
  for (const Evaluation& e : results)
    if (e.alignment)
      std::cout << "AER with attention = "
                << fixed(e.alignment->error_rate(), 3) << '\n';
  for (const auto& [name, model] : models)
    std::cout << "fingerprint " << name << " = " << std::hex
              << std::setfill('0') << std::setw(16)
              << nn::fingerprint(model.parameters()) << std::dec << '\n';
}

// The words of a sentence; those that the model never saw are an error.
Words known_words(const std::string& sentence, const nn::Vocab& vocab) {
  const Words words = nn::split(sentence);
  if (words.empty()) throw std::invalid_argument("wanted a sentence to say");
  std::string unknown;
  for (const std::string& word : words)
    if (!vocab.contains(word)) unknown += " " + word;
  if (!unknown.empty())
    throw std::invalid_argument("words the model does not know:" + unknown);
  return words;
}

// The true links of a sentence of the grammar, if that is what was said.
nn::Links gold_links(const Words& source, const Words& said) {
  const auto pair = nn::Grammar::english_chinese().translate(source);
  return pair && pair->target == said ? pair->links : nn::Links{};
}

void say(const Translator& translator, const Settings& s) {
  const Words source = known_words(s.say, translator.source_vocab);
  section("translation");
  const Translation translation = translator.translate(source, {.guesses = 5});
  std::cout << s.say << " -> " << nn::join(translation.words) << '\n';
  show(std::cout, source, translation,
       {.figures = s.figures,
        .html = s.html,
        .gold = gold_links(source, translation.words)});
}

void run(const Settings& s) {
  if (s.threads < 0 || s.epochs < 1 || s.sentences < 16)
    throw nn::UsageError(
        "--threads wants 0 or more, --epochs 1 or more, --sentences 16 or "
        "more");
  if (s.no_attention && !(s.figures.empty() && s.html.empty()))
    throw nn::UsageError(
        "--figures and --html draw weights: not --no-attention");
  if (s.threads > 0) autograd::set_threads(s.threads);
  if (!s.load.empty()) return say(Translator::load(s.load), s);
  const Data data = data_for(s);
  known_words(s.say, nn::Vocab::build(sources(data.train)));
  std::vector<Model> models;
  if (!s.no_attention)
    models.emplace_back("with attention", learn(data, Context::attention, s));
  models.emplace_back("without attention", learn(data, Context::initial, s));
  compare(models, data);
  say(models[0].second, s);
  if (s.save.empty()) return;
  models[0].second.save(s.save);
  std::cout << "wrote " << s.save << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Learns to translate from English to Chinese with and "
                  "without attention, and\ntranslates a sentence it never "
                  "saw.");
  flags.add("say", &s.say, "the sentence to translate");
  flags.add("pairs", &s.pairs, "learn from this tab-separated file instead");
  flags.add("sentences", &s.sentences, "of the grammar to learn from");
  flags.add("no-attention", &s.no_attention, "learn without attention only");
  flags.add("epochs", &s.epochs, "passes over the data");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("save", &s.save, "keep the trained model in this file");
  flags.add("load", &s.load, "translate with a kept model");
  flags.add("figures", &s.figures,
            "write pictures of the weights to this folder");
  flags.add("html", &s.html, "write a page that explores the weights");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
