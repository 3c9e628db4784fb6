#include "attention/seq2seq.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/attention/seq2seq_kinds.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::slice;

// Both fast paths, and one that there is none for.
std::vector<Seq2SeqOptions> unrolled_kinds() {
  std::vector<Seq2SeqOptions> all;
  const auto add = [&](DecoderKind decoder, DecoderOrder order,
                       AlignKind align) {
    Seq2SeqOptions options{.source_words = 7,
                           .target_words = 8,
                           .embedding = 5,
                           .hidden = 19,
                           .score = {.width = 33},
                           .align = {.kind = align, .window = 2},
                           .decoder = decoder,
                           .order = order};
    all.push_back(options);
  };
  add(DecoderKind::gru, DecoderOrder::bahdanau, AlignKind::softmax);
  add(DecoderKind::gru, DecoderOrder::bahdanau, AlignKind::local_p);
  for (AlignKind align : {AlignKind::softmax, AlignKind::local_m,
                          AlignKind::local_p, AlignKind::sigmoid})
    add(DecoderKind::gru, DecoderOrder::luong, align);
  add(DecoderKind::plain, DecoderOrder::luong, AlignKind::softmax);
  return all;
}

// All steps in one op give the bits of the steps one by one, and their
// gradients, which are sums in another order, up to rounding.
TEST(Seq2Seq, UnrollsIntoItsSteps) {
  Rng rng(3);
  for (const Seq2SeqOptions& options : unrolled_kinds())
    for (int B : {1, 4, 18}) {
      SCOPED_TRACE(name_of(options));
      const Seq2Seq model(options, rng);
      std::vector<int> items;
      for (int b = 0; b < B; ++b) items.push_back((b + 3) % 4);
      const nn::Batch batch = batch_of(items);
      const Seq2Seq::Source source = model.encode(batch.source, nullptr);
      const Tensor projected =
          model.cell.project(model.target_embedding(batch.target_in.ids));
      const auto joined = [](const Seq2Seq::Step& step) {
        return step.attentional.defined()
                   ? autograd::concat(
                         {step.state, step.context, step.attentional}, 2)
                   : autograd::concat({step.state, step.context}, 2);
      };
      const Tensor wanted = joined(one_by_one(model, source, projected)),
                   got = joined(model.unroll(source, projected));
      tests::expect_same(got.values(), wanted.values());

      const Tensor weights = Tensor::normal(got.shape(), 0, 1, rng);
      auto gradients = [&](const Tensor& y) {
        nn::zero_grad(model.parameters());
        autograd::sum(y * weights).backward(true);
        std::vector<Real> all;
        for (const auto& [name, tensor] : model.parameters())
          if (tensor.has_grad())
            for (Real g : tensor.grad().values()) all.push_back(g);
        return all;
      };
      const auto one = gradients(got), other = gradients(wanted);
      ASSERT_EQ(one.size(), other.size());
      for (std::size_t i = 0; i < one.size(); ++i)
        ASSERT_NEAR(one[i], other[i],
                    (tests::promised ? 1e-5 : 1e-4) * (1 + std::abs(other[i])))
            << i;
    }
}

// With E 5, H 3, A 4, 7 and 8 words; the encoder has C = 6 in both directions:
//   embeddings 7 5 + 8 5, encoder 2 (9 5 + 9 3 + 18), output 8 3 + 8: 287 in
//   all; to which come
//   bridge     3 C + 3, from one direction 3 3 + 3 with attention
//   cell       G 3 (5 + C) + G 3 3 + 2 G 3, with C = 0 for `initial`
//   readout    3 (3 + C + 5) + 3
//   attention  4 3 + 4 C + 4 + 4
TEST(Seq2Seq, HasAsManyParametersAsByHand) {
  Rng rng(1);
  auto count = [&](const Seq2SeqOptions& options) {
    return nn::parameter_count(Seq2Seq(options, rng).parameters());
  };
  EXPECT_EQ(count(tiny(Context::initial, DecoderKind::gru)), 425);
  EXPECT_EQ(count(tiny(Context::every_step, DecoderKind::gru)), 497);
  EXPECT_EQ(count(tiny(Context::attention, DecoderKind::gru)), 532);
  EXPECT_EQ(count(tiny(Context::initial, DecoderKind::plain)), 365);
  EXPECT_EQ(count(tiny(Context::every_step, DecoderKind::plain)), 401);
  EXPECT_EQ(count(tiny(Context::attention, DecoderKind::plain)), 436);
  Seq2SeqOptions forward = tiny(Context::attention, DecoderKind::gru);
  forward.bidirectional = false;
  EXPECT_EQ(count(forward), 394);
  Seq2SeqOptions words = tiny(Context::attention, DecoderKind::gru);
  words.read_embeddings = true;
  // 5 wide, not 6: W_k, the gates and W_r are a column less; W_s three more.
  EXPECT_EQ(count(words), 532 - (4 + 3 * 3 + 3) + 3 * 3);
}

