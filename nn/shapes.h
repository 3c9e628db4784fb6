// Coloured shapes on a grid: small pictures whose truth is known, with captions
// and the place of every word. Cells are counted row by row from 0.
#pragma once

#include <string>
#include <vector>

#include "nn/module.h"

namespace nn {

// What is drawn: a shape and its colour, by their place in these lists, and
// where.
inline const std::vector<std::string> shape_names = {"circle", "square",
                                                     "triangle", "cross"};
inline const std::vector<std::string> colour_names = {"red", "green", "blue",
                                                      "yellow"};
struct Thing {
  int shape = 0, colour = 0, cell = 0;
  bool operator==(const Thing&) const = default;
};

// Shape and colour in one number, 0 .. thing_classes - 1.
inline constexpr int thing_classes = 16;
int class_of(const Thing& thing);

struct ShapesOptions {
  int grid = 4;              // G, cells a side
  int cell = 8;              // pixels a side of a cell
  int clutter = 2;           // cells that are filled with confetti
  Real noise = Real(0.125);  // standard deviation, added to every number

  int side() const { return grid * cell; }  // pixels a side of the picture
};

// What is in a picture, and what is to be said of it.
struct Scene {
  std::vector<Thing> things;
  std::vector<int> clutter;          // cells
  std::vector<std::string> caption;  // words
  std::vector<int> places;  // of each word: the cell of what it names, or -1
};

// One thing: "a red circle". To classify, by class_of its thing.
//
// Held out are a fifth of all classes in a fifth of the cells, so that every
// class and every cell is in training. Scenes of the one kind or the other are
// drawn as asked for.
Scene draw_thing(const ShapesOptions& options, bool held_out, Rng& rng);

// Two things of different shapes, in one row or in one column: "a red circle
// left of a blue square". Named first is the shape that comes first in
// shape_names, so a picture has one caption.
//
// Held out is a fifth of the captions, the one above among them; a caption's
// things may stand in another relation in training.
Scene draw_pair(const ShapesOptions& options, bool held_out, Rng& rng);

// The words of all captions, in a fixed order.
std::vector<std::string> caption_words();

// The scenes as pictures [B, 3, G cell, G cell], red, green and blue from 0 to
// 1, before noise. Sizes, places and brightness within the cell vary.
Tensor render(const std::vector<Scene>& scenes, const ShapesOptions& options,
              Rng& rng);

// Red, green and blue of a colour, from 0 to 1.
std::vector<Real> rgb_of(int colour);

}  // namespace nn
