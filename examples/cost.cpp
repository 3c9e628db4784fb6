// What does attention cost? Multiply-adds, counted while the layers run, and
// bytes; how long they take is for clock.cpp.
#include "attention/gpt.h"
#include "attention/seq2seq.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace attention;
using autograd::Counter;
using nn::section;

namespace {

constexpr int width = 256, words = 8000;

// Multiply-adds of what `run` does.
template <class F>
std::int64_t count(const F& run) {
  const Counter counter;
  run();
  return counter.total().multiply_adds;
}

std::string column(const std::string& text, std::size_t size = 9) {
  return std::string(text.size() < size ? size - text.size() : 0, ' ') + text;
}

std::string millions(std::int64_t n) {
  return column(nn::fixed(static_cast<double>(n) / 1e6, 2));
}

void print_millions(const char* name, const std::vector<std::int64_t>& all) {
  std::cout << name;
  for (const std::int64_t n : all) std::cout << millions(n);
  std::cout << '\n';
}

std::string percent(double share) {
  return column(nn::fixed(100 * share, 1) + '%');
}

// The multiply-adds of translating one sentence of so many words into as many.
struct Translating {
  std::int64_t encoder, keys, attention, decoder, output;

  std::int64_t reading() const { return keys + attention; }
  std::int64_t network() const { return encoder + reading() + decoder; }
  std::int64_t all() const { return network() + output; }
};

template <class Score>
Translating translating(const Attention<Score>& attend, int length, Rng& rng) {
  const nn::Lstm encoder({.input = width, .hidden = width}, rng);
  const nn::Lstm decoder({.input = 2 * width, .hidden = width}, rng);
  const nn::Linear output(width, words, rng);
  const Tensor x = Tensor::uniform({1, length, width}, -1, 1, rng);
  Translating found;
  Tensor h;
  Memory memory;
  found.encoder = count([&] { h = encoder(x).outputs; });
  found.keys = count([&] { memory = attend.prepare(h, h); });
  // All queries at once: the same work as one at a time.
  found.attention = count([&] { attend(h, memory); });
  found.decoder = count([&] { decoder(autograd::concat({x, h}, -1)); });
  found.output = count([&] { output(h); });
  return found;
}

Translating with_dot(int length) {
  Rng rng(1);
  return translating(Attention(DotScore()), length, rng);
}

Translating with_additive(int length) {
  Rng rng(1);
  const AdditiveScore score({.query = width, .key = width, .width = width},
                            rng);
  return translating(BahdanauAttention(score), length, rng);
}

void print_sentence() {
  section("one sentence");
  const Translating dot = with_dot(20), additive = with_additive(20);
  std::cout << "millions          dot additive\n";
  print_millions("encoder     ", {dot.encoder, additive.encoder});
  print_millions("attention   ", {dot.reading(), additive.reading()});
  print_millions("decoder     ", {dot.decoder, additive.decoder});
  print_millions("output      ", {dot.output, additive.output});
  print_millions("all         ", {dot.all(), additive.all()});
  std::cout << "attention's " << percent(1. * dot.reading() / dot.all())
            << percent(1. * additive.reading() / additive.all()) << '\n';
  const std::int64_t n = 20, d = width;
  nn::claim(dot.reading() == 2 * n * n * d,
            "dot scores and their contexts take 2 m t d");
  nn::claim(additive.reading() == 2 * n * d * d + 2 * n * n * d,
            "additive ones take (m + t) d^2 + 2 m t d");
  nn::claim(dot.encoder == 8 * n * d * d && dot.decoder == 12 * n * d * d,
            "the LSTMs take 8 m d^2 and 12 t d^2");
}

void print_lengths(const std::string& figures) {
  section("by length");
  std::cout << "words          5       20      100      500     1000\n";
  nn::Curve dots{.name = "dot", .x = {}, .y = {}};
  nn::Curve additives{.name = "additive", .x = {}, .y = {}};
  std::vector<Translating> dot, additive;
  for (const int n : {5, 20, 100, 500, 1000}) {
    dot.push_back(with_dot(n));
    additive.push_back(with_additive(n));
    dots.x.push_back(n);
    dots.y.push_back(1. * dot.back().reading() / dot.back().network());
    additives.x.push_back(n);
    additives.y.push_back(1. * additive.back().reading() /
                          additive.back().network());
  }
  const auto line = [](const char* name, const auto& all, bool output) {
    std::cout << name;
    for (const Translating& one : all)
      std::cout << percent(1. * one.reading() /
                           (output ? one.all() : one.network()));
    std::cout << '\n';
  };
  std::cout << "of all\n";
  line("  dot      ", dot, true);
  line("  additive ", additive, true);
  std::cout << "of all but the output\n";
  line("  dot      ", dot, false);
  line("  additive ", additive, false);
  if (figures.empty()) return;
  nn::Curves chart;
  chart.title = "Attention's share of the work of encoder and decoder";
  chart.x.name = "words, in and out";
  chart.x.logarithmic = true;
  chart.y.name = "share of multiply-adds";
  chart.y.from = 0;
  chart.curves = {dots, additives};
  nn::figure(figures, "attention_share.svg", nn::svg_curves(chart));
}

// A layer of n words: who asks everybody, and who remembers.
void print_layers(const std::string& figures) {
  section("layers");
  Rng rng(1);
  const MultiHeadAttention attention({.width = width, .heads = 4}, rng);
  const nn::Gru gru({.input = width, .hidden = width}, rng);
  std::cout << "words               64      128      256      512     1024\n";
  std::vector<std::int64_t> asked, remembered;
  for (const int n : {64, 128, 256, 512, 1024}) {
    const Tensor x = Tensor::uniform({1, n, width}, -1, 1, rng);
    asked.push_back(count([&] { attention(x, {}, nullptr); }));
    remembered.push_back(count([&] { gru(x); }));
    const std::int64_t d = width;
    if (asked.back() != 4 * n * d * d + 2 * n * n * d ||
        remembered.back() != 6 * n * d * d)
      throw std::runtime_error("the layers did other work than wanted");
  }
  print_millions("self-attention ", asked);
  print_millions("GRU            ", remembered);
  nn::claim(asked[1] < remembered[1] && asked[2] == remembered[2] &&
                asked[3] > remembered[3],
            "they take the same work where there are as many words as columns");
  if (figures.empty()) return;
  nn::Curves chart;
  chart.title = "Work of a self-attention layer and of a GRU, by length";
  chart.x.name = "words";
  chart.x.logarithmic = true;
  chart.y.name = "millions of multiply-adds";
  chart.y.logarithmic = true;
  nn::Curve one{.name = "self-attention", .x = {}, .y = {}};
  nn::Curve two{.name = "GRU", .x = {}, .y = {}};
  for (int i = 0; i < 5; ++i) {
    one.x.push_back(64 << i);
    one.y.push_back(static_cast<double>(asked[i]) / 1e6);
    two.x.push_back(64 << i);
    two.y.push_back(static_cast<double>(remembered[i]) / 1e6);
  }
  chart.curves = {one, two};
  nn::figure(figures, "layers.svg", nn::svg_curves(chart));
}

// Bytes of everything that a layer writes, with the weights and without.
void print_memory() {
  section("memory");
  Rng rng(1);
  const MultiHeadAttention layer({.width = width, .heads = 4}, rng);
  std::cout << "words                   256      512     1024     2048\n";
  std::vector<std::int64_t> shown, streamed;
  for (const int n : {256, 512, 1024, 2048}) {
    const Tensor x = Tensor::uniform({1, n, width}, -1, 1, rng);
    const Mask mask = Mask::causal(n);
    const auto bytes = [](const auto& run) {
      const Counter counter;
      run();
      return counter.total().bytes;
    };
    shown.push_back(bytes(
        [&] { layer.with_weights(x, layer.project(x, x), mask, nullptr); }));
    streamed.push_back(bytes([&] { layer(x, mask, nullptr); }));
  }
  const auto line = [](const char* name, const auto& all) {
    std::cout << name;
    for (const std::int64_t n : all)
      std::cout << column(nn::fixed(static_cast<double>(n) / (1 << 20), 1));
    std::cout << '\n';
  };
  line("MiB, weights kept  ", shown);
  line("MiB, streamed      ", streamed);
  nn::claim(shown[3] > 3 * shown[2] && streamed[3] == 2 * streamed[2],
            "twice the words: four times the bytes, or twice, if streamed");
}

// Writing n words, each after reading all before it.
void print_decoding() {
  section("decoding");
  Rng rng(1);
  GptOptions options;
  options.words = 100;
  options.width = 64;
  options.layers = 2;
  options.context = 260;
  const Gpt gpt(options, rng);
  std::cout << "words                 16       64      256\n";
  std::vector<std::int64_t> with, without;
  bool same = true;
  for (const int n : {16, 64, 256}) {
    std::vector<int> kept, read{1};
    with.push_back(count([&] {
      kept = nn::greedy(gpt.decoder({{1}}), {n}, {.end = -1})[0].tokens;
    }));
    without.push_back(count([&] {
      for (int i = 0; i < n; ++i) {
        const int length = static_cast<int>(read.size());
        const Tensor states =
            gpt.states(nn::Indices({1, length}, read), nullptr);
        const Tensor last = autograd::slice(states, 1, length - 1, length);
        const Tensor scores = gpt.read_out(last);
        const auto values = scores.values();
        read.push_back(static_cast<int>(
            std::max_element(values.begin(), values.end()) - values.begin()));
      }
    }));
    read.erase(read.begin());
    same = same && kept == read;
  }
  print_millions("with a cache   ", with);
  print_millions("from the start ", without);
  nn::claim(same, "both write the same words");
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Counts what attention costs.");
  flags.add("figures", &figures, "write the pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    const autograd::NoGrad no_grad;
    print_sentence();
    print_lengths(figures);
    print_layers(figures);
    print_memory();
    print_decoding();
  });
}