// What is read of a word: with its neighbours, or the word alone.
TEST(Seq2Seq, ReadsStatesOrEmbeddings) {
  for (bool alone : {false, true}) {
    Seq2SeqOptions options = tiny(Context::attention, DecoderKind::gru);
    options.read_embeddings = alone;
    Rng rng(2);
    const Seq2Seq model(options, rng);
    const auto second = [&](const std::vector<int>& sentence) {
      const Seq2Seq::Source source = model.encode(nn::pad({sentence}), nullptr);
      return slice(source.memory.values, 1, 1, 2).values();
    };
    EXPECT_EQ(second({4, 5, 6}) == second({6, 5, 4}), alone);
    const Tensor word = model.source_embedding(Indices({1}, {5}));
    EXPECT_EQ(second({4, 5, 6}) == word.values(), alone);
  }
}

TEST(Seq2Seq, IsALayer) {
  for (const Seq2SeqOptions& options : every_kind()) {
    SCOPED_TRACE(name_of(options));
    Rng rng(2);
    tests::check_layer(Seq2Seq(options, rng), [](const Seq2Seq& model) {
      return model.loss(batch_of({0, 1, 2, 3}), Real(0.1), nullptr);
    });
  }
}

// The predictions of a decoder that is fed the given words of every sentence.
std::vector<nn::Prediction> fed(const Seq2Seq& model, const nn::Batch& batch) {
  const nn::Decoder decoder = model.decoder(batch.source);
  std::vector<nn::Prediction> predictions;
  const int B = batch.target_in.ids.shape()[0];
  for (int t = 0; t < batch.target_in.ids.shape()[1]; ++t) {
    const Indices now = batch.target_in.ids.step(t);
    predictions.push_back(
        decoder.step(Indices({B, 1}, {now.begin(), now.end()})));
  }
  return predictions;
}

void expect_same(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.shape(), b.shape());
  tests::expect_same(a.values(), b.values());
}

TEST(Seq2Seq, SeesNeitherPaddingNorBatchMates) {
  for (Seq2SeqOptions options : every_kind()) {
    SCOPED_TRACE(name_of(options));
    options.embedding = 19;
    options.hidden = 21;
    Rng rng(3);
    const Seq2Seq model(options, rng);
    const auto together = fed(model, batch_of({0, 1, 2, 3}));
    for (int i = 0; i < 4; ++i) {
      const nn::Batch batch = batch_of({i});
      const auto alone = fed(model, batch);
      const int S = batch.source.lengths[0];
      for (std::size_t t = 0; t < alone.size(); ++t) {
        expect_same(slice(together[t].log_probabilities, 0, i, i + 1),
                    alone[t].log_probabilities);
        if (options.context != Context::attention) {
          EXPECT_FALSE(alone[t].weights.defined());
          continue;
        }
        const Tensor weights = slice(together[t].weights, 0, i, i + 1);
        expect_same(slice(weights, 2, 0, S), alone[t].weights);
        for (Real w : slice(weights, 2, S, weights.size(2)).values())
          EXPECT_EQ(w, 0) << "attends to padding";
      }
    }
  }
}

