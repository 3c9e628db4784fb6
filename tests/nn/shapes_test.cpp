#include "nn/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "nn/text.h"

namespace {

using nn::Real;
using nn::Rng;
using nn::Scene;
using nn::ShapesOptions;
using nn::Thing;

const ShapesOptions plain = {.grid = 4, .cell = 8, .clutter = 0, .noise = 0};

// Mean of a colour's channel over a cell.
double mean_of(const nn::Tensor& picture, int channel, int cell,
               const ShapesOptions& o) {
  double total = 0;
  for (int row = 0; row < o.cell; ++row)
    for (int column = 0; column < o.cell; ++column)
      total += picture.at({0, channel, cell / o.grid * o.cell + row,
                           cell % o.grid * o.cell + column});
  return total / (o.cell * o.cell);
}

TEST(Shapes, CaptionSaysWhatIsThereAndWhere) {
  Rng rng(1);
  std::set<std::string> words;
  for (int i = 0; i < 400; ++i) {
    const Scene scene = nn::draw_pair({}, i % 2 == 0, rng);
    ASSERT_EQ(scene.things.size(), 2u);
    const Thing a = scene.things[0], b = scene.things[1];
    EXPECT_LT(a.shape, b.shape);
    const bool in_row = a.cell / 4 == b.cell / 4;
    EXPECT_TRUE(in_row != (a.cell % 4 == b.cell % 4));
    const std::string relation =
        in_row ? (a.cell < b.cell ? "left of" : "right of")
               : (a.cell < b.cell ? "above" : "below");
    EXPECT_EQ(nn::join(scene.caption),
              "a " + nn::colour_names[a.colour] + ' ' +
                  nn::shape_names[a.shape] + ' ' + relation + " a " +
                  nn::colour_names[b.colour] + ' ' + nn::shape_names[b.shape]);
    std::vector<int> places = {-1, a.cell, a.cell, -1};
    if (in_row) places.push_back(-1);
    places.insert(places.end(), {-1, b.cell, b.cell});
    EXPECT_EQ(scene.places, places);
    EXPECT_EQ(scene.clutter.size(), 2u);
    for (const int cell : scene.clutter)
      EXPECT_TRUE(cell != a.cell && cell != b.cell);
    words.insert(scene.caption.begin(), scene.caption.end());
  }
  const auto all = nn::caption_words();
  EXPECT_EQ(words, std::set<std::string>(all.begin(), all.end()));
  EXPECT_EQ(all.size(), 14u);
}

TEST(Shapes, OneThingHasAClass) {
  Rng rng(2);
  std::set<int> classes, cells;
  for (int i = 0; i < 600; ++i) {
    const Scene scene = nn::draw_thing({}, false, rng);
    const Thing thing = scene.things.at(0);
    EXPECT_EQ(nn::class_of(thing), 4 * thing.shape + thing.colour);
    EXPECT_EQ(scene.places, (std::vector<int>{-1, thing.cell, thing.cell}));
    classes.insert(nn::class_of(thing));
    cells.insert(thing.cell);
  }
  EXPECT_EQ(classes.size(), std::size_t(nn::thing_classes));
  EXPECT_EQ(cells.size(), 16u);
}

// No combination is both trained on and held out, about a fifth is held out,
// and nothing is held out for itself.
TEST(Shapes, SplitIsByComposition) {
  Rng rng(3);
  std::set<std::string> train, held_out;
  std::set<std::pair<int, int>> parts;
  for (int i = 0; i < 8000; ++i) {
    const bool held = i % 2 == 0;
    const Scene scene = nn::draw_pair({}, held, rng);
    (held ? held_out : train).insert(nn::join(scene.caption));
    if (held) continue;
    parts.insert({0, nn::class_of(scene.things[0])});
    parts.insert({1, nn::class_of(scene.things[1])});
  }
  for (const auto& caption : held_out) EXPECT_FALSE(train.contains(caption));
  EXPECT_EQ(train.size() + held_out.size(), 4u * 6u * 16u);
  EXPECT_NEAR(double(held_out.size()), 4 * 6 * 16 / 5.0, 8);
  EXPECT_EQ(parts.size(), 24u);  // three shapes first, three second
  EXPECT_TRUE(held_out.contains("a red circle left of a blue square"));
  std::set<std::pair<int, int>> one_train, one_held;
  for (int i = 0; i < 6000; ++i) {
    const Thing t = nn::draw_thing({}, i % 2 == 0, rng).things[0];
    (i % 2 ? one_train : one_held).insert({nn::class_of(t), t.cell});
  }
  for (const auto& pair : one_held) EXPECT_FALSE(one_train.contains(pair));
  EXPECT_EQ(one_train.size() + one_held.size(), 256u);
}

TEST(Shapes, PictureHasTheColourInItsCell) {
  Rng rng(4);
  for (int shape = 0; shape < 4; ++shape) {
    Scene scene;
    scene.things = {{shape, 2, 6}};  // blue, row 1, column 2
    const nn::Tensor picture = nn::render({scene}, plain, rng);
    EXPECT_EQ(picture.shape(), (autograd::Shape{1, 3, 32, 32}));
    for (int cell = 0; cell < 16; ++cell)
      for (int c = 0; c < 3; ++c) {
        const double mean = mean_of(picture, c, cell, plain);
        if (cell != 6) {
          EXPECT_EQ(mean, 0.125);
        } else if (c == 2) {
          EXPECT_GT(mean, 0.25) << shape;
        }
      }
    EXPECT_GT(mean_of(picture, 2, 6, plain), mean_of(picture, 1, 6, plain));
    EXPECT_GT(mean_of(picture, 1, 6, plain), mean_of(picture, 0, 6, plain));
  }
}

// By hand: the triangle is narrow above and broad below, the cross has empty
// corners and a full middle.
TEST(Shapes, DifferInForm) {
  Rng rng(5);
  const auto rows = [&](int shape) {
    Scene scene;
    scene.things = {{shape, 0, 0}};
    const nn::Tensor picture = nn::render({scene}, plain, rng);
    std::vector<int> width(8);
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x)
        width[std::size_t(y)] += picture.at({0, 0, y, x}) > 0.5;
    return width;
  };
  for (int i = 0; i < 20; ++i) {
    const auto triangle = rows(2), square = rows(1), cross = rows(3);
    EXPECT_LT(triangle[2], triangle[5]);
    EXPECT_EQ(square[3], square[4]);
    EXPECT_EQ(square[2], square[4]);
    EXPECT_GT(std::max(cross[3], cross[4]), cross[1]);
  }
}

