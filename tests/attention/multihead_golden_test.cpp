// Against PyTorch's nn.MultiheadAttention, and its ops where it has no layer.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "attention/multihead.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

using autograd::Rng;
using tests::Golden;

MultiHeadOptions sizes(int width, int heads) {
  MultiHeadOptions options;
  options.width = width;
  options.heads = heads;
  return options;
}

struct Case {
  const char* name;
  bool causal = false;
  int key = 0, value = 0;
  bool bias = true;
};

Mask mask_of(const Golden& golden, const Case& example, int S) {
  Mask mask;
  if (golden.has("lengths"))
    mask = mask & Mask::padding(golden.integers("lengths"), S);
  if (example.causal) mask = mask & Mask::causal(S);
  if (golden.has("visible")) mask = mask & Mask(golden["visible"]);
  return mask;
}

// Outputs and gradients; the context by the way without weights or with them.
void expect_pytorch(const Case& example, bool streamed) {
  SCOPED_TRACE(std::string(example.name) + (streamed ? ", streamed" : ""));
  const Golden golden("multihead", example.name);
  MultiHeadOptions options = sizes(8, 4);
  options.key = example.key;
  options.value = example.value;
  options.bias = example.bias;
  Rng rng(1);
  const MultiHeadAttention layer(options, rng);
  golden.load(layer.parameters());
  nn::Parameters inputs;
  auto input = [&](const char* name, const Tensor& otherwise) {
    if (!golden.has(name)) return otherwise;
    inputs.push_back({name, golden.variable(name)});
    return inputs.back().tensor;
  };
  const Tensor query = input("query", input("x", {}));
  const Tensor keys = input("key", query);
  const Tensor values = input("value", keys);
  const Mask mask = mask_of(golden, example, keys.size(1));

  const Heads heads = layer.project(keys, values);
  const auto [materialised, weights] =
      layer.with_weights(query, heads, mask, nullptr);
  const Tensor output =
      streamed ? layer(query, heads, mask, nullptr) : materialised;
  const Tensor mean = autograd::mean(weights, {1});
  golden.expect("output", output);
  golden.expect("weights", mean);
  golden.expect("head_weights", weights);
  (autograd::sum(output * golden["grad.output"]) +
   autograd::sum(mean * golden["grad.weights"]) +
   autograd::sum(weights * golden["grad.head_weights"]))
      .backward();
  golden.expect_gradients(layer.parameters());
  golden.expect_gradients(inputs);
}

TEST(MultiHeadGolden, AgreesWithPyTorch) {
  const Case cases[] = {{"self"},
                        {"padding"},
                        {"causal", true},
                        {"both", true},
                        {"pattern"},
                        {"cross"},
                        {"shared"},
                        {"widths", false, 5, 7},
                        {"no_bias", false, 0, 0, false}};
  for (const Case& example : cases)
    for (bool streamed : {false, true}) expect_pytorch(example, streamed);
}

TEST(MultiHeadGolden, SelfAttentionIsCrossAttentionWithItself) {
  const Golden golden("multihead", "both");
  Rng rng(1);
  const MultiHeadAttention layer(sizes(8, 4), rng);
  golden.load(layer.parameters());
  const Mask mask = mask_of(golden, {"both", true}, 5);
  golden.expect("output", layer(golden["x"], mask, nullptr));
}

TEST(MultiHeadGolden, KnowsPlacesAsPyTorchDoes) {
  const std::pair<PositionKind, const char*> kinds[] = {
      {PositionKind::rotary, "rotary"},
      {PositionKind::alibi, "alibi"},
      {PositionKind::relative, "relative"}};
  for (const auto& [kind, name] : kinds) {
    for (bool streamed : {false, true}) {
      SCOPED_TRACE(name);
      const Golden golden("positions", name);
      MultiHeadOptions options = sizes(8, 2);
      options.position.kind = kind;
      options.position.clip = 2;
      Rng rng(1);
      const MultiHeadAttention layer(options, rng);
      golden.load(layer.parameters());
      const Tensor x = golden.variable("x");
      const auto [q, heads] = layer.split(x);
      const Mask mask = Mask::causal(7);
      const Tensor y =
          streamed ? layer.read(q, heads, mask, nullptr)
                   : layer.read_with_weights(q, heads, mask, nullptr).context;
      golden.expect("output", y);
      y.backward(golden["grad.output"]);
      golden.expect_gradients(layer.parameters());
      golden.expect_gradients({{"x", x}});
    }
  }
}

}  // namespace
}  // namespace attention