// Step by step or all at once, the same words give the same scores.
TEST(Seq2Seq, DecodesAsItIsTaught) {
  for (const Seq2SeqOptions& options : every_kind()) {
    SCOPED_TRACE(name_of(options));
    Rng rng(4);
    const Seq2Seq model(options, rng);
    const nn::Batch batch = batch_of({1, 3});
    const auto source = model.encode(batch.source, nullptr);
    const Tensor words = model.target_embedding(batch.target_in.ids);
    const auto all = one_by_one(model, source, model.cell.project(words));
    const Tensor taught =
        autograd::log_softmax(model.logits(all, words, nullptr));
    const auto decoded = fed(model, batch);
    for (int t = 0; t < words.size(1); ++t)
      expect_same(slice(taught, 1, t, t + 1),
                  decoded[static_cast<std::size_t>(t)].log_probabilities);
  }
}

// A mask that differs from step to step: what it hides has no weight, and the
// decoder, the loss in one op and the loss step by step agree.
TEST(Seq2Seq, ReadsWhatTheMaskOfTheStepLetsIt) {
  for (DecoderKind kind : {DecoderKind::gru, DecoderKind::plain}) {
    Rng rng(8);
    const Seq2Seq model(tiny(Context::attention, kind), rng);
    const nn::Batch batch = batch_of({1});  // 2 source words, 4 target words
    Seq2Seq::Source source = model.encode(batch.source, nullptr);
    source.memory.mask =
        Mask(Tensor::from({1, 5, 2}, {1, 0, 0, 1, 1, 1, 1, 0, 0, 1}));
    const auto found = nn::forced(model.decoder(source), {pairs[1].target})[0];
    for (int t = 0; t < 5; ++t)
      for (int s = 0; s < 2; ++s)
        EXPECT_EQ(found.weights[t][s] > 0, source.memory.mask(0, t, s))
            << t << ' ' << s;
    EXPECT_NEAR(double(model.loss(source, batch, 0, nullptr).item()),
                -double(found.log_probability) / 5, 1e-5);
    EXPECT_NE(model.loss(source, batch, 0, nullptr).item(),
              model.loss(batch, 0, nullptr).item());
  }
}

// The loss is the mean over words and end marks of -log p, which `forced` sums.
TEST(Seq2Seq, LossIsTheMeanOfWhatForcedFinds) {
  for (const Seq2SeqOptions& options : every_kind()) {
    Rng rng(5);
    const Seq2Seq model(options, rng);
    const nn::Batch batch = batch_of({0, 1, 3});
    const auto sentences =
        nn::forced(model.decoder(batch.source),
                   {pairs[0].target, pairs[1].target, pairs[3].target});
    double sum = 0;
    for (const nn::Hypothesis& h : sentences) sum -= double(h.log_probability);
    EXPECT_EQ(batch.tokens, 3 + 5 + 4);
    if (options.coverage_loss > 0) continue;  // there is more to it
    EXPECT_NEAR(double(model.loss(batch, 0, nullptr).item()), sum / 12, 1e-5)
        << name_of(options);
  }
}

// See et al. 2017, equations 12 and 13: the loss and lambda times what is read
// again, here summed over the weights that `forced` tells.
TEST(Seq2Seq, CoverageLossIsWhatIsReadAgain) {
  Rng rng(9), same(9);
  Seq2SeqOptions options = tiny(Context::attention, DecoderKind::gru);
  const Seq2Seq plain(options, rng);
  options.coverage_loss = Real(0.25);
  const Seq2Seq covered(options, same);
  const nn::Batch batch = batch_of({0, 1, 3});
  double again = 0;
  for (const nn::Hypothesis& h :
       nn::forced(plain.decoder(batch.source),
                  {pairs[0].target, pairs[1].target, pairs[3].target})) {
    std::vector<double> coverage(h.weights[0].size());
    for (const auto& row : h.weights)
      for (std::size_t i = 0; i < row.size(); ++i) {
        again += std::min(coverage[i], double(row[i]));
        coverage[i] += double(row[i]);
      }
  }
  EXPECT_GT(again, 1);
  EXPECT_NEAR(double(covered.loss(batch, 0, nullptr).item()),
              double(plain.loss(batch, 0, nullptr).item()) + again / 12 / 4,
              1e-5);
}

