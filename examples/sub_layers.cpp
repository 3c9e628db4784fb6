// Where does the norm of a sub-layer belong, and does it matter in which order
// a decoder has its sub-layers? Small Transformers, shallow and deep, with the
// norm behind each sub-layer or before it, with and without warming up.
#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace attention;
using nn::section;

namespace {

struct Settings {
  int seeds = 3, steps = 500;
  std::uint64_t seed = 1;
  bool replay = false;
};

// A way to build and to train.
struct Way {
  std::string name;
  bool norm_first = false, warm_up = true, cross_last = false;
};
const std::vector<Way> ways = {{"post-norm", false, false},
                               {"post-norm, warmed up", false, true},
                               {"pre-norm", true, false},
                               {"pre-norm, warmed up", true, true}};
const std::vector<Way> orders = {
    {"self, cross, feed-forward", true, true},
    {"self, feed-forward, cross", true, true, true}};
const std::vector<int> depths = {1, 4, 10};

struct Data {
  std::vector<nn::Pair> train, held_out;
};

Translator fresh(const Way& way, int layers, const Data& data,
                 std::uint64_t seed) {
  TransformerSeq2SeqOptions options;
  options.stack.width = 32;
  options.stack.heads = 4;
  options.stack.feed_forward = 64;
  options.stack.encoder_layers = options.stack.decoder_layers = layers;
  options.stack.norm_first = way.norm_first;
  options.stack.cross_last = way.cross_last;
  options.stack.dropout = 0;
  Rng rng(seed);
  return Translator(data.train, 1, options, rng);
}

// The norm of a loss's gradient in the weights of one layer.
double gradient_norm(const nn::Parameters& parameters,
                     const std::string& layer) {
  double squares = 0;
  for (const auto& [name, tensor] : parameters)
    if (name.starts_with(layer) && tensor.has_grad())
      for (const Real g : tensor.grad().values()) squares += double(g) * g;
  return std::sqrt(squares);
}

// Before the first step: do all layers hear of the loss alike?
void print_gradients(const Settings& s, const Data& data) {
  section("gradient of each decoder layer before training");
  for (const Way& way : {ways[0], ways[2]}) {
    const int layers = depths.back();
    const Translator translator = fresh(way, layers, data, s.seed);
    const auto encoded = translator.encode(data.train);
    const nn::Parameters parameters = translator.parameters();
    nn::zero_grad(parameters);
    translator.loss(nn::Batches(encoded, 32)[0], 0, nullptr).backward();
    std::cout << way.name << std::string(11 - way.name.size(), ' ');
    for (int i = 0; i < layers; ++i)
      std::cout << ' '
                << nn::fixed(
                       gradient_norm(parameters,
                                     autograd::text("decoder.layers.", i, '.')),
                       2);
    std::cout << '\n';
  }
}

double learn(const Way& way, int layers, const Data& data, std::uint64_t seed,
             const Settings& s) {
  Translator translator = fresh(way, layers, data, seed);
  TrainingOptions training = brief_training(s.steps, seed);
  training.adam.learning_rate = 0.003;
  training.loop.schedule = nn::CosineSchedule{
      .total = s.steps, .warmup = way.warm_up ? s.steps / 4 : 0};
  if (s.replay) replay(training, 2);
  teach(translator, data.train, training);
  return s.replay ? 0 : translator.evaluate(data.held_out).token_accuracy;
}

void compare(const std::string& title, const std::vector<Way>& ways,
             const std::vector<int>& depths, const Data& data,
             const Settings& s) {
  if (!s.replay) {
    section(title);
    std::cout << "layers on each side       ";
    for (const int layers : depths)
      std::cout << nn::fixed(layers, 0)
                << std::string(layers < 10 ? 10 : 9, ' ');
    std::cout << '\n';
  }
  for (const Way& way : ways) {
    if (!s.replay)
      std::cout << way.name << std::string(26 - way.name.size(), ' ');
    for (const int layers : depths) {
      std::vector<double> scores;
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        scores.push_back(
            learn(way, layers, data, s.seed + std::uint64_t(i), s));
      const nn::Spread spread = nn::spread_of(scores);
      if (!s.replay)
        std::cout << nn::fixed(spread.mean, 2) << ' '
                  << nn::fixed(spread.error, 2).substr(1) << "   "
                  << std::flush;
    }
    if (!s.replay) std::cout << '\n';
  }
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 4)
    throw nn::UsageError("--seeds wants 1 or more, --steps 4");
  autograd::set_threads(1);  // small models: a second thread only waits
  Rng rng(s.seed);
  const auto split = nn::Grammar::english_chinese().corpus(
      rng, 4000, 200, {.min = 3, .max = 8});
  const Data data{split.train, split.held_out};
  if (!s.replay) print_gradients(s, data);
  compare("words in their place", ways, depths, data, s);
  compare("order of the decoder's sub-layers", orders, {2}, data, s);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Trains Transformers with norms and sub-layers in other "
                  "places.");
  flags.add("steps", &s.steps, "of each training, of 32 sentences each");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
