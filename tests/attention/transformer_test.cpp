#include "attention/transformer.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/graph.h"
#include "nn/optimizer.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::NoGrad;
using autograd::slice;
using tests::Golden;

// Width 8, 2 heads, feed-forward 12, as the goldens.
TransformerOptions small(bool norm_first = false) {
  TransformerOptions o;
  o.width = 8;
  o.heads = 2;
  o.feed_forward = 12;
  o.encoder_layers = 2;
  o.decoder_layers = 2;
  o.norm_first = norm_first;
  o.dropout = 0;
  o.position = PositionKind::none;
  return o;
}

// The options of a golden case.
TransformerOptions golden_options(const std::string& name) {
  TransformerOptions o = small(name == "pre_gelu");
  if (o.norm_first) o.activation = nn::Activation::gelu;
  return o;
}

const std::vector<std::string> cases = {"post_relu", "pre_gelu"};

// ---- PyTorch

TEST(TransformerEncoder, AgreesWithPyTorch) {
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    const Golden golden("transformer_encoder", name);
    Rng rng(1);
    const TransformerEncoder encoder(golden_options(name), rng);
    golden.load(encoder.parameters());
    Mask mask = Mask::padding(golden.integers("lengths"), 5);
    if (name == "pre_gelu") mask = mask & Mask::causal(5);
    const Tensor x = golden.variable("x"), y = encoder(x, mask, nullptr);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
    golden.expect_gradients(encoder.parameters());
  }
}

TEST(TransformerDecoder, AgreesWithPyTorch) {
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    const Golden golden("transformer_decoder", name);
    Rng rng(1);
    const TransformerDecoder decoder(golden_options(name), rng);
    golden.load(decoder.parameters());
    const Tensor x = golden.variable("x"), memory = golden.variable("memory");
    const Tensor y =
        decoder(x, decoder.project(memory), Mask::causal(4),
                Mask::padding(golden.integers("lengths"), 5), nullptr);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
    golden.expect("grad.memory", memory.grad());
    golden.expect_gradients(decoder.parameters());
  }
}

// Forward, every gradient, and the parameters after a step of Adam.
TEST(Transformer, AgreesWithPyTorch) {
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    const Golden golden("transformer", name);
    TransformerOptions options = golden_options(name);
    options.encoder_layers = options.decoder_layers = 1;
    options.final_norm = true;
    Rng rng(1);
    const Transformer model(options, rng);
    golden.load(model.parameters());
    const Tensor source = golden.variable("source");
    const Tensor target = golden.variable("target");
    const Mask padding = Mask::padding(golden.integers("lengths"), 5);
    const Tensor y =
        model(source, target, padding, Mask::causal(4), padding, nullptr);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.source", source.grad());
    golden.expect("grad.target", target.grad());
    golden.expect_gradients(model.parameters());
    nn::Adam adam(model.parameters(), {.learning_rate = 0.01, .epsilon = 1e-3});
    adam.step();
    for (const auto& [parameter, tensor] : model.parameters())
      golden.expect("after." + parameter, tensor);
  }
}

// ---- Counts

// The base model with 37,000 words that source, target and output share, as
// the paper has it (table 3 says 65 million), and with PyTorch's two last
// norms.
TEST(TransformerCount, IsThePapersForItsBaseModel) {
  TransformerOptions base;
  const std::int64_t words = 37000 * 512;
  EXPECT_EQ(words + parameter_count(base), 63'082'496);
  base.final_norm = true;
  EXPECT_EQ(words + parameter_count(base), 63'084'544);
}

std::vector<TransformerOptions> every_kind() {
  std::vector<TransformerOptions> all;
  for (bool norm_first : {false, true})
    for (bool other : {false, true}) {
      TransformerOptions o = small(norm_first);
      o.final_norm = other;
      o.rms_norm = other;
      o.bias = !other;
      o.shared_heads = other ? 1 : 0;
      o.cross_last = other;
      o.activation = other ? nn::Activation::swiglu : nn::Activation::gelu;
      o.position = other ? PositionKind::relative : PositionKind::alibi;
      all.push_back(o);
    }
  return all;
}

TEST(TransformerCount, IsThatOfTheParameters) {
  Rng rng(1);
  for (const TransformerOptions& o : every_kind()) {
    EXPECT_EQ(nn::parameter_count(TransformerEncoder(o, rng).parameters()),
              encoder_count(o));
    EXPECT_EQ(nn::parameter_count(TransformerDecoder(o, rng).parameters()),
              decoder_count(o));
    EXPECT_EQ(nn::parameter_count(Transformer(o, rng).parameters()),
              parameter_count(o));
  }
}

// ---- Layers

TEST(TransformerLayers, ForgetNoParameter) {
  for (const TransformerOptions& o : every_kind()) {
    Rng rng(2);
    const Tensor x = Tensor::normal({2, 5, 8}, 0, 1, rng);
    const Tensor memory = Tensor::normal({2, 3, 8}, 0, 1, rng);
    tests::check_layer(EncoderLayer(o, rng), [&](const EncoderLayer& layer) {
      return layer(x, Mask::causal(5), nullptr);
    });
    tests::check_layer(DecoderLayer(o, rng), [&](const DecoderLayer& layer) {
      return layer(x, layer.project(memory), Mask::causal(5), {}, nullptr);
    });
    tests::check_layer(Transformer(o, rng), [&](const Transformer& model) {
      return model(memory, x, {}, Mask::causal(5), {}, nullptr);
    });
  }
}

