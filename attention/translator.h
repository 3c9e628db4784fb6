// A model, recurrent or Transformer, with its vocabularies: from words to
// words, and to a file.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "attention/seq2seq.h"
#include "attention/transformer_seq2seq.h"
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
// A line for each figure.
std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation);

// The weights of one sentence's heads, [layer][head], each a row for each
// target word and one for the end mark, [T + 1, S]. A recurrent model has one
// head, or no layer where it has no attention.
using HeadWeights = std::vector<std::vector<std::vector<float>>>;

// A head of a Transformer, and how well its most attended words agree with gold
// links.
struct GradedHead : HeadChoice {
  nn::AlignmentScore score;
};

using ModelOptions = std::variant<Seq2SeqOptions, TransformerSeq2SeqOptions>;

struct Translator {
  nn::Vocab source_vocab, target_vocab;
  std::variant<Seq2Seq, TransformerSeq2Seq> model;
  HeadChoice head;  // of a Transformer: whose weights are given

  // A fresh model over the pairs' words seen `min_count` times or more, of both
  // sides where a Transformer shares its embeddings; the numbers of words in
  // `options` are filled in, and the longest sentence of a score by place.
  Translator(const std::vector<nn::Pair>& pairs, int min_count,
             ModelOptions options, Rng& rng);

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

  // Whether there are weights at all.
  bool attends() const;
  // What every head attends to while the pairs' targets are fed.
  std::vector<HeadWeights> head_weights(
      const std::vector<nn::Pair>& pairs) const;
  // The most attended words of every head against the pairs' gold links.
  std::vector<std::vector<nn::AlignmentScore>> grade_heads(
      const std::vector<nn::Pair>& pairs) const;  // [layer][head]
  // Chooses a Transformer's head; throws std::invalid_argument where it has no
  // such head.
  void choose_head(HeadChoice choice);
  // The head that agrees best with the pairs' gold links, of equal ones the
  // first: to be asked with development data. Nothing, and nothing happens, for
  // a recurrent model or without links.
  std::optional<GradedHead> choose_head(const std::vector<nn::Pair>& pairs);

  // The pairs as ids, for batches.
  std::vector<nn::EncodedPair> encode(const std::vector<nn::Pair>& pairs) const;

  // Whichever model it is.
  Tensor loss(const nn::Batch& batch, Real smoothing, Rng* training) const;
  nn::Decoder decoder(const nn::Padded& source) const;
  Parameters parameters() const;
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
// For so many passes over the pairs.
TrainingOptions brief_training(const std::vector<nn::Pair>& pairs, int epochs,
                               std::uint64_t seed);

// Takes the first steps only, and prints the bits of their losses: so that a
// kept result can be proved to be up to date.
void replay(TrainingOptions& options, std::int64_t steps);

// Trains by teacher forcing with Adam.
nn::TrainResult train(Translator& translator,
                      const std::vector<nn::Pair>& pairs,
                      const TrainingOptions& options);

// The same to the end: throws std::runtime_error after Ctrl-C.
void teach(Translator& translator, const std::vector<nn::Pair>& pairs,
           const TrainingOptions& options);

// A fresh model over all words of the pairs, by the training's seed, taught.
Translator taught(const std::vector<nn::Pair>& pairs, const ModelOptions& model,
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
// With every head of the translator that made it; the page opens with the one
// chosen.
Viewer viewer_of(const Translator& translator, const Words& source,
                 const Translation& translation, const nn::Links& gold = {});

// Where pictures of a translation go; empty for nowhere.
struct Pictures {
  std::string figures{};  // a folder, made where it is not there, for
                          // heat_map.svg and lines.svg
  std::string html{};     // the viewer's page,
  nn::Links gold{};       // and the links it marks, where they are known
  const Translator* by = nullptr;  // whose heads the page has, where given
};

// Prints the map of a translation, writes the pictures, and prints what was
// written. Without attention there is nothing to show: throws
// std::invalid_argument where pictures are wanted, else does nothing.
void show(std::ostream& out, const Words& source,
          const Translation& translation, const Pictures& pictures);

}  // namespace attention
