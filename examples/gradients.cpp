// Who tells the weights to change? The gradient of attention, three ways.
#include <algorithm>
#include <cmath>

#include "autograd/counter.h"
#include "autograd/dot.h"
#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "nn/diagram.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;

namespace {

// ANCHOR: given
const Tensor keys = Tensor::from({3, 2}, {1, 0, 0, 1, 1, 1});
const Tensor values = Tensor::from({3, 2}, {2, 0, 0, 2, 1, 1});
const Tensor start = Tensor::from({2}, {0.5, -0.5});
const Tensor wanted = Tensor::from({2}, {2, 0});
// ANCHOR_END: given

// Attention to three keys: the weights, and the context they give.
struct Reading {
  Tensor weights, context;
};

Reading attend(const Tensor& query) {
  const Tensor weights = softmax(matmul(keys, query));  // [3]
  return {weights, matmul(weights, values)};            // [3], [2]
}

// How far is the context from where we want it?
Tensor loss_of(const Tensor& query) {
  return sum(pow(attend(query).context - wanted, 2));
}

Tensor query_to_learn() { return start.clone().requires_grad(true); }

// ANCHOR: by_hand
// The chain rule from the loss back to the query, a line a step.
Tensor gradient_by_hand(const Tensor& query) {
  const auto [weights, context] = attend(query);
  const Tensor dc = (context - wanted) * 2;              // [2]
  const Tensor da = matmul(values, dc);                  // [3]
  const Tensor de = weights * (da - sum(weights * da));  // [3]
  return matmul(transpose(keys), de);                    // [2]
}
// ANCHOR_END: by_hand

// (f(x + h) - f(x - h)) / 2h for each element of the query.
Tensor gradient_by_differences(const Tensor& query, Real h) {
  Tensor gradient = Tensor::zeros(query.shape());
  for (int i = 0; i < query.size(0); ++i) {
    auto loss_at = [&](Real x) {
      Tensor moved = query.detach().clone();
      moved.set({i}, x);
      return loss_of(moved).item();
    };
    const Real x = query.at({i});
    gradient.set({i}, (loss_at(x + h) - loss_at(x - h)) / (2 * h));
  }
  return gradient;
}

void print_forward() {
  section("forward");
  const auto [weights, context] = attend(start);
  std::cout << "keys\n"
            << keys << "\nquery = " << start << "\nweights = " << weights
            << "\ncontext = " << context << "\nloss = " << loss_of(start)
            << '\n';
}

void print_backward() {
  section("backward");
  Tensor query = query_to_learn();
  loss_of(query).backward();
  std::cout << "by the library     " << query.grad() << "\nby hand            "
            << gradient_by_hand(start) << "\nby differences     "
            << gradient_by_differences(start, Real(0.01)) << '\n';
}

const Real steps[] = {1, 0.1f, 0.01f, 1e-3f, 1e-4f, 1e-5f, 1e-6f};

// The largest error of the differences by a step of h.
double error_at(Real h) {
  const Tensor exact = gradient_by_hand(start);
  Real worst = 0;
  for (Real error : (gradient_by_differences(start, h) - exact).values())
    worst = std::max(worst, std::abs(error));
  return double(worst);
}

void print_differences() {
  section("differences");
  for (Real h : steps)
    std::printf("h = %-8.0e  largest error %.1e\n", double(h), error_at(h));
  std::fflush(stdout);
  check_gradients(
      "attend",
      [](const std::vector<Tensor>& x) { return attend(x[0]).context; },
      {query_to_learn()});
  std::cout << "check_gradients found nothing wrong\n";
}

// dc / dq = sum_j alpha_j (v_j - c) (k_j - mean k)', the covariance of values
// and keys under the weights.
void print_covariance() {
  section("covariance");
  const auto [weights, context] = attend(start);
  const Tensor k = keys - matmul(weights, keys);                // [3, 2]
  const Tensor v = (values - context) * unsqueeze(weights, 1);  // [3, 2]
  std::cout << "covariance\n" << matmul(transpose(v), k) << '\n';
  std::vector<Tensor> rows;
  for (int i = 0; i < 2; ++i) {
    Tensor query = query_to_learn();
    select(attend(query).context, 0, i).backward();
    rows.push_back(query.grad());
  }
  std::cout << "d context / d query\n" << stack(rows, 0) << '\n';
}

// ANCHOR: diamond
// x is read by y, and y twice: two paths lead from z back to x.
void print_diamond() {
  section("diamond");
  Tensor x = Tensor(2).detach().requires_grad(true);
  const Tensor y = x * 3;
  const Tensor z = y * 2 + y * 5;
  z.backward();
  number("dz / dx", x.grad());  // (2 + 5) 3
}
// ANCHOR_END: diamond

// Down the slope, by half the gradient each step.
void print_descent() {
  section("descent");
  Tensor query = query_to_learn();
  for (int step = 0; step <= 60; ++step) {
    query.zero_grad();
    const Tensor loss = loss_of(query);
    loss.backward();
    if (step % 20 == 0)
      std::cout << "step " << step << "  loss " << loss << "  weights "
                << attend(query.detach()).weights << '\n';
    query.copy_from(query.detach() - query.grad() * Real(0.5));
  }
}

void print_work() {
  section("work");
  Counter counter;
  Tensor query = query_to_learn();
  loss_of(query).backward();
  std::cout << counter;
}

nn::Curves draw_differences() {
  nn::Curve curve{.name = "32-bit floats", .x = {}, .y = {}};
  for (Real h : steps) {
    curve.x.push_back(double(h));
    curve.y.push_back(error_at(h));
  }
  return {.title = "The error of the differences: least for a step of 0.01",
          .x = {.name = "step h", .logarithmic = true},
          .y = {.name = "largest error", .logarithmic = true},
          .curves = {curve}};
}

}  // namespace

int main(int argc, char** argv) {
  bool draw = false;
  std::string figures;
  nn::Flags flags("[flags]", "The gradient of attention, three ways.");
  flags.add("draw", &draw, "print the graph in Graphviz's language instead");
  flags.add("figures", &figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    const Tensor query = query_to_learn();
    const Tensor loss = loss_of(query);
    const Names names = {{"query", query},
                         {"keys", keys},
                         {"values", values},
                         {"wanted", wanted}};
    if (draw) {
      std::cout << graph_dot(loss, names);
      return;
    }
    print_forward();
    print_backward();
    print_differences();
    print_covariance();
    print_diamond();
    print_descent();
    print_work();
    if (figures.empty()) return;
    figure(figures, "graph.svg",
           nn::svg_graph(loss, names, "The graph of attention and its loss"));
    figure(figures, "differences.svg", nn::svg_curves(draw_differences()));
  });
}
