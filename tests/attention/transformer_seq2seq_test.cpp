#include "attention/transformer_seq2seq.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/graph.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::slice;
using nn::Indices;

TransformerSeq2SeqOptions tiny() {
  TransformerSeq2SeqOptions o;
  o.source_words = 7;
  o.target_words = 8;
  o.stack.width = 8;
  o.stack.heads = 2;
  o.stack.feed_forward = 12;
  o.stack.encoder_layers = 2;
  o.stack.decoder_layers = 2;
  o.stack.dropout = 0;
  o.stack.longest = 20;
  return o;
}

const std::vector<PositionKind> positions = {
    PositionKind::none,   PositionKind::sinusoidal, PositionKind::learned,
    PositionKind::rotary, PositionKind::alibi,      PositionKind::relative};

std::vector<TransformerSeq2SeqOptions> every_kind() {
  std::vector<TransformerSeq2SeqOptions> all;
  for (const PositionKind kind : positions)
    for (const bool other : {false, true}) {
      TransformerSeq2SeqOptions o = tiny();
      o.stack.position = kind;
      o.tie = !other;
      o.share = other;
      if (other) o.source_words = o.target_words;
      o.stack.norm_first = other;
      o.stack.rms_norm = other;
      o.stack.bias = !other;
      if (other) o.stack.activation = nn::Activation::swiglu;
      if (other) o.stack.shared_heads = 1;
      all.push_back(o);
    }
  return all;
}

std::string name_of(const TransformerSeq2SeqOptions& o) {
  return autograd::text("position ", static_cast<int>(o.stack.position),
                        " pre-norm ", o.stack.norm_first);
}

const std::vector<nn::EncodedPair> pairs = {{{4, 5, 6, 4}, {4, 5}},
                                            {{6, 5}, {7, 6, 5, 4}},
                                            {{5}, {6}},
                                            {{4, 4, 1, 5, 6, 6, 4}, {5, 1, 7}}};

nn::Batch batch_of(const std::vector<int>& items) {
  return nn::make_batch(pairs, items);
}

// The predictions of a decoder that is fed the given words of every sentence.
std::vector<nn::Prediction> fed(const TransformerSeq2Seq& model,
                                const nn::Batch& batch, HeadChoice shown = {}) {
  const nn::Decoder decoder = model.decoder(batch.source, shown);
  std::vector<nn::Prediction> predictions;
  const int B = batch.target_in.ids.shape()[0];
  for (int t = 0; t < batch.target_in.ids.shape()[1]; ++t) {
    const Indices now = batch.target_in.ids.step(t);
    predictions.push_back(
        decoder.step(Indices({B, 1}, {now.begin(), now.end()})));
  }
  return predictions;
}

void expect_near(const Tensor& got, const Tensor& wanted,
                 double tolerance = 1e-5) {
  ASSERT_EQ(got.shape(), wanted.shape());
  const auto a = got.values(), b = wanted.values();
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(double(a[i]), double(b[i]), tolerance) << i;
}

int likeliest(const Tensor& scores) {
  const auto values = scores.values();
  return static_cast<int>(std::max_element(values.begin(), values.end()) -
                          values.begin());
}

// The paper's base model over one vocabulary of 37,000.
TEST(TransformerSeq2Seq, CountsWhatItTrains) {
  TransformerSeq2SeqOptions paper;
  paper.source_words = paper.target_words = 37000;
  paper.share = true;
  EXPECT_EQ(parameter_count(paper), 63'082'496);
  Rng rng(1);
  for (const auto& o : every_kind())
    EXPECT_EQ(nn::parameter_count(TransformerSeq2Seq(o, rng).parameters()),
              parameter_count(o))
        << name_of(o);
}

TEST(TransformerSeq2Seq, IsALayer) {
  for (const auto& o : every_kind()) {
    SCOPED_TRACE(name_of(o));
    Rng rng(2);
    tests::check_layer(
        TransformerSeq2Seq(o, rng), [](const TransformerSeq2Seq& model) {
          return model.loss(batch_of({0, 1, 2, 3}), Real(0.1), nullptr);
        });
  }
}

// Section 3.4: the embedding enters times sqrt(W), and the same matrix scores
// the words. Without layers nothing else happens, but for the position.
TEST(TransformerSeq2Seq, ScalesAndTiesItsEmbeddings) {
  TransformerSeq2SeqOptions o = tiny();
  o.stack.decoder_layers = 0;
  o.stack.position = PositionKind::none;
  Rng rng(3);
  const TransformerSeq2Seq model(o, rng);
  const auto source = model.encode(nn::pad({{4}}), nullptr);
  const Tensor table = model.target_embedding.weight;
  const Tensor scores = model.logits(source, Indices({1, 1}, {5}), nullptr);
  const Tensor row = slice(table, 0, 5, 6) * std::sqrt(Real(8));
  expect_near(reshape(scores, {8}),
              reshape(matmul(row, transpose(table)), {8}));
  const Real deviation = std::sqrt(variance(table).item());
  EXPECT_NEAR(deviation, 1 / std::sqrt(8.), 0.1);
}