// With every map zero a sub-layer adds nothing: post-norm norms x, pre-norm
// passes it on.
TEST(TransformerLayers, AddToWhatPassesThrough) {
  for (bool norm_first : {false, true}) {
    Rng rng(3);
    const EncoderLayer layer(small(norm_first), rng);
    for (const nn::NamedTensor& p : layer.parameters())
      if (p.name.find("norm") == std::string::npos) Tensor(p.tensor).fill(0);
    const Tensor x = Tensor::normal({2, 4, 8}, 3, 2, rng);
    const Tensor y = layer(x, {}, nullptr);
    const nn::LayerNorm norm(8);
    EXPECT_EQ(y.values(), (norm_first ? x : norm(norm(x))).values());
  }
}

// Self-attention, source, feed-forward; or the source last.
TEST(DecoderLayer, AsksTheSourceLastWhereItIsToldTo) {
  for (const bool last : {false, true}) {
    TransformerOptions o = small();
    o.cross_last = last;
    Rng rng(4);
    const DecoderLayer layer(o, rng);
    const Tensor x = Tensor::normal({2, 4, 8}, 0, 1, rng);
    const Heads source = layer.project(Tensor::normal({2, 3, 8}, 0, 1, rng));
    auto cross = [&](const Tensor& x) {
      return layer.norm2(x + layer.multihead_attn(x, source, {}, nullptr));
    };
    auto forward = [&](const Tensor& x) {
      return layer.norm3(x + layer.feed_forward(x, nullptr));
    };
    const Mask causal = Mask::causal(4);
    const Tensor h = layer.norm1(x + layer.self_attn(x, causal, nullptr));
    EXPECT_EQ(layer(x, source, causal, {}, nullptr).values(),
              (last ? cross(forward(h)) : forward(cross(h))).values());
    EXPECT_NE(layer(x, source, causal, {}, nullptr).values(),
              (last ? forward(cross(h)) : cross(forward(h))).values());
  }
}

// Sub-layer outputs are dropped, and nothing else unless asked for.
TEST(TransformerLayers, DropOutOnlyWhileTraining) {
  Rng rng(5);
  const Tensor x = Tensor::normal({2, 6, 8}, 0, 1, rng);
  for (int place = 0; place < 3; ++place) {
    TransformerOptions o = small();
    Rng plain(6), same(6);
    const EncoderLayer without(o, plain);
    (place == 0   ? o.dropout
     : place == 1 ? o.weight_dropout
                  : o.hidden_dropout) = Real(0.5);
    const EncoderLayer layer(o, same);
    EXPECT_EQ(layer(x, {}, nullptr).values(), without(x, {}, nullptr).values());
    Rng first(1), again(1);
    const auto once = layer(x, {}, &first).values();
    EXPECT_EQ(layer(x, {}, &again).values(), once) << place;
    EXPECT_NE(layer(x, {}, &first).values(), once) << place;
    Rng unused(1);
    without(x, {}, &unused);
  }
}

// ---- Caches

const std::vector<PositionKind> kinds = {
    PositionKind::none, PositionKind::rotary, PositionKind::alibi,
    PositionKind::relative};

void expect_near(const Tensor& got, const Tensor& wanted, double tolerance) {
  ASSERT_EQ(got.shape(), wanted.shape());
  const auto a = got.values(), b = wanted.values();
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(double(a[i]), double(b[i]), tolerance) << i;
}

// Token by token, by pieces or all at once.
TEST(TransformerEncoder, WithCachesSaysTheSame) {
  const NoGrad no_grad;
  for (const PositionKind kind : kinds)
    for (const int shared : {1, 2})
      for (const int piece : {1, 4, 7}) {
        TransformerOptions o = small(true);
        o.position = kind;
        o.shared_heads = shared;
        Rng rng(7);
        const TransformerEncoder stack(o, rng);
        const int T = 33;
        const Tensor x = Tensor::normal({3, T, 8}, 0, 1, rng);
        const Tensor whole = stack(x, Mask::causal(T), nullptr);
        std::vector<Cache> caches;
        for (int t = 0; t < T; t += piece) {
          const int end = std::min(t + piece, T);
          const Tensor y = stack(slice(x, 1, t, end),
                                 Mask::causal(end - t, end), nullptr, &caches);
          expect_near(y, slice(whole, 1, t, end), 1e-5);
        }
        EXPECT_EQ(caches[1].length, T);
      }
}