// Hypotheses of a beam have states of their own, in the order asked for.
TEST(Seq2Seq, ReordersHypotheses) {
  for (const Seq2SeqOptions& options : every_kind()) {
    SCOPED_TRACE(name_of(options));
    Rng rng(6);
    const Seq2Seq model(options, rng);
    const nn::Padded source = nn::pad({{4, 5, 6}});
    auto last = [&](const std::vector<int>& words) {
      const nn::Decoder decoder = model.decoder(source);
      nn::Prediction prediction;
      for (int word : words) prediction = decoder.step(Indices({1, 1}, {word}));
      return prediction.log_probabilities;
    };
    const nn::Decoder decoder = model.decoder(source);
    decoder.step(Indices({1, 1}, {2}));
    decoder.reorder(Indices({1, 3}, {0, 0, 0}));
    decoder.step(Indices({1, 3}, {4, 5, 6}));
    decoder.reorder(Indices({1, 2}, {2, 0}));
    const Tensor got = decoder.step(Indices({1, 2}, {7, 5})).log_probabilities;
    expect_same(slice(got, 1, 0, 1), last({2, 6, 7}));
    expect_same(slice(got, 1, 1, 2), last({2, 4, 5}));
  }
}

TEST(Seq2Seq, DropsOutOnlyInTraining) {
  Seq2SeqOptions options = tiny(Context::attention, DecoderKind::gru);
  Rng init(7), again(7);
  const Seq2Seq plain(options, init);
  options.dropout = Real(0.5);
  const Seq2Seq model(options, again);
  auto loss = [&](const Seq2Seq& m, Rng* training) {
    return m.loss(batch_of({0, 1}), 0, training).item();
  };
  EXPECT_EQ(loss(model, nullptr), loss(plain, nullptr));
  Rng first(1), same(1), other(2);
  const Real once = loss(model, &first);
  EXPECT_EQ(loss(model, &same), once);
  EXPECT_NE(loss(model, &other), once);
  EXPECT_NE(once, loss(model, nullptr));
}

// A single source word leaves nothing to choose from.
TEST(Seq2Seq, ReadsTheOnlyWordThereIs) {
  Rng rng(8);
  const Seq2Seq model(tiny(Context::attention, DecoderKind::gru), rng);
  for (const auto& prediction : fed(model, batch_of({2})))
    EXPECT_EQ(prediction.weights.values(), std::vector<Real>{1});
}

TEST(Seq2Seq, RefusesSizesThatMakeNoSense) {
  Rng rng(1);
  using Change = void (*)(Seq2SeqOptions&);
  for (Change change :
       std::vector<Change>{[](Seq2SeqOptions& o) { o.source_words = 0; },
                           [](Seq2SeqOptions& o) { o.target_words = -1; },
                           [](Seq2SeqOptions& o) { o.embedding = 0; },
                           [](Seq2SeqOptions& o) { o.hidden = 0; },
                           [](Seq2SeqOptions& o) { o.score.width = 0; },
                           [](Seq2SeqOptions& o) { o.dropout = 1; },
                           [](Seq2SeqOptions& o) { o.dropout = Real(-0.1); },
                           [](Seq2SeqOptions& o) { o.encoder = -1; },
                           [](Seq2SeqOptions& o) { o.input_feeding = true; },
                           [](Seq2SeqOptions& o) {
                             o.read_embeddings = true;
                             o.context = Context::every_step;
                           },
                           [](Seq2SeqOptions& o) {
                             o.order = DecoderOrder::luong;
                             o.context = Context::every_step;
                           },
                           [](Seq2SeqOptions& o) {
                             o.score.kind = ScoreKind::dot;  // 3 and 2 3
                           },
                           [](Seq2SeqOptions& o) {
                             o.score.kind = ScoreKind::location;  // longest 0
                           },
                           [](Seq2SeqOptions& o) {
                             o.align.kind = AlignKind::local_p;  // window 0
                           },
                           [](Seq2SeqOptions& o) { o.coverage_loss = -1; },
                           [](Seq2SeqOptions& o) {
                             o.coverage_loss = 1;
                             o.context = Context::initial;
                           }}) {
    Seq2SeqOptions options = tiny(Context::attention, DecoderKind::gru);
    change(options);
    EXPECT_THROW(Seq2Seq(options, rng), std::invalid_argument);
  }
  const Seq2Seq model(tiny(Context::attention, DecoderKind::gru), rng);
  EXPECT_THROW(model.decoder(nn::pad({{4, 99}})), std::invalid_argument);
  EXPECT_THROW(model.decoder(nn::pad({{4}})).step(Indices({1, 1}, {8})),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
