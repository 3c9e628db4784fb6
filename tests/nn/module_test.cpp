#include "nn/module.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace {

using autograd::Real;
using autograd::Tensor;
using nn::Parameter;
using nn::Parameters;

struct Scale {
  Parameter factor{Tensor::from({2}, {3, 4})};
  Parameters parameters() const { return {{"factor", factor}}; }
};
static_assert(nn::Layer<Scale>);

struct NoLayer {
  int parameters() const { return 0; }
};
static_assert(!nn::Layer<NoLayer> && !nn::Layer<int>);

TEST(Parameter, IsAFreshLeafThatAsksForAGradient) {
  Tensor value = Tensor::from({2}, {1, 2});
  const Parameter parameter(value);
  value.fill(9);
  EXPECT_TRUE(parameter.requires_grad());
  EXPECT_EQ(parameter.values(), (std::vector<Real>{1, 2}));
  EXPECT_FALSE(Parameter().defined());
}

TEST(Parameter, CopiesDeepAndMovesItself) {
  Scale layer;
  Scale copy = layer;
  copy.factor.fill(7);
  EXPECT_EQ(layer.factor.values(), (std::vector<Real>{3, 4}));
  EXPECT_TRUE(copy.factor.requires_grad());
  copy = layer;
  EXPECT_EQ(copy.factor.values(), (std::vector<Real>{3, 4}));
  EXPECT_NE(copy.factor.node(), layer.factor.node());

  const autograd::Node* node = layer.factor.node();
  const Scale moved = std::move(layer);
  EXPECT_EQ(moved.factor.node(), node);
}

TEST(Parameter, CopiesAFrozenOneFrozen) {
  Parameter frozen(Tensor::ones({2}));
  frozen.requires_grad(false);
  const Parameter copy = frozen;
  EXPECT_FALSE(copy.requires_grad());
  const Parameter none = Parameter();
  EXPECT_FALSE(Parameter(none).defined());
}

TEST(Parameters, AreHandles) {
  const Scale layer;
  Parameters listed = layer.parameters();
  listed[0].tensor.fill(5);
  EXPECT_EQ(layer.factor.values(), (std::vector<Real>{5, 5}));
}

TEST(Parameters, NestUnderTheirLayersNames) {
  const Scale a, b;
  const Parameters inner = nn::nested({{"b", b.parameters()}});
  const Parameters all =
      nn::nested({{"a", a.parameters()}, {"outer", inner}, {"none", {}}});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "a.factor");
  EXPECT_EQ(all[1].name, "outer.b.factor");
  EXPECT_EQ(all[1].tensor.node(), b.factor.node());
}

TEST(Parameters, AreNoneWhereThereIsNoLayer) {
  std::optional<Scale> maybe;
  EXPECT_TRUE(nn::parameters_of(maybe).empty());
  EXPECT_TRUE(nn::parameters_of(NoLayer()).empty());
  maybe.emplace();
  EXPECT_EQ(nn::parameters_of(maybe)[0].tensor.node(), maybe->factor.node());
}

TEST(Parameters, AreNumberedInARow) {
  const std::vector<Scale> layers(2);
  const Parameters all = nn::numbered(layers);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "0.factor");
  EXPECT_EQ(all[1].name, "1.factor");
  EXPECT_EQ(all[1].tensor.node(), layers[1].factor.node());
}

TEST(Parameters, CountTiedOnesOnce) {
  const Scale a, b;
  EXPECT_EQ(nn::parameter_count({}), 0);
  EXPECT_EQ(nn::parameter_count({{"a", a.factor}, {"b", b.factor}}), 4);
  EXPECT_EQ(nn::parameter_count({{"a", a.factor}, {"tied", a.factor}}), 2);
}

TEST(Parameters, ForgetTheirGradients) {
  const Scale layer;
  autograd::sum(layer.factor * layer.factor).backward();
  EXPECT_EQ(layer.factor.grad().values(), (std::vector<Real>{6, 8}));
  nn::zero_grad(layer.parameters());
  EXPECT_FALSE(layer.factor.has_grad());
  autograd::sum(layer.factor).backward();
  EXPECT_EQ(layer.factor.grad().values(), (std::vector<Real>{1, 1}));
}

// FNV-1a over "a", 0, the size 1 in four bytes and the float 1.
TEST(Fingerprint, IsFnv1aByHand) {
  EXPECT_EQ(nn::fingerprint({}), 0xcbf29ce484222325u);
  if (sizeof(Real) != 4) GTEST_SKIP() << "the bytes of a float";
  EXPECT_EQ(nn::fingerprint({{"a", Tensor::ones({1})}}), 0x8319bf421128b288u);
}

TEST(Fingerprint, SeesNamesShapesAndSingleBits) {
  auto of = [](const std::string& name, const autograd::Shape& shape,
               std::vector<Real> values) {
    return nn::fingerprint({{name, Tensor::from(shape, values)}});
  };
  std::set<std::uint64_t> seen;
  seen.insert(of("w", {2}, {0, 1}));
  seen.insert(of("v", {2}, {0, 1}));
  seen.insert(of("w", {2, 1}, {0, 1}));
  seen.insert(of("w", {1, 2}, {0, 1}));
  seen.insert(of("w", {2}, {1, 0}));
  seen.insert(of("w", {2}, {Real(-0.0), 1}));
  seen.insert(of("w", {2}, {0, std::nextafter(Real(1), Real(2))}));
  EXPECT_EQ(seen.size(), 7u);
  // A window counts by what it shows.
  const Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(nn::fingerprint({{"w", autograd::transpose(x)}}),
            of("w", {2, 2}, {1, 3, 2, 4}));
}

}  // namespace