// What comes later changes no bit of what came before, nor of its gradients.
TEST(TransformerEncoder, SeesNoFuture) {
  for (const PositionKind kind : kinds) {
    TransformerOptions o = small();
    o.position = kind;
    Rng rng(8);
    const TransformerEncoder stack(o, rng);
    const int T = 33;
    const Tensor x = Tensor::normal({1, T, 8}, 0, 1, rng);
    const Tensor y = stack(x, Mask::causal(T), nullptr);
    for (int t : {0, 7, 8, 31}) {
      Tensor other = x.clone();
      Tensor later = slice(other, 1, t + 1, T);
      later.copy_from(Tensor::normal(later.shape(), 5, 3, rng));
      tests::expect_same(
          slice(stack(other, Mask::causal(T), nullptr), 1, 0, t + 1).values(),
          slice(y, 1, 0, t + 1).values());
    }
  }
}

// ---- Weights

TEST(TransformerDecoder, ShowsItsWeights) {
  Rng rng(9);
  const TransformerDecoder decoder(small(), rng);
  const Tensor x = Tensor::normal({2, 4, 8}, 0, 1, rng);
  const Tensor memory = Tensor::normal({2, 3, 8}, 0, 1, rng);
  const Mask padding = Mask::padding({3, 2}, 3);
  std::vector<LayerWeights> weights;
  const auto sources = decoder.project(memory);
  const Tensor y =
      decoder(x, sources, Mask::causal(4), padding, nullptr, nullptr, &weights);
  expect_near(y, decoder(x, sources, Mask::causal(4), padding, nullptr), 1e-5);
  ASSERT_EQ(weights.size(), 2u);
  for (const LayerWeights& layer : weights) {
    EXPECT_EQ(layer.self.shape(), (nn::Shape{2, 2, 4, 4}));
    EXPECT_EQ(layer.cross.shape(), (nn::Shape{2, 2, 4, 3}));
    for (Real s : sum(layer.self, {3}).values()) EXPECT_NEAR(s, 1, 1e-5);
    for (Real s : sum(layer.cross, {3}).values()) EXPECT_NEAR(s, 1, 1e-5);
    EXPECT_EQ(layer.self.at({0, 1, 0, 1}), 0) << "the future";
    EXPECT_EQ(layer.cross.at({1, 0, 3, 2}), 0) << "padding";
  }
  std::vector<LayerWeights> some(2);
  some[0].want_self = some[0].want_cross = some[1].want_self = false;
  decoder(x, sources, Mask::causal(4), padding, nullptr, nullptr, &some);
  EXPECT_FALSE(some[0].self.defined() || some[0].cross.defined());
  EXPECT_FALSE(some[1].self.defined());
  // The layer below took the way without weights: other last bits.
  expect_near(some[1].cross, weights[1].cross, 1e-5);
}

TEST(HeadChoice, NamesALayerAndAHead) {
  EXPECT_EQ(layer_of({}, 3, 2), 2);
  EXPECT_EQ(layer_of({.layer = 0, .head = 1}, 3, 2), 0);
  for (const HeadChoice& choice :
       {HeadChoice{.layer = 3}, HeadChoice{.layer = -2}, HeadChoice{.head = 2},
        HeadChoice{.head = -2}})
    EXPECT_THROW(layer_of(choice, 3, 2), std::invalid_argument);
  EXPECT_THROW(layer_of({}, 0, 2), std::invalid_argument);
  // Two heads, one query, two keys.
  const Tensor w = Tensor::from({1, 2, 1, 2}, {1, 0, Real(0.5), Real(0.5)});
  EXPECT_EQ(head_of({}, w).values(), (std::vector<Real>{0.75, 0.25}));
  EXPECT_EQ(head_of({.head = 1}, w).values(), (std::vector<Real>{0.5, 0.5}));
}

// ---- Errors

TEST(Transformer, RefusesWhatMakesNoSense) {
  Rng rng(1);
  using Change = void (*)(TransformerOptions&);
  for (Change change : std::vector<Change>{
           [](TransformerOptions& o) { o.width = 0; },
           [](TransformerOptions& o) { o.heads = 0; },
           [](TransformerOptions& o) { o.heads = 3; },
           [](TransformerOptions& o) { o.shared_heads = 3; },
           [](TransformerOptions& o) { o.feed_forward = 0; },
           [](TransformerOptions& o) { o.encoder_layers = -1; },
           [](TransformerOptions& o) { o.decoder_layers = -1; },
           [](TransformerOptions& o) { o.dropout = 1; },
           [](TransformerOptions& o) { o.weight_dropout = Real(-0.1); },
           [](TransformerOptions& o) { o.hidden_dropout = 2; }}) {
    TransformerOptions o = small();
    change(o);
    EXPECT_THROW(Transformer(o, rng), std::invalid_argument);
  }
  const TransformerDecoder decoder(small(), rng);
  const Tensor x = Tensor::zeros({3, 4, 8});
  const auto sources = decoder.project(Tensor::zeros({2, 3, 8}));
  EXPECT_THROW(decoder(x, sources, {}, {}, nullptr), std::invalid_argument)
      << "3 rows, 2 sources";
  EXPECT_THROW(decoder(x, {sources[0]}, {}, {}, nullptr),
               std::invalid_argument);
  std::vector<Cache> caches(3);
  EXPECT_THROW(decoder(x, sources, {}, {}, nullptr, &caches),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
