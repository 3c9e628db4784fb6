#include "nn/optimizer.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "autograd/ops.h"
#include "autograd/used_rows.h"
#include "nn/clip.h"
#include "nn/linear.h"
#include "tests/support/golden.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::Adam;
using nn::Parameters;
using nn::Sgd;
using tests::expect_close;
using tests::Golden;

static_assert(nn::Optimizer<Sgd> && nn::Optimizer<Adam>);

// Makes `gradient` the gradient of a leaf.
void give(Tensor leaf, const Tensor& gradient) {
  leaf.zero_grad();
  leaf.backward(gradient);
}

// Ten steps with the case's gradients, each compared.
template <class Make>
void compare(const std::string& name, const Make& make) {
  const Golden golden("optimizers", name);
  const Parameters parameters = {{"w", golden.variable("w")},
                                 {"b", golden.variable("b")}};
  auto optimizer = make(parameters);
  for (int step = 0; step < 10; ++step) {
    for (const auto& [key, tensor] : parameters)
      give(tensor, select(golden["grad." + key], 0, step));
    optimizer.step();
    for (const auto& [key, tensor] : parameters)
      expect_close(tensor, select(golden["after." + key], 0, step),
                   name + " step " + std::to_string(step) + " " + key);
  }
}

TEST(Optimizers, AgreeWithPyTorch) {
  auto sgd = [](nn::SgdOptions options) {
    options.learning_rate = 0.1;
    return [=](const Parameters& p) { return Sgd(p, options); };
  };
  compare("sgd", sgd({}));
  compare("momentum", sgd({.momentum = 0.9}));
  compare("nesterov", sgd({.momentum = 0.9, .nesterov = true}));
  compare("sgd_decay", sgd({.momentum = 0.9, .weight_decay = 0.01}));
  auto adam = [](nn::AdamOptions options) {
    options.learning_rate = 0.01;
    return [=](const Parameters& p) { return Adam(p, options); };
  };
  compare("adam", adam({}));
  compare("adam_decay", adam({.weight_decay = 0.01}));
  compare("adamw", [](const Parameters& p) {
    return nn::adam_w(p, {.learning_rate = 0.01, .weight_decay = 0.01});
  });
}

TEST(Sgd, WorkedByHand) {
  Tensor w = Tensor::ones({2}).requires_grad(true);
  Sgd sgd({{"w", w}}, {.learning_rate = 0.5, .weight_decay = 1});
  give(w, Tensor::from({2}, {2, 4}));
  sgd.step();  // w - 0.5 (g + w)
  EXPECT_EQ(w.values(), (std::vector<Real>{-0.5, -1.5}));
  EXPECT_TRUE(sgd.state().empty());
}

TEST(Adam, WorkedByHand) {
  // The first step is the rate against the gradient's sign, whatever its size.
  Tensor w = Tensor::zeros({3}).requires_grad(true);
  Adam adam({{"w", w}}, {.learning_rate = 0.25});
  give(w, Tensor::from({3}, {1000, -0.125, 8}));
  adam.step();
  expect_close(w, Tensor::from({3}, {-0.25, 0.25, -0.25}));
}

TEST(Adam, MovesTiedParametersOnceAndOthersWithoutGradientNotAtAll) {
  Tensor w = Tensor::zeros({1}).requires_grad(true);
  Tensor idle = Tensor::ones({5}).requires_grad(true);
  Adam adam({{"in", w}, {"out", w}, {"idle", idle}}, {.learning_rate = 1});
  give(w, Tensor::ones({1}));
  adam.step();
  EXPECT_NEAR(w.item(), -1, 1e-6);
  EXPECT_EQ(idle.values(), std::vector<Real>(5, 1));
  std::vector<std::string> names;
  for (const auto& [name, tensor] : adam.state()) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"step", "exp_avg.in", "exp_avg.idle",
                                      "exp_avg_sq.in", "exp_avg_sq.idle"}));
}

TEST(Adam, ReadsItsRateAtEveryStep) {
  Tensor w = Tensor::zeros({1}).requires_grad(true);
  Adam adam({{"w", w}});
  adam.learning_rate = 0;
  give(w, Tensor::ones({1}));
  adam.step();
  EXPECT_EQ(w.item(), 0);
}

