// Whole training steps of the translator with a Transformer.
#include "attention/transformer_seq2seq.h"
#include "tests/bench/training.h"

namespace bench {
namespace {

struct Size {
  int batch, time, words, width, heads, layers, feed_forward;
};

Run training_step(const Size& size) {
  attention::TransformerSeq2SeqOptions options;
  options.source_words = options.target_words = size.words;
  options.stack.width = size.width;
  options.stack.heads = size.heads;
  options.stack.feed_forward = size.feed_forward;
  options.stack.encoder_layers = options.stack.decoder_layers = size.layers;
  options.stack.final_norm = true;
  options.stack.dropout = Real(0.1);
  options.stack.weight_dropout = options.stack.hidden_dropout = Real(0.1);
  Rng rng(1);
  using Model = attention::TransformerSeq2Seq;
  const auto model = std::make_shared<Model>(options, rng);
  const nn::Batch batch =
      random_batch(size.batch, size.words, size.words, size.time, rng);
  const auto loss = [batch, rng](const Model& m) mutable {
    return m.loss(batch, 0, &rng);
  };
  return training(model, loss);
}

// Weights of all matrices: four of each attention, two of each feed-forward
// part, and the embeddings, which are the output's too.
double matrices(const Size& s) {
  const double W = s.width;
  return s.layers * (12 * W * W + 4 * W * s.feed_forward) + W * s.words;
}

// Multiply-adds of the forward pass of a pair, as long on both sides. A pair of
// positions meets every matrix once, and twice every position that one of its
// three attentions reads: for its score and for its value.
double multiply_adds(const Size& s) {
  const double W = s.width, T = s.time;
  const double reads = 2 * T * W + 2 * T * W + (T + 1) * W;
  return T * (matrices(s) + s.layers * reads);
}

void add(Cases& cases, const std::string& name, const Size& size, Goal goal) {
  cases.push_back({.name = "transformer_train_" + name,
                   .setup = [=] { return training_step(size); },
                   .goal = goal,
                   .flops = 3 * 2 * size.batch * multiply_adds(size),
                   .bytes = matrices(size) * bytes_a_weight,
                   .in_turn = true});
}

}  // namespace

Cases transformer_cases() {
  Cases cases;
  add(cases, "tiny", {16, 10, 100, 64, 2, 2, 256}, {3.5, 5});
  add(cases, "small", {32, 32, 8000, 256, 4, 3, 1024}, {1.25, 1.7});
  add(cases, "base", {8, 64, 8000, 512, 8, 6, 2048}, {1.15, 1.5});
  return cases;
}

}  // namespace bench
