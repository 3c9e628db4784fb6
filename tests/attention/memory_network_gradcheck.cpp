#include <gtest/gtest.h>

#include "attention/memory_network.h"
#include "autograd/gradcheck.h"
#include "autograd/random.h"

namespace {

using autograd::Rng;
using autograd::Tensor;

TEST(MemoryNetworkGradient, OfAllHopsAndParameters) {
  for (const bool key_value : {true, false})
    for (const int hops : {1, 3}) {
      Rng rng(1);
      attention::MemoryNetworkOptions options{.words = 5, .answers = 3};
      options.width = 4;
      options.hops = hops;
      options.sentences = 4;
      options.key_value = key_value;
      const attention::MemoryNetwork network(options, rng);
      Tensor sentences = Tensor::uniform({3, 4, 5}, 0, 3, rng);
      Tensor questions = Tensor::uniform({3, 5}, 0, 3, rng);
      std::vector<Tensor> all = {sentences.requires_grad(true),
                                 questions.requires_grad(true)};
      for (const auto& [name, tensor] : network.parameters())
        all.push_back(tensor);
      EXPECT_NO_THROW(autograd::check_gradients(
          "memory network",
          [&](const std::vector<Tensor>& x) {
            const auto [scores, reads] =
                network(x[1], network.remember(x[0], {4, 1, 3}));
            return autograd::concat({scores, reads.back().weights}, -1);
          },
          all));
    }
}

}  // namespace
