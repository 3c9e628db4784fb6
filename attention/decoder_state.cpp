#include "attention/decoder_state.h"

#include <memory>
#include <utility>

namespace attention {

Step DecoderState::ask() const {
  Step step;
  step.position = t;
  step.same_place = true;
  step.previous = weights;
  step.coverage = coverage;
  return step;
}

void DecoderState::note(const Tensor& looked) {
  ++t;
  if (!looked.defined()) return;
  coverage = coverage.defined() ? coverage + looked : looked;
  weights = looked;
}

void DecoderState::reorder(const Indices& from) {
  // What the hypotheses carry are rows of tables.
  for (Tensor* part : {&hidden, &attentional, &weights, &coverage})
    if (part->defined())
      *part = autograd::embedding(autograd::squeeze(*part, 0), from);
}

nn::Decoder decoder_from(
    DecoderState first,
    std::function<nn::Prediction(const Indices& tokens, DecoderState&)> step) {
  const auto state = std::make_shared<DecoderState>(std::move(first));
  nn::Decoder decoder;
  decoder.step = [state, step = std::move(step)](const Indices& tokens) {
    return step(tokens, *state);
  };
  decoder.reorder = [state](const Indices& from) { state->reorder(from); };
  return decoder;
}

}  // namespace attention