// Each kind, resumed half-way from its saved state, ends with the same bits.
TEST(Optimizers, ResumeWithTheSameBits) {
  auto run = [](auto make) {
    Rng rng(5);
    const Shape shape = {7, 33};
    std::vector<Tensor> gradients;
    for (int i = 0; i < 8; ++i)
      gradients.push_back(Tensor::normal(shape, 0, 1, rng));
    const Tensor start = Tensor::normal(shape, 0, 1, rng);
    Tensor whole = start.clone().requires_grad(true);
    auto one = make({{"w", whole}});
    Tensor resumed;
    Parameters saved;
    for (int i = 0; i < 8; ++i) {
      if (i == 4) {
        resumed = whole.clone().requires_grad(true);
        for (const auto& [name, tensor] : one.state())
          saved.push_back({name, tensor.clone()});
      }
      give(whole, gradients[size_t(i)]);
      one.step();
    }
    auto two = make({{"w", resumed}});
    const Parameters state = two.state();
    ASSERT_EQ(state.size(), saved.size());
    for (std::size_t i = 0; i < state.size(); ++i) {
      EXPECT_EQ(state[i].name, saved[i].name);
      Tensor(state[i].tensor).copy_from(saved[i].tensor);
    }
    for (int i = 4; i < 8; ++i) {
      give(resumed, gradients[size_t(i)]);
      two.step();
    }
    EXPECT_EQ(whole.values(), resumed.values());
    EXPECT_NE(whole.values(), start.values());
  };
  run([](const Parameters& p) { return Sgd(p, {.momentum = 0.9}); });
  run([](const Parameters& p) { return Adam(p); });
  run([](const Parameters& p) { return nn::adam_w(p); });
}

TEST(Optimizers, RefuseWrongOptions) {
  EXPECT_THROW(Sgd({}, {.momentum = 1}), std::invalid_argument);
  EXPECT_THROW(Sgd({}, {.momentum = -0.1}), std::invalid_argument);
  EXPECT_THROW(Sgd({}, {.nesterov = true}), std::invalid_argument);
  EXPECT_THROW(Adam({}, {.beta1 = 1}), std::invalid_argument);
  EXPECT_THROW(Adam({}, {.beta2 = -1}), std::invalid_argument);
  EXPECT_THROW(Adam({}, {.epsilon = 0}), std::invalid_argument);
}

TEST(ClipGradientNorm, AgreesWithPyTorch) {
  for (const char* name : {"clip", "clip_none"}) {
    const Golden golden("optimizers", name);
    Parameters parameters;
    for (std::string key : {"w", "b"}) {
      const Tensor gradient = golden["grad." + key];
      Tensor leaf = Tensor::zeros(gradient.shape()).requires_grad(true);
      give(leaf, gradient);
      parameters.push_back({key, leaf});
    }
    const double norm = nn::clip_gradient_norm(parameters, 1);
    golden.expect("norm", Tensor(static_cast<Real>(norm)));
    for (const auto& [key, tensor] : parameters)
      golden.expect("clipped." + key, tensor.grad());
  }
}

TEST(ClipGradientNorm, WorkedByHand) {
  Tensor a = Tensor::zeros({1}).requires_grad(true);
  Tensor b = Tensor::zeros({2}).requires_grad(true);
  const Tensor idle = Tensor::zeros({2}).requires_grad(true);
  give(a, Tensor::from({1}, {2}));
  give(b, Tensor::from({2}, {3, 6}));
  const Parameters parameters = {{"a", a}, {"b", b}, {"tied", b}, {"c", idle}};
  EXPECT_EQ(nn::clip_gradient_norm(parameters, 100), 7);
  EXPECT_EQ(b.grad().values(), (std::vector<Real>{3, 6}));
  EXPECT_EQ(nn::clip_gradient_norm(parameters, 3.5), 7);
  expect_close(a.grad(), Tensor::from({1}, {1}));
  expect_close(b.grad(), Tensor::from({2}, {1.5, 3}));
}

