// A first look at gradients: who tells the weights to change?
#include <iostream>

#include "autograd/counter.h"
#include "autograd/dot.h"
#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "nn/flags.h"

using autograd::Rng;
using autograd::Tensor;

namespace {

void section(const char* name) { std::cout << "\n== " << name << " ==\n"; }

// One attention by hand: three keys, a query, and the context they give.
Tensor attend(const Tensor& query, const Tensor& keys, const Tensor& values) {
  const Tensor weights = softmax(matmul(keys, query));  // [3]
  return matmul(weights, values);                       // [2]
}

void run(bool draw) {
  Tensor keys = Tensor::from({3, 2}, {1, 0, 0, 1, 1, 1});
  Tensor values = Tensor::from({3, 2}, {2, 0, 0, 2, 1, 1});
  Tensor query = Tensor::from({2}, {0.5, -0.5});
  query.requires_grad(true);

  if (draw) {
    const Tensor context = attend(query, keys, values);
    std::cout << graph_dot(
        context, {{"query", query}, {"keys", keys}, {"values", values}});
    return;
  }

  section("forward");
  const Tensor context = attend(query, keys, values);
  std::cout << "keys =\n"
            << keys << "\nquery = " << query
            << "\nweights = " << softmax(matmul(keys, query)).detach()
            << "\ncontext = " << context << '\n';

  section("backward");
  // How far is the context from where we want it, and which way must the query
  // move?
  const Tensor wanted = Tensor::from({2}, {2, 0});
  const Tensor loss = sum(pow(context - wanted, 2));
  loss.backward();
  std::cout << "loss = " << loss << "\nd loss / d query = " << query.grad()
            << '\n';

  section("check");
  // The same slope, by moving the query a little both ways.
  const float h = 1e-3f;
  for (int i = 0; i < 2; ++i) {
    auto loss_at = [&](float moved) {
      Tensor other = query.detach().clone();
      other.set({i}, other.at({i}) + moved);
      return sum(pow(attend(other, keys, values) - wanted, 2)).item();
    };
    std::cout << "by differences, element " << i << " = "
              << (loss_at(h) - loss_at(-h)) / (2 * h) << '\n';
  }
  autograd::check_gradients(
      "attend",
      [](const std::vector<Tensor>& x) { return attend(x[0], x[1], x[2]); },
      {query, keys, values});
  std::cout << "check_gradients found nothing wrong\n";

  section("descent");
  autograd::Counter counter;
  for (int step = 1; step <= 60; ++step) {
    query.zero_grad();
    const Tensor now = sum(pow(attend(query, keys, values) - wanted, 2));
    now.backward();
    query.copy_from(query.detach() - query.grad() * 0.5f);
    if (step % 20 == 0)
      std::cout << "step " << step << "  loss = " << now << '\n';
  }
  std::cout << "query = " << query
            << "\nweights = " << softmax(matmul(keys, query)).detach() << "\n\n"
            << counter;
}

}  // namespace

int main(int argc, char** argv) {
  bool draw = false;
  nn::Flags flags("[flags]",
                  "Shows a forward pass, its gradients, a check of them, and "
                  "a descent along them.");
  flags.add("draw", &draw, "print the graph in Graphviz's language instead");
  return nn::run_program(argc, argv, flags, [&](const auto& operands) {
    if (!operands.empty())
      throw nn::UsageError("wanted flags only, got '" + operands[0] + "'");
    run(draw);
  });
}
