// Scores and alignments that are chosen when the program runs, by a flag or by
// a model's file. Each is itself a policy of the frame:
//
//   Attention<AnyScore, AnyAlign> attend(AnyScore(score_options, rng),
//                                        AnyAlign(align_options, rng));
#pragma once

#include <variant>

#include "attention/align.h"
#include "attention/local.h"
#include "attention/score.h"

namespace attention {

enum class ScoreKind {
  dot,
  scaled_dot,
  general,
  additive,
  concat,
  cosine,
  location,
  location_aware,
};

// What a kind does not ask for is not looked at.
struct ScoreOptions {
  ScoreKind kind = ScoreKind::additive;
  int query = 0, key = 0;          // widths of a query and of a key
  int width = 0;                   // A: additive, concat, location_aware
  int longest = 0;                 // location: of a sentence, in keys
  int filters = 0, kernel = 0;     // location_aware
  bool coverage = false;           // additive
  Real temperature = Real(0.125);  // cosine: where its training begins

  bool operator==(const ScoreOptions&) const = default;
};

struct AnyScore {
  ScoreOptions options;
  // In the order of ScoreKind.
  std::variant<DotScore, ScaledDotScore, GeneralScore, AdditiveScore,
               ConcatScore, CosineScore, LocationScore, LocationAwareScore>
      score;

  // Throws std::invalid_argument where a size that the kind asks for is not
  // above 0.
  AnyScore(const ScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const;
  Tensor operator()(const Tensor& query, const Tensor& projected,
                    const Step& step) const;
  nn::Parameters parameters() const;
};

enum class AlignKind { softmax, local_m, local_p, sigmoid, sparsemax };

struct AlignOptions {
  AlignKind kind = AlignKind::softmax;
  Real temperature = 1;      // what the scores are divided by, of whatever kind
  int window = 0;            // D: local_m, local_p
  bool renormalise = false;  // local_p
  int query = 0;             // local_p: width of a query,
  int width = 0;             // and of its hidden layer; 0: as `query`

  bool operator==(const AlignOptions&) const = default;
};

struct AnyAlign {
  AlignOptions options;
  // In the order of AlignKind.
  std::variant<Softmax, LocalMonotonic, LocalPredictive, SigmoidGate, Sparsemax>
      align;

  AnyAlign(const AlignOptions& options, nn::Rng& rng);
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