TEST(ClipGradientNorm, SumsLongGradientsWell) {
  Tensor x = Tensor::zeros({1000003}).requires_grad(true);
  give(x, Tensor::full({1000003}, Real(0.1)));
  EXPECT_NEAR(nn::clip_gradient_norm({{"x", x}}, 1) / 100.00015, 1, 1e-6);
}

TEST(ClipGradientNorm, NamesAGradientThatIsNotFinite) {
  Tensor x = Tensor::zeros({2}).requires_grad(true);
  give(x, Tensor::from({2}, {1, std::numeric_limits<Real>::quiet_NaN()}));
  try {
    nn::clip_gradient_norm({{"decoder.weight", x}}, 1);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("decoder.weight"),
              std::string::npos);
  }
  EXPECT_THROW(nn::clip_gradient_norm({}, 0), std::invalid_argument);
}

// A factor that the optimiser takes along gives the bits of gradients clipped
// where they lie.
template <class Optimizer, class Options>
void expect_clipped_alike(const Options& options) {
  for (int size : {1, 7, 16, 33, 4099}) {
    Rng rng(3);
    const Tensor start = Tensor::normal({size}, 0, 1, rng);
    Tensor apart = start.clone().requires_grad(true),
           together = start.clone().requires_grad(true);
    Optimizer first({{"w", apart}}, options),
        second({{"w", together}}, options);
    for (int step = 0; step < 3; ++step) {
      const Tensor gradient = Tensor::normal({size}, 0, 1, rng);
      give(apart, gradient);
      give(together, gradient);
      nn::clip_gradient_norm({{"w", apart}}, 0.1);
      first.step();
      const double norm = nn::gradient_norm({{"w", together}});
      second.step(nn::clip_factor(norm, 0.1));
      EXPECT_EQ(together.grad().values(), gradient.values());
      ASSERT_EQ(apart.values(), together.values()) << size;
    }
  }
}

TEST(ClipFactor, GivesTheBitsOfClippedGradients) {
  expect_clipped_alike<Sgd>(nn::SgdOptions{.weight_decay = 0.1});
  expect_clipped_alike<Sgd>(nn::SgdOptions{.momentum = 0.9});
  expect_clipped_alike<Adam>(nn::AdamOptions{.weight_decay = 0.1});
}

// Steps with what is known of the rows, and without: the same bits.
template <class Optimizer, class Options>
void expect_same_steps(int rows, int width, const Options& options) {
  Rng rng(2);
  const Tensor table = Tensor::normal({rows, width}, 0, 1, rng);
  Tensor sparse = table.clone().requires_grad(true),
         dense = table.clone().requires_grad(true);
  Optimizer first({{"table", sparse}}, options);
  Optimizer second({{"table", dense}}, options);
  for (int step = 0; step < 4; ++step) {
    std::vector<int> ids;
    for (int i = 0; i < rows / 3; ++i) ids.push_back(rng.below(rows));
    const Tensor dy =
        Tensor::normal({static_cast<int>(ids.size()), width}, 0, 1, rng);
    for (Tensor* x : {&sparse, &dense}) {
      x->zero_grad();
      autograd::embedding(*x, autograd::Indices(ids)).backward(dy);
    }
    dense.grad();  // forgets
    ASSERT_NE(autograd::used_rows(sparse), nullptr);
    ASSERT_EQ(autograd::used_rows(dense), nullptr);
    const double norm = nn::gradient_norm({{"table", sparse}});
    ASSERT_EQ(norm, nn::gradient_norm({{"table", dense}}));
    first.step(nn::clip_factor(norm, 0.1));
    second.step(nn::clip_factor(norm, 0.1));
    ASSERT_EQ(sparse.values(), dense.values()) << rows << " x " << width;
  }
}

TEST(Optimizers, MayKnowWhichRowsAreZero) {
  for (int rows : {3, 10, 700})
    for (int width : {1, 7, 16, 33, 64}) {
      expect_same_steps<nn::Adam>(rows, width, nn::AdamOptions{});
      expect_same_steps<nn::Adam>(rows, width,
                                  nn::AdamOptions{.weight_decay = 0.1});
      expect_same_steps<nn::Sgd>(rows, width, nn::SgdOptions{.momentum = 0.9});
    }
}

}  // namespace
