// Small recurrent translators of every kind, and sentences for them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "attention/names.h"
#include "attention/seq2seq.h"
#include "autograd/check.h"
#include "nn/batch.h"

namespace attention {

inline Seq2SeqOptions tiny(Context context, DecoderKind decoder) {
  return {.source_words = 7,
          .target_words = 8,
          .embedding = 5,
          .hidden = 3,
          .score = {.width = 4},
          .context = context,
          .decoder = decoder};
}

// With another score; a product wants annotations as wide as the state.
inline Seq2SeqOptions scored(ScoreKind kind, DecoderOrder order) {
  Seq2SeqOptions options = tiny(Context::attention, DecoderKind::gru);
  options.order = order;
  options.score.kind = kind;
  options.score.longest = 9;
  options.score.filters = 2;
  options.score.kernel = 3;
  options.bidirectional = kind != ScoreKind::dot &&
                          kind != ScoreKind::scaled_dot &&
                          kind != ScoreKind::cosine;
  return options;
}

// Every score with every alignment, in both orders.
inline std::vector<Seq2SeqOptions> zoo() {
  std::vector<Seq2SeqOptions> all;
  for (DecoderOrder order : {DecoderOrder::bahdanau, DecoderOrder::luong}) {
    for (int score = 0; score <= static_cast<int>(ScoreKind::location_aware);
         ++score)
      for (int align = 0; align <= static_cast<int>(AlignKind::sparsemax);
           ++align) {
        all.push_back(scored(static_cast<ScoreKind>(score), order));
        all.back().align.kind = static_cast<AlignKind>(align);
        all.back().align.window = 2;
      }
    all.push_back(scored(ScoreKind::additive, order));
    all.back().score.coverage = true;
    all.back().coverage_loss = Real(0.5);
  }
  return all;
}

// Every kind of model, the encoder in both directions or one; and the zoo.
inline std::vector<Seq2SeqOptions> every_kind() {
  std::vector<Seq2SeqOptions> all;
  for (Context context :
       {Context::initial, Context::every_step, Context::attention})
    for (DecoderKind decoder : {DecoderKind::gru, DecoderKind::plain})
      for (bool bidirectional : {true, false}) {
        all.push_back(tiny(context, decoder));
        all.back().bidirectional = bidirectional;
      }
  for (DecoderKind decoder : {DecoderKind::gru, DecoderKind::plain})
    for (bool fed : {true, false}) {
      all.push_back(tiny(Context::attention, decoder));
      all.back().order = DecoderOrder::luong;
      all.back().input_feeding = fed;
    }
  for (ScoreKind kind : {ScoreKind::additive, ScoreKind::location}) {
    all.push_back(scored(kind, DecoderOrder::bahdanau));
    all.back().read_embeddings = true;
  }
  for (const Seq2SeqOptions& options : zoo()) all.push_back(options);
  return all;
}

inline std::string name_of(const Seq2SeqOptions& o) {
  return autograd::text(
      name_of(o.context), ", ", name_of(o.decoder), ", ", name_of(o.order),
      o.input_feeding ? " fed, " : ", ", name_of(o.score.kind),
      o.score.coverage ? " covered, " : ", ", name_of(o.align.kind),
      o.read_embeddings ? ", embeddings" : "",
      o.bidirectional ? ", both" : ", one", " directions");
}

inline const std::vector<nn::EncodedPair> pairs = {
    {{4, 5, 6, 4}, {4, 5}},
    {{6, 5}, {7, 6, 5, 4}},
    {{5}, {6}},
    {{4, 4, 1, 5, 6, 6, 4}, {5, 1, 7}}};

inline nn::Batch batch_of(const std::vector<int>& items) {
  return nn::make_batch(pairs, items);
}

// The steps one after another, as one.
inline Seq2Seq::Step one_by_one(const Seq2Seq& model,
                                const Seq2Seq::Source& source,
                                const Tensor& projected) {
  Seq2Seq::State state = model.start(source);
  std::vector<Tensor> states, contexts, attentional, weights;
  for (int t = 0; t < projected.size(1); ++t) {
    const auto now =
        model.step(source, autograd::slice(projected, 1, t, t + 1), state);
    states.push_back(now.state);
    if (now.context.defined()) contexts.push_back(now.context);
    if (now.attentional.defined()) attentional.push_back(now.attentional);
    if (now.weights.defined()) weights.push_back(now.weights);
  }
  EXPECT_EQ(state.t, projected.size(1));
  const auto all = [](const std::vector<Tensor>& parts) {
    return parts.empty() ? Tensor() : autograd::concat(parts, 1);
  };
  return {all(states), all(contexts), all(attentional), all(weights)};
}

}  // namespace attention
