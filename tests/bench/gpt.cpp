// Training steps and decoding of GPTs.
#include "attention/gpt.h"

#include "nn/decode.h"
#include "tests/bench/training.h"

namespace bench {
namespace {

struct Size {
  int words, width, heads, layers, context;
  Real dropout = 0;
};

// In the shape of GPT-2 (Radford et al. 2019).
std::shared_ptr<attention::Gpt> make_gpt(const Size& size, Rng& rng) {
  attention::GptOptions options;
  options.words = size.words;
  options.width = size.width;
  options.heads = size.heads;
  options.layers = size.layers;
  options.context = size.context;
  options.feed_forward = 4 * size.width;
  options.dropout = size.dropout;
  return std::make_shared<attention::Gpt>(options, rng);
}

Run training_step(const Size& size, int batch) {
  Rng rng(1);
  const auto model = make_gpt(size, rng);
  const auto ids = random_tokens(size.words, batch, size.context, rng);
  const auto targets = random_tokens(size.words, batch, size.context, rng);
  return training(model, [=](const attention::Gpt& m) mutable {
    return m.loss(ids, targets, &rng);
  });
}

// New tokens after one, each the likeliest, as many as the context holds.
Run decoding(const Size& size) {
  Rng rng(1);
  const auto model = make_gpt(size, rng);
  return [=] {
    nn::DecodeOptions options;
    options.end = -1;  // none ends it
    // One step more than tokens: the last would take the end mark only.
    nn::greedy(model->decoder({{options.start}}), {size.context - 1}, options);
  };
}

// Weights that every token meets: of the blocks, and of the output.
double matrices(const Size& s) {
  const double W = s.width;
  return s.layers * 12 * W * W + W * s.words;
}

void add_training(Cases& cases, const std::string& name, const Size& s,
                  int batch, Goal goal) {
  // A position reads those before it, for a score and for a value.
  const double T = s.context, reads = s.layers * (T + 1) * s.width;
  cases.push_back({.name = "gpt_train_" + name,
                   .setup = [=] { return training_step(s, batch); },
                   .goal = goal,
                   .flops = 3 * 2 * batch * T * (matrices(s) + reads),
                   .bytes = matrices(s) * bytes_a_weight,
                   .in_turn = true});
}

// Where no cache holds the model, each token reads it all, and the keys and
// values of those before.
void add_decoding(Cases& cases, const std::string& name, const Size& s,
                  Goal goal) {
  const double T = s.context, cached = s.layers * (T + 1) * s.width;
  cases.push_back({.name = "gpt_decode_" + name,
                   .setup = [=] { return decoding(s); },
                   .goal = goal,
                   .flops = 2 * T * (matrices(s) + cached),
                   .reads = T * (matrices(s) + cached) * sizeof(Real)});
}

}  // namespace

Cases gpt_cases() {
  constexpr int tokens = 128;
  Cases cases;
  add_training(cases, "char", {65, 384, 6, 6, 256, Real(0.2)}, 4, {1.3, 1.7});
  add_training(cases, "124M", {50257, 768, 12, 12, 64}, 4, {1.05, 1.3});
  add_decoding(cases, "d256", {8000, 256, 4, 6, tokens}, {3, 6});
  add_decoding(cases, "124M", {50257, 768, 12, 12, tokens}, {1.6, 1.7});
  return cases;
}

}  // namespace bench
