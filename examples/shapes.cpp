// Windows on one block of numbers: shapes, strides, broadcasting, heads.
#include "autograd/counter.h"
#include "autograd/ops.h"
#include "nn/diagram.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace autograd;
using namespace nn;

namespace {

// B = 2 sentences of S = 3 words, each a vector of D = 4 numbers.
const Tensor sentences = reshape(Tensor::arange(24), {2, 3, 4});

void print_block() {
  section("block");
  std::cout << sentences << "\nshape " << sentences.shape() << "  strides "
            << sentences.strides() << '\n';
  const Strides& s = sentences.strides();
  std::cout << "sentence 1, word 2, number 3: place "
            << 1 * s[0] + 2 * s[1] + 3 * s[2] << ", value "
            << sentences.at({1, 2, 3}) << '\n';
}

void describe(const std::string& name, const Tensor& x) {
  std::cout << text(name, std::string(30 - name.size(), ' '), x.shape(),
                    "  strides ", x.strides(), "  offset ", x.offset(),
                    x.node() == sentences.node() ? "" : "  a copy")
            << '\n';
}

void print_windows() {
  section("windows");
  describe("x", sentences);
  describe("transpose(x, 1, 2)", transpose(sentences, 1, 2));
  describe("select(x, 0, 1)", select(sentences, 0, 1));
  describe("slice(x, 1, 0, 3, 2)", slice(sentences, 1, 0, 3, 2));
  describe("reshape(x, {2, 3, 2, 2})", reshape(sentences, {2, 3, 2, 2}));
  const Tensor words = unsqueeze(select(sentences, 0, 0), 0);  // [1, 3, 4]
  describe("expand(x[0], {5, 3, 4})", expand(words, {5, 3, 4}));
  const Tensor turned = transpose(sentences, 1, 2);
  describe("reshape(x', {2, 12})", reshape(turned, {2, 12}));
}

// ANCHOR: heads
// [S, D] to [H, S, D / H]: each head gets its own part of every word.
Tensor split_heads(const Tensor& x, int heads) {
  const int words = x.size(0), width = x.size(1) / heads;
  return transpose(reshape(x, {words, heads, width}), 0, 1);
}

// [H, S, D / H] to [S, D]: the parts of a word side by side again.
Tensor merge_heads(const Tensor& x) {
  const int heads = x.size(0), words = x.size(1), width = x.size(2);
  return reshape(transpose(x, 0, 1), {words, heads * width});
}
// ANCHOR_END: heads

// Three words of four numbers; the tens say which word.
const Tensor words = Tensor::from({3, 4}, {11, 12, 13, 14,  //
                                           21, 22, 23, 24,  //
                                           31, 32, 33, 34});

void print_heads() {
  section("heads");
  std::cout << "words\n"
            << words << "\nsplit into two heads\n"
            << split_heads(words, 2) << '\n';
  section("wrong heads");
  std::cout << "reshape alone\n" << reshape(words, {2, 3, 2}) << '\n';
}

void print_broadcast() {
  section("broadcast");
  const Tensor column = Tensor::from({3, 1}, {10, 20, 30});
  Tensor row = Tensor::from({4}, {1, 2, 3, 4});
  row.requires_grad(true);
  const Tensor table = column + row;  // [3, 1] + [4] = [3, 4]
  std::cout << table << "\nthe row, as the sum sees it: strides "
            << expand(row, {3, 4}).strides() << '\n';
  sum(table).backward();
  std::cout << "d sum / d row = " << row.grad() << '\n';
}

void print_loss() {
  section("loss");
  const Tensor predicted = Tensor::from({4, 1}, {1, 2, 3, 4});
  const Tensor target = Tensor::from({4}, {1, 2, 3, 4});
  number("shape of the difference", (predicted - target).shape());
  number("loss of a perfect prediction", mean(pow(predicted - target, 2)));
  number("loss with the shapes put right",
         mean(pow(squeeze(predicted, 1) - target, 2)));
}

// ANCHOR: attend
// Self-attention with H heads, without its projections. x [S, D]
Tensor attend(const Tensor& x, int heads) {
  const Tensor h = split_heads(x, heads);  // [H, S, D/H]
  const Real scale = Real(1) / autograd::sqrt(Real(h.size(-1))).item();
  const Tensor scores = matmul(h, transpose(h)) * scale;  // [H, S, S]
  return merge_heads(matmul(softmax(scores), h));         // [S, D]
}
// ANCHOR_END: attend

void print_copies() {
  section("copies");
  Rng rng(1);
  const Tensor x = Tensor::normal({60, 512}, 0, 1, rng);
  Counter counter;
  attend(x, 8);
  std::cout << counter;
}

void print_memory() {
  section("memory");
  const int batch = 32, heads = 8;
  for (std::int64_t length : {60, 512, 4096}) {
    const std::int64_t bytes = batch * heads * length * length * 4;
    number(text("MiB of weights [32, 8, ", length, ", ", length, "]"),
           fixed(double(bytes) / (1 << 20), 1));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Windows on one block of numbers.");
  flags.add("figures", &figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    print_block();
    print_windows();
    print_heads();
    print_broadcast();
    print_loss();
    print_copies();
    print_memory();
    if (figures.empty()) return;
    figure(figures, "window.svg",
           nn::svg_window(words, "Three words of four numbers, row by row"));
    figure(figures, "window_transposed.svg",
           nn::svg_window(transpose(words),
                          "The transpose: the same memory, read by columns"));
    figure(figures, "window_repeated.svg",
           nn::svg_window(expand(slice(words, 0, 1, 2), {3, 4}),
                          "One word, repeated three times by a stride of 0"));
  });
}