TEST(Shapes, AreDrawnByTheSeedAlone) {
  for (int twice = 0; twice < 2; ++twice) {
    Rng a(7), b(7);
    const Scene one = nn::draw_pair({}, false, a);
    const Scene two = nn::draw_pair({}, false, b);
    EXPECT_EQ(one.things, two.things);
    EXPECT_EQ(nn::render({one}, {}, a).values(),
              nn::render({two}, {}, b).values());
  }
}

TEST(Shapes, RefuseWhatDoesNotFit) {
  Rng rng(1);
  EXPECT_THROW(nn::draw_pair({.grid = 1}, false, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw_pair({.cell = 5}, false, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw_pair({.grid = 2, .clutter = 3}, false, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::draw_thing({.noise = -1}, false, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::render({}, {}, rng), std::invalid_argument);
  Scene outside;
  outside.things = {{0, 0, 16}};
  EXPECT_THROW(nn::render({outside}, {}, rng), std::invalid_argument);
  for (const int grid : {2, 3, 7}) {
    const Scene scene = nn::draw_pair({.grid = grid}, true, rng);
    EXPECT_EQ(nn::render({scene, scene}, {.grid = grid}, rng).shape(),
              (autograd::Shape{2, 3, 8 * grid, 8 * grid}));
  }
}

}  // namespace
