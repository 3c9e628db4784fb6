// Recurrent layers over whole sequences, forward and backward.
#include "nn/rnn.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

template <class Step>
Run sequence(int batch, int time, int hidden) {
  Rng rng(1);
  const nn::Recurrent<Step> layer({.input = hidden, .hidden = hidden}, rng);
  return [layer, x = random_leaf({batch, time, hidden}, 1),
          dy = random({batch, time, hidden}, 2)]() mutable {
    x.zero_grad();
    nn::zero_grad(layer.parameters());
    layer(x).outputs.backward(dy);
  };
}

template <class Step>
void add(Cases& cases, const std::string& name) {
  constexpr int batch = 32;
  for (int time : {20, 50})
    for (int hidden : {16, 128, 256, 512}) {
      // Gates of the input and of the state; backward doubles and adds that.
      const double multiply_adds =
          3.0 * batch * time * Step::gates * hidden * 2 * hidden;
      cases.push_back(
          {.name = name + "_fwdbwd_b32_T" + std::to_string(time) + "_H" +
                   std::to_string(hidden),
           .setup = [=] { return sequence<Step>(batch, time, hidden); },
           .goal = hidden == 16 ? Goal{5, 5} : Goal{1.3, 1.7},
           .flops = 2 * multiply_adds});
    }
}

}  // namespace

Cases recurrent_cases() {
  Cases cases;
  add<nn::TanhStep>(cases, "RNN");
  add<nn::GruStep>(cases, "GRU");
  add<nn::LstmStep>(cases, "LSTM");
  return cases;
}

}  // namespace bench