// Step by step with caches, or all at once without: the same scores, and the
// same word.
TEST(TransformerSeq2Seq, DecodesAsItIsTaught) {
  for (const auto& o : every_kind()) {
    SCOPED_TRACE(name_of(o));
    Rng rng(4);
    const TransformerSeq2Seq model(o, rng);
    const nn::Batch batch = batch_of({1, 3, 2});
    const Tensor taught = model.logits(model.encode(batch.source, nullptr),
                                       batch.target_in.ids, nullptr);
    const Tensor expected = autograd::log_softmax(taught);
    const auto decoded = fed(model, batch);
    for (int t = 0; t < taught.size(1); ++t) {
      const Tensor& got =
          decoded[static_cast<std::size_t>(t)].log_probabilities;
      expect_near(got, slice(expected, 1, t, t + 1));
      for (int b = 0; b < 3; ++b)
        EXPECT_EQ(likeliest(slice(got, 0, b, b + 1)),
                  likeliest(slice(slice(expected, 0, b, b + 1), 1, t, t + 1)));
    }
  }
}

// The loss is the mean over words and end marks of -log p, which `forced` sums.
TEST(TransformerSeq2Seq, LossIsTheMeanOfWhatForcedFinds) {
  for (const auto& o : every_kind()) {
    Rng rng(5);
    const TransformerSeq2Seq model(o, rng);
    const nn::Batch batch = batch_of({0, 1, 3});
    const auto sentences =
        nn::forced(model.decoder(batch.source),
                   {pairs[0].target, pairs[1].target, pairs[3].target});
    double sum = 0;
    for (const nn::Hypothesis& h : sentences) sum -= double(h.log_probability);
    EXPECT_NEAR(double(model.loss(batch, 0, nullptr).item()), sum / 12, 1e-5)
        << name_of(o);
  }
}

TEST(TransformerSeq2Seq, SeesNeitherPaddingNorBatchMates) {
  for (auto o : every_kind()) {
    SCOPED_TRACE(name_of(o));
    o.stack.width = 24;
    Rng rng(6);
    const TransformerSeq2Seq model(o, rng);
    const auto together = fed(model, batch_of({0, 1, 2, 3}));
    for (int i = 0; i < 4; ++i) {
      const nn::Batch batch = batch_of({i});
      const auto alone = fed(model, batch);
      const int S = batch.source.lengths[0];
      for (std::size_t t = 0; t < alone.size(); ++t) {
        tests::expect_same(
            slice(together[t].log_probabilities, 0, i, i + 1).values(),
            alone[t].log_probabilities.values());
        const Tensor weights = slice(together[t].weights, 0, i, i + 1);
        tests::expect_same(slice(weights, 2, 0, S).values(),
                           alone[t].weights.values());
        for (Real w : slice(weights, 2, S, weights.size(2)).values())
          EXPECT_EQ(w, 0) << "attends to padding";
      }
    }
  }
}

// Later words change no bit of what was said before, taught or decoded.
TEST(TransformerSeq2Seq, SeesNoFuture) {
  for (const auto& o : every_kind()) {
    SCOPED_TRACE(name_of(o));
    Rng rng(7);
    const TransformerSeq2Seq model(o, rng);
    const auto source = model.encode(nn::pad({{4, 5, 6}}), nullptr);
    auto logits = [&](const std::vector<int>& words) {
      return model.logits(
          source, Indices({1, static_cast<int>(words.size())}, words), nullptr);
    };
    const Tensor one = logits({2, 4, 5, 6, 7, 4}),
                 other = logits({2, 4, 5, 1, 1, 7});
    tests::expect_same(slice(one, 1, 0, 3).values(),
                       slice(other, 1, 0, 3).values());
    EXPECT_NE(slice(one, 1, 3, 4).values(), slice(other, 1, 3, 4).values());
    tests::expect_same(logits({2, 4, 5}).values(),
                       slice(one, 1, 0, 3).values());
  }
}

