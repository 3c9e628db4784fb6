#include "nn/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;

namespace {

constexpr std::array<std::array<Real, 3>, 4> colours = {
    {{Real(1), Real(0.125), Real(0.125)},
     {Real(0.125), Real(0.75), Real(0.25)},
     {Real(0.25), Real(0.375), Real(1)},
     {Real(1), Real(0.875), Real(0.125)}}};

void check_options(const ShapesOptions& o, int things) {
  check(o.grid >= 2 && o.cell >= 6 && o.clutter >= 0 && o.noise >= 0 &&
            o.grid * o.grid >= things + o.clutter,
        "[shapes] wanted a grid of 2 or more, cells of 6 pixels or more, and "
        "room for everything, got grid ",
        o.grid, ", cell ", o.cell, ", clutter ", o.clutter, ", noise ",
        o.noise);
}

Thing draw_any(int cell, Rng& rng) {
  Thing thing;
  thing.shape = rng.below(4);
  thing.colour = rng.below(4);
  thing.cell = cell;
  return thing;
}

// Confetti on cells where nothing else is.
void strew(Scene& scene, const ShapesOptions& options, Rng& rng) {
  std::vector<int> free;
  for (int cell = 0; cell < options.grid * options.grid; ++cell)
    if (std::none_of(scene.things.begin(), scene.things.end(),
                     [&](const Thing& t) { return t.cell == cell; }))
      free.push_back(cell);
  autograd::shuffle(free, rng);
  scene.clutter.assign(free.begin(), free.begin() + options.clutter);
}

void name(Scene& scene, const Thing& thing) {
  for (const std::string& word :
       {std::string("a"), colour_names[std::size_t(thing.colour)],
        shape_names[std::size_t(thing.shape)]}) {
    scene.places.push_back(word == "a" ? -1 : thing.cell);
    scene.caption.push_back(word);
  }
}

bool holds_out(const Thing& thing) {
  return (class_of(thing) + thing.cell) % 5 == 3;
}

bool holds_out(const Thing& a, const Thing& b, int relation) {
  return (a.shape + 2 * b.shape + a.colour + 3 * b.colour + relation) % 5 == 3;
}

}  // namespace

int class_of(const Thing& thing) { return 4 * thing.shape + thing.colour; }

Scene draw_thing(const ShapesOptions& options, bool held_out, Rng& rng) {
  check_options(options, 1);
  Scene scene;
  do {
    const int cell = rng.below(options.grid * options.grid);
    scene.things = {draw_any(cell, rng)};
  } while (holds_out(scene.things[0]) != held_out);
  strew(scene, options, rng);
  name(scene, scene.things[0]);
  return scene;
}

Scene draw_pair(const ShapesOptions& options, bool held_out, Rng& rng) {
  check_options(options, 2);
  const int G = options.grid;
  const int line = rng.below(G), first = rng.below(G);
  const int second = (first + 1 + rng.below(G - 1)) % G;
  const bool in_row = rng.below(2) == 0;
  const auto cell = [&](int i) { return in_row ? line * G + i : i * G + line; };
  const int relation = 2 * !in_row + (first > second);
  Thing a, b;
  do {
    a = draw_any(cell(first), rng);
    b = draw_any(cell(second), rng);
  } while (a.shape >= b.shape || holds_out(a, b, relation) != held_out);
  Scene scene;
  scene.things = {a, b};
  strew(scene, options, rng);
  name(scene, a);
  const char* const words[] = {"left of", "right of", "above", "below"};
  for (const std::string& word : split(words[relation])) {
    scene.caption.push_back(word);
    scene.places.push_back(-1);
  }
  name(scene, b);
  return scene;
}

std::vector<std::string> caption_words() {
  std::vector<std::string> words = {"a"};
  words.insert(words.end(), colour_names.begin(), colour_names.end());
  words.insert(words.end(), shape_names.begin(), shape_names.end());
  for (const char* word : {"left", "right", "of", "above", "below"})
    words.push_back(word);
  return words;
}

std::vector<Real> rgb_of(int colour) {
  const auto& rgb = colours[std::size_t(colour)];
  return {rgb.begin(), rgb.end()};
}

namespace {

// Whether (x, y), measured from the middle of a shape of radius r, y downwards,
// is inside of it.
bool inside(int shape, Real x, Real y, Real r) {
  const Real across = std::abs(x), along = std::abs(y);
  switch (shape) {
    case 0:
      return x * x + y * y <= r * r;
    case 1:
      return std::max(across, along) <= r;
    case 2:
      return along <= r && across <= (y + r) / 2;
    default:
      return std::max(across, along) <= r && std::min(across, along) <= r / 3;
  }
}

// One picture: numbers by colour, row and column.
struct Canvas {
  const ShapesOptions& options;
  std::vector<Real> values;

  explicit Canvas(const ShapesOptions& options)
      : options(options),
        values(std::size_t(3 * options.side() * options.side()), Real(0.125)) {}

  void set(int cell, int row, int column, int colour, Real brightness) {
    const int side = options.side(), G = options.grid;
    const int y = cell / G * options.cell + row;
    const int x = cell % G * options.cell + column;
    for (int c = 0; c < 3; ++c)
      values[std::size_t((c * side + y) * side + x)] =
          brightness * colours[std::size_t(colour)][std::size_t(c)];
  }

  void draw(const Thing& thing, Rng& rng) {
    const Real middle = Real(options.cell - 1) / 2;
    const Real x = middle + rng.uniform(Real(-0.5), Real(0.5));
    const Real y = middle + rng.uniform(Real(-0.5), Real(0.5));
    const Real r = Real(options.cell) * rng.uniform(Real(0.3), Real(0.45));
    const Real brightness = rng.uniform(Real(0.75), Real(1));
    for (int row = 0; row < options.cell; ++row)
      for (int column = 0; column < options.cell; ++column)
        if (inside(thing.shape, Real(column) - x, Real(row) - y, r))
          set(thing.cell, row, column, thing.colour, brightness);
  }

  // A third of the pixels, in any colour.
  void strew(int cell, Rng& rng) {
    for (int row = 0; row < options.cell; ++row)
      for (int column = 0; column < options.cell; ++column) {
        const int colour = rng.below(12);
        if (colour < 4) set(cell, row, column, colour, 1);
      }
  }
};

}  // namespace

Tensor render(const std::vector<Scene>& scenes, const ShapesOptions& options,
              Rng& rng) {
  check(!scenes.empty(), "[render] wanted a scene, got none");
  const int side = options.side();
  std::vector<Real> all;
  for (const Scene& scene : scenes) {
    Canvas canvas(options);
    for (const Thing& thing : scene.things) {
      check(0 <= thing.cell && thing.cell < options.grid * options.grid,
            "[render] wanted a cell below ", options.grid * options.grid,
            ", got ", thing.cell);
      canvas.draw(thing, rng);
    }
    for (const int cell : scene.clutter) canvas.strew(cell, rng);
    if (options.noise > 0)
      for (Real& value : canvas.values) value += options.noise * rng.normal();
    all.insert(all.end(), canvas.values.begin(), canvas.values.end());
  }
  return Tensor::from({int(scenes.size()), 3, side, side}, all);
}

}  // namespace nn
