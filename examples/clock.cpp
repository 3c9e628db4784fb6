// How long does attention take? The layers of cost.cpp, timed on this machine.
#include "attention/gpt.h"
#include "attention/seq2seq.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/stopwatch.h"

using namespace attention;
using nn::milliseconds;
using nn::section;

namespace {

constexpr int width = 256;

struct Settings {
  double seconds = 0.5;
  std::uint64_t seed = 1;
  bool replay = false;
};

std::string column(const std::string& text) {
  return std::string(text.size() < 9 ? 9 - text.size() : 0, ' ') + text;
}

void line(const std::string& name, const std::vector<double>& values) {
  std::cout << name << std::string(20 - name.size(), ' ');
  for (const double value : values)
    std::cout << column(nn::significant(value, 2 + (value >= 100)));
  std::cout << '\n';
}

// 32 sentences of so many words, and their translations.
nn::Batch sentences(int length, Rng& rng) {
  std::vector<nn::EncodedPair> pairs(32);
  for (nn::EncodedPair& pair : pairs)
    for (auto* side : {&pair.source, &pair.target})
      for (int i = 0; i < length; ++i)
        side->push_back(4 + static_cast<int>(rng.bits() % 900));
  std::vector<int> items(32);
  for (int i = 0; i < 32; ++i) items[i] = i;
  return nn::make_batch(pairs, items);
}

Seq2Seq recurrent(Context context, Rng& rng) {
  Seq2SeqOptions options;
  options.source_words = options.target_words = 1000;
  options.embedding = options.hidden = options.score.width = width / 2;
  options.context = context;
  return Seq2Seq(options, rng);
}

// A training step of the models of chapters 6 and 7.
void time_translation(const Settings& s) {
  section("training step");
  std::cout << "words                      10       20       40       80\n";
  std::vector<double> without, with, share;
  for (const int length : {10, 20, 40, 80}) {
    Rng rng(s.seed);
    const nn::Batch batch = sentences(length, rng);
    const auto step = [&](const Seq2Seq& model) {
      nn::zero_grad(model.parameters());
      model.loss(batch, 0, nullptr).backward();
    };
    const Seq2Seq plain = recurrent(Context::every_step, rng);
    const Seq2Seq attending = recurrent(Context::attention, rng);
    without.push_back(milliseconds(s.seconds, [&] { step(plain); }));
    with.push_back(milliseconds(s.seconds, [&] { step(attending); }));
    share.push_back(100 * (with.back() - without.back()) / with.back());
  }
  line("one context, ms", without);
  line("attention, ms", with);
  line("difference, %", share);
}

void time_layers(const Settings& s) {
  const int all = autograd::threads();
  for (const bool every : {false, true}) {
    autograd::set_threads(every ? all : 1);
    section(every ? "layers, all threads" : "layers, one thread");
    std::cout << "words                      64      128      256      512"
                 "     1024     2048\n";
    std::vector<double> asking, remembering;
    for (int n = 64; n <= 2048; n *= 2) {
      Rng rng(s.seed);
      const MultiHeadAttention attention({.width = width, .heads = 4}, rng);
      const nn::Gru gru({.input = width, .hidden = width}, rng);
      const Tensor x = Tensor::uniform({1, n, width}, -1, 1, rng);
      asking.push_back(
          milliseconds(s.seconds, [&] { attention(x, {}, nullptr); }));
      remembering.push_back(milliseconds(s.seconds, [&] { gru(x); }));
    }
    line("self-attention, ms", asking);
    line("GRU, ms", remembering);
  }
  autograd::set_threads(all);
}

void time_weights(const Settings& s) {
  section("weights kept or streamed");
  std::cout << "words                     256      512     1024     2048\n";
  std::vector<double> kept, streamed;
  for (const int n : {256, 512, 1024, 2048}) {
    Rng rng(s.seed);
    const MultiHeadAttention layer({.width = width, .heads = 4}, rng);
    const Tensor x = Tensor::uniform({1, n, width}, -1, 1, rng);
    const Mask mask = Mask::causal(n);
    kept.push_back(milliseconds(s.seconds, [&] {
      layer.with_weights(x, layer.project(x, x), mask, nullptr);
    }));
    streamed.push_back(
        milliseconds(s.seconds, [&] { layer(x, mask, nullptr); }));
  }
  line("kept, ms", kept);
  line("streamed, ms", streamed);
}

GptOptions small() {
  GptOptions options;
  options.words = 1000;
  options.width = width;
  options.layers = 4;
  options.context = 520;
  return options;
}

void time_decoding(const Settings& s) {
  section("decoding");
  Rng rng(s.seed);
  const Gpt gpt(small(), rng);
  std::cout << "word number                16       64      256      512\n";
  std::vector<double> with, without;
  for (const int n : {16, 64, 256, 512}) {
    const std::vector<int> words(n, 1);
    const std::vector<int> before(n - 1, 1);
    without.push_back(milliseconds(s.seconds, [&] {
      const Tensor states = gpt.states(nn::Indices({1, n}, words), nullptr);
      gpt.read_out(autograd::slice(states, 1, n - 1, n));
    }));
    // One word more, and the cache forgets it again.
    std::vector<Cache> caches;
    gpt.logits(nn::Indices({1, n - 1}, before), nullptr, &caches);
    with.push_back(milliseconds(s.seconds, [&] {
      gpt.logits(nn::Indices({1, 1}, {1}), nullptr, &caches);
      for (Cache& cache : caches) cache.length = n - 1;
    }));
  }
  line("with a cache, ms", with);
  line("from the start, ms", without);
}

// The bits of what is timed: losses and layers.
void replay(const Settings& s) {
  for (int n = 1; n <= 10; ++n) {
    Rng rng(s.seed);
    const nn::Batch batch = sentences(n, rng);
    const Seq2Seq model = recurrent(Context::attention, rng);
    std::cout << nn::bits(float(model.loss(batch, 0, nullptr).item())) << '\n';
    const MultiHeadAttention layer({.width = width, .heads = 4}, rng);
    const Tensor x = Tensor::uniform({1, 7 * n, width}, -1, 1, rng);
    std::cout << nn::bits(layer(x, Mask::causal(7 * n), nullptr)) << '\n';
  }
}

void run(const Settings& s) {
  if (!(s.seconds >= 0 && s.seconds <= 60))
    throw nn::UsageError("--seconds wants 0 to 60");
  if (s.replay) return replay(s);
  time_translation(s);
  const autograd::NoGrad no_grad;
  time_layers(s);
  time_weights(s);
  time_decoding(s);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]", "How long attention takes on this machine.");
  flags.add("seconds", &s.seconds, "of each measurement, about");
  flags.add("seed", &s.seed, "of the numbers");
  flags.add("replay", &s.replay, "print the bits of what is timed only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
