// A Seq2Seq model with its vocabularies: from words to words, and to a file.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "attention/seq2seq.h"
#include "attention/view.h"
#include "attention/view_html.h"
#include "nn/corpus.h"
#include "nn/decode.h"
#include "nn/metrics.h"
#include "nn/optimizer.h"
#include "nn/serialize.h"
#include "nn/train.h"
#include "nn/vocab.h"

namespace attention {

using Words = std::vector<std::string>;

// A word that might come next.
struct Guess {
  std::string word;
  Real probability;
};

// A translated sentence.
struct Translation {
  Words words;
  // A row for each word, then one for the end mark: what it attended to. Empty
  // without attention.
  std::vector<std::vector<Real>> weights;
  // Likewise what each was chosen from, the likeliest first; empty where
  // DecodeOptions::guesses is 0.
  std::vector<std::vector<Guess>> guesses;
  Real log_probability = 0;
};

// How well held-out pairs are translated.
struct Evaluation {
  double exact_match = 0;     // share of sentences right to the last word
  double token_accuracy = 0;  // share of reference words in their place
  double bleu = 0;            // 0 to 100
  // Of the most attended words while the reference is fed, against the gold
  // links; empty without attention or without links.
  std::optional<nn::AlignmentScore> alignment;
  std::vector<nn::LengthBucket> by_length;
};

struct Translator {
  nn::Vocab source_vocab, target_vocab;
  Seq2Seq model;

  // A fresh model over the pairs' words seen `min_count` times or more; the
  // numbers of words in `options` are filled in.
  Translator(const std::vector<nn::Pair>& pairs, int min_count,
             Seq2SeqOptions options, Rng& rng);

  // One file holds weights, vocabularies and configuration.
  static Translator load(const std::string& path);
  void save(const std::string& path) const;
  // Vocabularies and configuration, for a checkpoint of the weights.
  nn::Metadata metadata() const;
  // From what `metadata` gave; the weights are yet to be loaded.
  explicit Translator(const nn::Metadata& metadata);

  // The best translation; greedy for a beam of 1. A sentence may have unknown
  // words but not be empty.
  Translation translate(const Words& source,
                        const nn::DecodeOptions& options = {}) const;
  // Many at once, in batches of similar length.
  std::vector<Translation> translate(
      const std::vector<Words>& sources,
      const nn::DecodeOptions& options = {}) const;
  // What each word of the given targets attends to.
  std::vector<Translation> align(const std::vector<nn::Pair>& pairs) const;

  Evaluation evaluate(const std::vector<nn::Pair>& pairs,
                      const nn::DecodeOptions& options = {}) const;

  // The pairs as ids, for batches.
  std::vector<nn::EncodedPair> encode(const std::vector<nn::Pair>& pairs) const;
};

struct TrainingOptions {
  int batch = 32;                        // sentences
  Real smoothing = 0;                    // of the labels
  nn::AdamOptions adam;                  // its learning rate is the schedule's
  nn::TrainOptions loop;                 // metadata and model are filled in
  std::vector<nn::Pair> scored;          // BLEU on these decides what is best
  std::function<void(Real loss)> watch;  // told of each step; may be empty
};

// For so many steps on small data: Adam at 0.005, after 50 steps of warming up
// along a cosine to 0, and gradients clipped at a norm of 1.
TrainingOptions brief_training(std::int64_t steps, std::uint64_t seed);

// Trains by teacher forcing with Adam.
nn::TrainResult train(Translator& translator,
                      const std::vector<nn::Pair>& pairs,
                      const TrainingOptions& options);

// The most attended source word of each target word, as links.
nn::Links links(const Translation& translation);

// A picture of a translation, with gold links where known.
Map map_of(const Words& source, const Translation& translation,
           const nn::Links& gold = {});

// The same for the viewer's page, with the end mark and what each word was
// chosen from.
Viewer viewer_of(const Words& source, const Translation& translation,
                 const nn::Links& gold = {});

// Where pictures of a translation go; empty for nowhere.
struct Pictures {
  std::string figures{};  // a folder, made where it is not there, for
                          // heat_map.svg and lines.svg
  std::string html{};     // the viewer's page,
  nn::Links gold{};       // and the links it marks, where they are known
};

// Prints the map of a translation, writes the pictures, and prints what was
// written. Without attention there is nothing to show: throws
// std::invalid_argument where pictures are wanted, else does nothing.
void show(std::ostream& out, const Words& source,
          const Translation& translation, const Pictures& pictures);

}  // namespace attention
