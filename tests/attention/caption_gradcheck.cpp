#include <gtest/gtest.h>

#include "autograd/gradcheck.h"
#include "tests/attention/caption_input.h"

namespace attention {
namespace {

// Of the whole loss by pictures and every parameter.
TEST(CaptionGradients, AreRight) {
  CaptionerOptions options = small_captioner();
  options.doubly = Real(0.5);
  Rng rng(11);
  const Captioner model(options, rng);
  Tensor pictures = two_pictures();
  pictures.requires_grad(true);
  std::vector<Tensor> inputs = {pictures};
  for (const auto& [name, tensor] : model.parameters())
    inputs.push_back(tensor);
  EXPECT_NO_THROW(autograd::check_gradients(
      "Captioner",
      [&](const std::vector<Tensor>& x) {
        return model.loss(x[0], two_captions());
      },
      inputs));
}

}  // namespace
}  // namespace attention
