// Are eight heads eight attentions? The split and the merge, shape by shape,
// and each head computed by itself.
#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "attention/multihead.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::MultiHeadAttention;

namespace {

constexpr int B = 2, T = 5, width = 512, heads = 8, head = width / heads;

void shape(const std::string& what, const Tensor& x) {
  std::cout << what << std::string(34 - what.size(), ' ') << x.shape()
            << "  strides";
  for (int i = 0; i < x.rank(); ++i)
    std::cout << ' ' << x.strides()[std::size_t(i)];
  std::cout << '\n';
}

// ANCHOR: walk
// Self-attention with many heads in plain ops.   x [B, T, W]
Tensor walk(const MultiHeadAttention& layer, const Tensor& x) {
  const Tensor all = linear(x, layer.in_proj_weight, layer.in_proj_bias);
  const auto parts = split(all, 2, width);  // q, k, v side by side
  const auto by_heads = [](const Tensor& part) {
    return transpose(reshape(part, {B, T, heads, head}), 1, 2);
  };
  const Tensor q = by_heads(parts[0]), k = by_heads(parts[1]),
               v = by_heads(parts[2]);
  const Tensor weights =
      softmax(matmul(q, transpose(k)) / sqrt(Tensor(Real(head))));
  const Tensor read = matmul(weights, v);
  const Tensor merged = reshape(transpose(read, 1, 2), {B, T, width});
  shape("x", x);
  shape("q, k, v in one product", all);
  shape("k, a part", parts[1]);
  shape("k by heads", k);
  shape("weights", weights);
  shape("what each head reads", read);
  shape("merged", merged);
  return (*layer.out_proj)(merged);
}
// ANCHOR_END: walk

// ANCHOR: apart
// One head by itself: the frame of chapter 7 on the rows of W that are its
// own.
Tensor one_head(const MultiHeadAttention& layer, const Tensor& x, int h) {
  const auto own = [&](int part) {  // 0: q, 1: k, 2: v
    const int begin = part * width + h * head;
    return linear(x, slice(layer.in_proj_weight, 0, begin, begin + head),
                  slice(layer.in_proj_bias, 0, begin, begin + head));
  };
  const attention::Attention<attention::ScaledDotScore> attend;
  return attend(own(0), attend.prepare(own(1), own(2))).context;
}

// All of them, side by side, and W_O.
Tensor apart(const MultiHeadAttention& layer, const Tensor& x) {
  std::vector<Tensor> read;
  for (int h = 0; h < heads; ++h) read.push_back(one_head(layer, x, h));
  return (*layer.out_proj)(concat(read, 2));
}
// ANCHOR_END: apart

double largest(const Tensor& x) {
  double result = 0;
  for (const Real value : x.values())
    result = std::max(result, std::abs(double(value)));
  return result;
}

MultiHeadAttention drawn(int heads, int shared, bool output) {
  attention::MultiHeadOptions options;
  options.width = width;
  options.heads = heads;
  options.shared_heads = shared;
  options.output = output;
  Rng rng(1);
  return MultiHeadAttention(options, rng);
}

void print_counts() {
  section("parameters");
  const auto count = [](const char* what, const MultiHeadAttention& layer) {
    number(what, parameter_count(layer.parameters()));
  };
  count("1 head of 512", drawn(1, 0, true));
  count("8 heads of 64", drawn(8, 0, true));
  count("8 heads, 2 of keys and values", drawn(8, 2, true));
  count("8 heads, 1 of keys and values", drawn(8, 1, true));
  count("8 heads, without W_O", drawn(8, 0, false));
}

void run() {
  const NoGrad no_grad;
  const MultiHeadAttention layer = drawn(heads, 0, true);
  Rng rng(2);
  const Tensor x = Tensor::normal({B, T, width}, 0, 1, rng);
  section("shapes");
  const Tensor walked = walk(layer, x);
  const Tensor ours = layer(x, Mask(), nullptr);
  section("the same");
  const double steps = largest(walked - ours),
               eight = largest(apart(layer, x) - ours);
  number("step by step, largest difference", significant(steps, 2));
  number("eight attentions, largest difference", significant(eight, 2));
  claim(steps < 1e-5 && eight < 1e-5, "eight heads are eight attentions");
  print_counts();
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]",
                  "The heads of an attention, split and merged, and each by "
                  "itself.");
  return nn::run_program(argc, argv, flags, [&] { run(); });
}
