// Whole training steps of the translator with Bahdanau's attention.
#include "attention/seq2seq.h"

#include "tests/bench/training.h"

namespace bench {
namespace {

struct Size {
  int batch, width, source_words, target_words, time;
};

Run training_step(const Size& size) {
  Rng rng(1);
  const auto model = std::make_shared<attention::Seq2Seq>(
      attention::Seq2SeqOptions{.source_words = size.source_words,
                                .target_words = size.target_words,
                                .embedding = size.width,
                                .hidden = size.width,
                                .score = {.width = size.width}},
      rng);
  const nn::Batch batch = random_batch(size.batch, size.source_words,
                                       size.target_words, size.time, rng);
  const auto loss = [batch](const attention::Seq2Seq& m) {
    return m.loss(batch, 0, nullptr);
  };
  return training(model, loss, 1);
}

// Multiply-adds of the forward pass: encoder, keys, bridge; then at each step
// the cell, the query, the score, the context; then readout and output.
double multiply_adds(const Size& s) {
  const double H = s.width, C = 2 * H, S = s.time, T = s.time;
  const double encoder = S * 2 * 3 * H * (H + H) + S * C * H + H * H;
  const double step = 3 * H * (H + C + H) + H * H + S * H + S * C;
  const double output = (H + C + H) * H + H * s.target_words;
  return s.batch * (encoder + T * (step + output));
}

// What a step must read and write where no cache holds the model: a matrix is
// read forward and back, its gradient written and read for the norm; Adam reads
// four numbers and writes three, of embeddings, whose gradients are nearly all
// known to be zero, six in all.
double least_bytes(const Size& s) {
  const double H = s.width;
  const double embeddings = (s.source_words + s.target_words) * H;
  const double encoder = 2 * 3 * H * (H + H) + H * H, score = 3 * H * H,
               cell = 3 * H * 4 * H, output = 4 * H * H + H * s.target_words;
  const double matrices = encoder + score + cell + output;
  return (6 * embeddings + 11 * matrices) * sizeof(Real);
}

void add(Cases& cases, const std::string& name, const Size& size, Goal goal) {
  cases.push_back({.name = "bahdanau_train_" + name,
                   .setup = [=] { return training_step(size); },
                   .goal = goal,
                   .flops = 3 * 2 * multiply_adds(size),
                   .bytes = least_bytes(size),
                   .in_turn = true});
}

}  // namespace

Cases seq2seq_cases() {
  Cases cases;
  add(cases, "b64", {64, 256, 5000, 8000, 20}, {1.15, 1.6});
  add(cases, "b1", {1, 256, 5000, 8000, 20}, {3.5, 7});
  add(cases, "small", {32, 64, 500, 500, 20}, {2.5, 2.5});
  add(cases, "tiny", {16, 16, 20, 20, 4}, {20, 20});
  // Tom chase Jerry, by itself; what process_cases starts.
  cases.push_back({.name = "tom_steps", .setup = []() -> Run {
                     return [] {
                       const Run step = training_step({1, 16, 7, 7, 4});
                       for (int i = 0; i < 500; ++i) step();
                     };
                   }});
  return cases;
}

}  // namespace bench