// Hypotheses of a beam have caches of their own, in the order asked for.
TEST(TransformerSeq2Seq, ReordersHypotheses) {
  for (const auto& o : every_kind()) {
    SCOPED_TRACE(name_of(o));
    Rng rng(8);
    const TransformerSeq2Seq model(o, rng);
    const nn::Padded source = nn::pad({{4, 5, 6}});
    auto last = [&](const std::vector<int>& words) {
      const nn::Decoder decoder = model.decoder(source);
      nn::Prediction prediction;
      for (int word : words) prediction = decoder.step(Indices({1, 1}, {word}));
      return prediction;
    };
    const nn::Decoder decoder = model.decoder(source);
    decoder.step(Indices({1, 1}, {2}));
    decoder.reorder(Indices({1, 3}, {0, 0, 0}));
    decoder.step(Indices({1, 3}, {4, 5, 6}));
    decoder.reorder(Indices({1, 2}, {2, 0}));
    const nn::Prediction got = decoder.step(Indices({1, 2}, {7, 5}));
    for (int i : {0, 1}) {
      const auto wanted = i == 0 ? last({2, 6, 7}) : last({2, 4, 5});
      tests::expect_same(slice(got.log_probabilities, 1, i, i + 1).values(),
                         wanted.log_probabilities.values());
      tests::expect_same(slice(got.weights, 1, i, i + 1).values(),
                         wanted.weights.values());
    }
  }
}

// What a decoder shows is what the taught pass reads: of one head, or the mean.
TEST(TransformerSeq2Seq, ShowsTheHeadThatIsChosen) {
  Rng rng(9);
  const TransformerSeq2Seq model(tiny(), rng);
  const nn::Batch batch = batch_of({0, 3});
  const auto all = model.cross_weights(batch);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].shape(), (nn::Shape{2, 2, 4, 7}));
  for (int layer : {-1, 0, 1})
    for (int head : {-1, 0, 1}) {
      const HeadChoice choice{.layer = layer, .head = head};
      const Tensor wanted = head_of(
          choice, all[static_cast<std::size_t>(layer_of(choice, 2, 2))]);
      const auto decoded = fed(model, batch, choice);
      for (int t = 0; t < 4; ++t)
        expect_near(decoded[static_cast<std::size_t>(t)].weights,
                    slice(wanted, 1, t, t + 1), 1e-6);
    }
}

TEST(TransformerSeq2Seq, BeamOfOneIsGreedy) {
  for (const auto& o : every_kind()) {
    Rng rng(10);
    const TransformerSeq2Seq model(o, rng);
    for (const auto& pair : pairs) {
      const nn::Padded source = nn::pad({pair.source});
      const auto greedy = nn::greedy(model.decoder(source), {8});
      const auto one = nn::beam_search(model.decoder(source), 8, {});
      const auto four = nn::beam_search(model.decoder(source), 8, {.beam = 4});
      EXPECT_EQ(one[0].tokens, greedy[0].tokens);
      EXPECT_EQ(one[0].log_probability, greedy[0].log_probability);
      EXPECT_LE(four.size(), 20u);
    }
  }
}

TEST(TransformerSeq2Seq, DropsOutOnlyInTraining) {
  TransformerSeq2SeqOptions o = tiny();
  Rng init(11), again(11);
  const TransformerSeq2Seq plain(o, init);
  o.stack.dropout = Real(0.5);
  const TransformerSeq2Seq model(o, again);
  auto loss = [&](const TransformerSeq2Seq& m, Rng* training) {
    return m.loss(batch_of({0, 1}), 0, training).item();
  };
  EXPECT_EQ(loss(model, nullptr), loss(plain, nullptr));
  Rng first(1), same(1), other(2);
  const Real once = loss(model, &first);
  EXPECT_EQ(loss(model, &same), once);
  EXPECT_NE(loss(model, &other), once);
  EXPECT_NE(once, loss(model, nullptr));
}

TEST(TransformerSeq2Seq, RefusesWhatMakesNoSense) {
  Rng rng(1);
  using Change = void (*)(TransformerSeq2SeqOptions&);
  for (Change change : std::vector<Change>{
           [](auto& o) { o.source_words = 0; },
           [](auto& o) { o.target_words = -1; },
           [](auto& o) { o.share = true; },  // 7 words are not 8
           [](auto& o) { o.stack.width = 0; },
           [](auto& o) { o.stack.width = 9; }}) {
    TransformerSeq2SeqOptions o = tiny();
    change(o);
    EXPECT_THROW(TransformerSeq2Seq(o, rng), std::invalid_argument);
  }
  TransformerSeq2SeqOptions o = tiny();
  o.stack.position = PositionKind::learned;
  o.stack.longest = 3;
  const TransformerSeq2Seq model(o, rng);
  EXPECT_THROW(model.decoder(nn::pad({{4, 99}})), std::invalid_argument);
  EXPECT_THROW(model.decoder(nn::pad({{4, 4, 4, 4}})), std::invalid_argument)
      << "longer than the table";
  EXPECT_THROW(model.decoder(nn::pad({{4}}), {.layer = 2}),
               std::invalid_argument);
  EXPECT_THROW(model.decoder(nn::pad({{4}})).step(Indices({1, 1}, {8})),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
