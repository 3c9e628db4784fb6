// Whole training steps of the translator with Bahdanau's attention.
#include "attention/seq2seq.h"

#include <memory>

#include "nn/clip.h"
#include "nn/optimizer.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

struct Size {
  int batch, width, source_words, target_words, time;
};

// A model, a batch of random words as long as each other, and a step: loss,
// gradients, clipping, Adam.
struct Training {
  attention::Seq2Seq model;
  nn::Adam adam;
  nn::Batch batch;

  Training(const Size& size, Rng& rng)
      : model({.source_words = size.source_words,
               .target_words = size.target_words,
               .embedding = size.width,
               .hidden = size.width,
               .score = size.width},
              rng),
        adam(model.parameters()) {
    std::vector<nn::EncodedPair> pairs;
    std::vector<int> items;
    for (int i = 0; i < size.batch; ++i) {
      const auto source = words(size.source_words, size.time, rng);
      const auto target = words(size.target_words, size.time - 1, rng);
      pairs.push_back({source, target});  // </s> makes it `time`
      items.push_back(i);
    }
    batch = nn::make_batch(pairs, items);
  }

  static std::vector<int> words(int vocabulary, int count, Rng& rng) {
    constexpr int special = nn::Vocab::end + 1;
    std::vector<int> ids;
    for (int i = 0; i < count; ++i)
      ids.push_back(special + rng.below(vocabulary - special));
    return ids;
  }

  void step() {
    const nn::Parameters parameters = model.parameters();
    nn::zero_grad(parameters);
    model.loss(batch, 0, nullptr).backward();
    adam.step(nn::clip_factor(nn::gradient_norm(parameters), 1));
  }
};

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
                   .setup = [=]() -> Run {
                     Rng rng(1);
                     auto training = std::make_shared<Training>(size, rng);
                     return [training] { training->step(); };
                   },
                   .goal = goal,
                   .flops = 3 * 2 * multiply_adds(size),
                   .bytes = least_bytes(size)});
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
                       Rng rng(1);
                       Training training({1, 16, 7, 7, 4}, rng);
                       for (int i = 0; i < 500; ++i) training.step();
                     };
                   }});
  return cases;
}

}  // namespace bench
