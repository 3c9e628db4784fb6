// A Transformer layer taken apart: in plain ops, with all shapes; what a mask
// hides from it; and how many weights the paper's model has.
#include <cmath>

#include "attention/diagram.h"
#include "attention/transformer_seq2seq.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/report.h"

using namespace attention;
using autograd::concat;
using autograd::linear;
using autograd::matmul;
using autograd::relu;
using autograd::slice;
using autograd::softmax;
using autograd::transpose;
using nn::section;

namespace {

TransformerOptions tiny() {
  TransformerOptions options;
  options.width = 8;
  options.heads = 2;
  options.feed_forward = 16;
  options.encoder_layers = options.decoder_layers = 1;
  options.dropout = 0;
  options.position = PositionKind::none;
  return options;
}

const std::string sentence[] = {"Tom", "chase", "Jerry", "today"};

// One head: 4 words ask 4 words.   q, k, v [4, D] to [4, D]
Tensor head(const Tensor& q, const Tensor& k, const Tensor& v) {
  const Real scale = std::sqrt(static_cast<Real>(q.size(1)));
  const Tensor scores = matmul(q, transpose(k)) / scale;  // [4, 4]
  return matmul(softmax(scores), v);
}

// What the layer does to x [4, W], in plain ops.
Tensor take_apart(const EncoderLayer& layer, const Tensor& x) {
  const MultiHeadAttention& attn = layer.self_attn;
  const int W = x.size(1), H = attn.options.heads, D = W / H;
  const Tensor qkv = linear(x, attn.in_proj_weight, attn.in_proj_bias);
  std::vector<Tensor> contexts;
  for (int h = 0; h < H; ++h) {
    const auto columns = [&](int part) {
      return slice(qkv, 1, part * W + h * D, part * W + (h + 1) * D);
    };
    contexts.push_back(head(columns(0), columns(1), columns(2)));  // [4, D]
  }
  const Tensor read = (*attn.out_proj)(concat(contexts, 1));  // [4, W]
  const Tensor y = layer.norm1(x + read);
  const nn::FeedForward& ff = layer.feed_forward;
  return layer.norm2(y + ff.linear2(relu(ff.linear1(y))));
}

double largest_difference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  const auto x = a.values(), y = b.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    largest = std::max(largest, std::abs(double(x[i]) - y[i]));
  return largest;
}

void print_layer() {
  Rng rng(1);
  const EncoderLayer layer(tiny(), rng);
  const Tensor x = Tensor::uniform({1, 4, 8}, -1, 1, rng);
  const MultiHeadAttention& attn = layer.self_attn;
  section("shapes");
  const auto [q, heads] = attn.split(x);
  const auto [context, weights] = attn.read_with_weights(q, heads, {}, nullptr);
  const auto print = [](const char* name, const Tensor& t) {
    std::cout << name << t.shape() << '\n';
  };
  print("words                     ", x);
  print("queries, by heads         ", q);
  print("keys, by heads            ", heads.keys);
  print("values, by heads          ", heads.values);
  print("weights                   ", weights);
  print("contexts, mixed by W_O    ", context);
  print("inside the feed-forward   ", layer.feed_forward.linear1(context));
  print("what the layer gives      ", layer(x, {}, nullptr));
  section("the same");
  const double difference = largest_difference(
      layer(x, {}, nullptr), take_apart(layer, select(x, 0, 0)));
  nn::number("largest difference", difference);
  nn::claim(difference < 1e-5, "the layer is what the plain ops are");
}

// Which outputs change when the third word does?
void print_changes() {
  section("who hears of the third word");
  Rng rng(2);
  const EncoderLayer layer(tiny(), rng);
  Tensor x = Tensor::uniform({1, 4, 8}, -1, 1, rng);
  Tensor other = x.clone();
  other.set({0, 2, 0}, 5);
  for (const auto& [name, mask] :
       {std::pair{"all read all", Mask()}, {"causal", Mask::causal(4)}}) {
    const Tensor before = layer(x, mask, nullptr);
    const Tensor after = layer(other, mask, nullptr);
    std::cout << name << ":";
    for (int t = 0; t < 4; ++t)
      std::cout << (t ? ", " : " ") << sentence[t] << ' '
                << (nn::bits(select(before, 1, t)) ==
                            nn::bits(select(after, 1, t))
                        ? "same bits"
                        : "changes");
    std::cout << '\n';
  }
}

// Each word goes through the feed-forward as if it were alone.
void print_feed_forward() {
  section("feed-forward");
  Rng rng(3);
  const nn::FeedForward ff({.width = 8, .hidden = 16}, rng);
  const Tensor x = Tensor::uniform({4, 8}, -1, 1, rng);
  const Tensor together = ff(x, nullptr);
  for (int t = 0; t < 4; ++t)
    if (nn::bits(select(together, 0, t)) !=
        nn::bits(select(ff(slice(x, 0, t, t + 1), nullptr), 0, 0)))
      throw std::runtime_error("a word heard of another");
  std::cout << "each word alone gives the same bits\n";
}

// The paper's base model.
TransformerSeq2SeqOptions base_model() {
  TransformerSeq2SeqOptions base;
  base.source_words = base.target_words = 37000;
  base.share = true;
  return base;
}

void print_counts() {
  section("weights");
  TransformerSeq2SeqOptions base = base_model();
  const std::int64_t d = 512, ff = 2048, words = 37000;
  const std::int64_t attention = 4 * (d * d + d), norm = 2 * d;
  const std::int64_t maps = d * ff + ff + ff * d + d;
  const std::int64_t encoder = attention + maps + 2 * norm;
  const std::int64_t decoder = 2 * attention + maps + 3 * norm;
  nn::number("an attention", attention);
  nn::number("a feed-forward", maps);
  nn::number("an encoder layer", encoder);
  nn::number("a decoder layer", decoder);
  nn::number("the words, once", words * d);
  nn::number("all", 6 * encoder + 6 * decoder + words * d);
  nn::claim(parameter_count(base) == 6 * encoder + 6 * decoder + words * d,
            "the library's model has as many");
  base.stack.final_norm = true;
  nn::number("with PyTorch's two last norms", parameter_count(base));
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Takes a Transformer layer apart.");
  flags.add("figures", &figures, "write a picture of the model to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    const autograd::NoGrad no_grad;
    print_layer();
    print_changes();
    print_feed_forward();
    print_counts();
    if (figures.empty()) return;
    section("figures");
    Rng rng(1);
    const TransformerSeq2Seq model(base_model(), rng);
    nn::figure(figures, "transformer.svg",
               svg_transformer(model, "The Transformer, base model"));
  });
}
