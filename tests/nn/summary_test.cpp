#include "nn/summary.h"

#include <gtest/gtest.h>

#include "nn/linear.h"
#include "tests/support/expect.h"
#include "tests/support/xml.h"

namespace nn {
namespace {

Tensor zeros(const Shape& shape) { return Tensor::zeros(shape); }

// A block of two layers: 2 3 + 2 + 6 = 14 numbers.
Parameters block(int width = 3) {
  return {{"mix.weight", zeros({2, width})},
          {"mix.bias", zeros({2})},
          {"norm.weight", zeros({6})}};
}

Parameters model() {
  const Tensor words = zeros({10, 3});
  return nested({{"embedding", {{"weight", words}}},
                 {"encoder.layers.0", block()},
                 {"encoder.layers.1", block()},
                 {"encoder.layers.2", block()},
                 {"encoder", {{"scale", zeros({})}}},
                 {"output", {{"weight", words}, {"bias", zeros({10})}}}});
}

TEST(Summary, IsATreeOfThePartsByHand) {
  EXPECT_EQ(summary(model(), "tiny"),
            "tiny                                                      83\n"
            "├─ embedding       weight [10, 3]                         30\n"
            "├─ encoder                                                43\n"
            "│  ├─ layers.0-2   3 x 14                                 42\n"
            "│  │  ├─ mix       weight [2, 3], bias [2]                 8\n"
            "│  │  └─ norm      weight [6]                              6\n"
            "│  └─ scale        []                                      1\n"
            "└─ output          weight = embedding.weight, bias [10]   10\n");
}

TEST(Summary, TotalsAreTheModelsOwn) {
  const Part root = parts_of(model(), "tiny");
  EXPECT_EQ(root.count, parameter_count(model()));
  ASSERT_EQ(root.parts.size(), 3u);
  const Part& layers = root.parts[1].parts[0];
  EXPECT_EQ(layers.times, 3);
  EXPECT_EQ(layers.count, 42);
  EXPECT_EQ(layers.parts[0].count, 8);  // of one of the three
  EXPECT_EQ(root.parts[2].parts[0].same_as, "embedding.weight");
  EXPECT_EQ(root.parts[2].parts[0].count, 0);
}

TEST(Summary, FoldsNeighboursThatAreEqual) {
  const auto names = [](const Parameters& parameters) {
    std::string names;
    for (const Part& part : parts_of(parameters, "m").parts)
      names += part.name + ' ';
    return names;
  };
  const Parameters same = block(), other = block(4);
  EXPECT_EQ(names(nested({{"0", block()}, {"1", block()}})), "0-1 ");
  EXPECT_EQ(names(nested({{"0", block()}, {"2", block()}})), "0 2 ");
  EXPECT_EQ(names(nested({{"0", other}, {"1", block()}, {"2", block()}})),
            "0 1-2 ");
  EXPECT_EQ(names(nested({{"a", block()}, {"b", block()}})), "a b ");
  // Tensors, and modules of shared tensors, are not like their originals.
  EXPECT_EQ(names({{"0", zeros({2})}, {"1", zeros({2})}}), "0 1 ");
  EXPECT_EQ(names(nested({{"0", same}, {"1", same}})), "0 1 ");
  // A module with one module in it is one part; folding comes first.
  EXPECT_EQ(names(nested({{"a.b.0.c", block()}, {"a.b.1.c", block()}})),
            "a.b.0-1.c ");
  EXPECT_EQ(names({}), "");
  EXPECT_EQ(summary({}, "nothing"), "nothing      0\n");
}

TEST(Summary, RefusesNamesThatDoNotAgree) {
  const Tensor x = zeros({2});
  EXPECT_THROW(summary({{"a", x}, {"a", x}}, "m"), std::invalid_argument);
  EXPECT_THROW(summary({{"a", x}, {"a.b", x}}, "m"), std::invalid_argument);
  EXPECT_EQ(tests::thrown([&] {
              summary({{"a.b", x}, {"a", x}}, "m");
            }),
            "[summary] 'a' is there already");
}

TEST(Summary, DrawsABoxAPart) {
  const std::string svg = svg_summary(model(), "tiny <模型>");
  EXPECT_EQ(xml_fault(svg), "");
  // Eight lines of the text, and two more boxes behind the pile; each a ground
  // and a rim.
  EXPECT_EQ(count(svg, "<rect"), 2 * (8 + 2));
  EXPECT_EQ(count(svg, ">layers.0-2</text>"), 1);
  EXPECT_EQ(count(svg, ">3 x 14</text>"), 1);
  EXPECT_EQ(count(svg, ">83</text>"), 1);
  EXPECT_EQ(count(svg, ">tiny &lt;模型&gt;</text>"), 1);
  EXPECT_EQ(svg, svg_summary(model(), "tiny <模型>"));
  EXPECT_EQ(xml_fault(svg_summary({}, "nothing")), "");
}

}  // namespace
}  // namespace nn
