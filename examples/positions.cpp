// How does a word know where it stands? What six kinds of positions make of
// the order of words, and the rotation that is in two of them.
#include <algorithm>
#include <cmath>

#include "attention/multihead.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::PositionKind;

namespace {

const std::vector<std::pair<std::string, PositionKind>> kinds = {
    {"none", PositionKind::none},
    {"sinusoidal", PositionKind::sinusoidal},
    {"learned", PositionKind::learned},
    {"rotary", PositionKind::rotary},
    {"ALiBi", PositionKind::alibi},
    {"relative", PositionKind::relative}};

constexpr int width = 32, heads = 4;

// ---- What an order changes

attention::PositionOptions options_of(PositionKind kind) {
  attention::PositionOptions options;
  options.kind = kind;
  options.width = width;
  options.heads = heads;
  options.head = width / heads;
  options.longest = 16;
  return options;
}

// Self-attention of words with positions of a kind.
struct Layer {
  attention::PositionEmbedding embed;
  attention::MultiHeadAttention attend;

  static attention::MultiHeadOptions heads_of(PositionKind kind) {
    attention::MultiHeadOptions options;
    options.width = width;
    options.heads = heads;
    options.position = options_of(kind);
    return options;
  }
  Layer(PositionKind kind, Rng& rng)
      : embed(options_of(kind), rng), attend(heads_of(kind), rng) {}
  Tensor operator()(const Tensor& x) const {
    return attend(embed(x), Mask(), nullptr);
  }
  // The last word alone, told that it stands at `first`; keys and values of
  // all words are there.
  Tensor last(const Tensor& x, int first) const {
    const Tensor placed = embed(x);
    const Tensor word = slice(x, 1, x.size(1) - 1, x.size(1));
    return attend(embed(word, first), attend.project(placed, placed), Mask(),
                  nullptr, first);
  }
};

double largest(const Tensor& x) {
  double result = 0;
  for (const Real value : x.values())
    result = std::max(result, std::abs(double(value)));
  return result;
}

// The rows of x [1, T, W] in another order.
Tensor in_order(const Tensor& x, const std::vector<int>& order) {
  std::vector<Tensor> rows;
  for (const int t : order) rows.push_back(slice(x, 1, t, t + 1));
  return concat(rows, 1);
}

// How much contexts change, apart from moving with their words.
double change(const Layer& layer, const Tensor& x,
              const std::vector<int>& order) {
  return largest(layer(in_order(x, order)) - in_order(layer(x), order));
}

void print_permutation() {
  section("permutation");
  std::cout.flush();
  std::printf("%-12s %12s %12s\n", "", "mixed", "reversed");
  for (const auto& [name, kind] : kinds) {
    Rng rng(3);
    const Layer layer(kind, rng);
    const Tensor x = Tensor::normal({1, 6, width}, 0, 1, rng);
    const double mixed = change(layer, x, {3, 0, 4, 2, 5, 1}),
                 reversed = change(layer, x, {5, 4, 3, 2, 1, 0});
    std::printf("%-12s %12.1e %12.1e\n", name.c_str(), mixed, reversed);
    if ((mixed < 1e-5) != (kind == PositionKind::none))
      throw std::runtime_error("wanted every position to see the order");
  }
  std::fflush(stdout);
}

// ---- The rotations in the encodings

// ANCHOR: rotation
// Each pair (sin, cos) of row k turns that of row p into that of row p + k:
//   sin(p + k) = sin p cos k + cos p sin k
//   cos(p + k) = cos p cos k - sin p sin k
double rotation_error(const Tensor& rows) {  // [T, W]
  double worst = 0;
  for (int p = 0; p < rows.size(0); ++p)
    for (int k = 0; p + k < rows.size(0); ++k)
      for (int i = 0; i < rows.size(1); i += 2) {
        const auto at = [&](int row, int j) {
          return double(rows.at({row, i + j}));
        };
        worst = std::max(
            {worst,
             std::abs(at(p + k, 0) - at(p, 0) * at(k, 1) - at(p, 1) * at(k, 0)),
             std::abs(at(p + k, 1) - at(p, 1) * at(k, 1) +
                      at(p, 0) * at(k, 0))});
      }
  return worst;
}
// ANCHOR_END: rotation

void print_rotation() {
  section("rotation");
  const double error = rotation_error(attention::sinusoids(128, 32));
  number("sinusoids turned by k, largest error", significant(error, 2));
  Rng rng(1);
  const Tensor q = Tensor::normal({1, 8}, 0, 1, rng);
  const Tensor k = Tensor::normal({1, 8}, 0, 1, rng);
  const auto score = [&](int at_q, int at_k) {
    return double(sum(rotary(q, at_q) * rotary(k, at_k)).item());
  };
  for (const auto& [p, s] : {std::pair{5, 3}, {105, 103}, {5, 4}})
    number("rotary score of a query at " + std::to_string(p) + ", a key at " +
               std::to_string(s),
           fixed(score(p, s), 4));
  claim(error < 1e-5, "a shift by k is a rotation, the same at every place");
  claim(std::abs(score(5, 3) - score(105, 103)) < 1e-4,
        "a rotary score depends on the distance only");
}

std::string draw_sinusoids() {
  const Tensor rows = attention::sinusoids(16, 16);
  Grid grid;
  grid.title =
      "The sinusoids of sixteen places: columns to the left swing "
      "from row to row, columns to the right hardly move";
  grid.across = "number of the encoding";
  grid.down = "place";
  for (int i = 0; i < 16; ++i) {
    grid.rows.push_back(std::to_string(i));
    grid.columns.push_back(std::to_string(i));
    grid.shares.emplace_back();
    for (int j = 0; j < 16; ++j)
      grid.shares.back().push_back(
          std::clamp((1 + double(rows.at({i, j}))) / 2, 0.0, 1.0));
  }
  return svg_grid(grid);
}

// The newest word asks alone, as when a model writes word by word: at its own
// place, and at place 0.
void print_anew() {
  section("the newest word alone");
  std::cout.flush();
  std::printf("%-12s %12s %12s\n", "", "its place", "place 0");
  for (const auto& [name, kind] : kinds) {
    Rng rng(3);
    const Layer layer(kind, rng);
    const Tensor x = Tensor::normal({1, 6, width}, 0, 1, rng);
    const Tensor wanted = slice(layer(x), 1, 5, 6);
    const double right = largest(layer.last(x, 5) - wanted),
                 anew = largest(layer.last(x, 0) - wanted);
    std::printf("%-12s %12.1e %12.1e\n", name.c_str(), right, anew);
    if (right > 1e-5 || (anew < 1e-5) != (kind == PositionKind::none))
      throw std::runtime_error("wanted the place to be told");
  }
  std::fflush(stdout);
}

// What a table does where it has no row.
void print_end() {
  section("beyond the table");
  Rng rng(1);
  const Layer layer(PositionKind::learned, rng);
  try {
    layer(Tensor::zeros({1, 17, width}));
    throw std::runtime_error("wanted an error");
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]",
                  "What six kinds of positions make of the order of words.");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    print_permutation();
    print_rotation();
    print_anew();
    print_end();
    if (!figures.empty()) figure(figures, "sinusoids.svg", draw_sinusoids());
  });
}
