// A synthetic sound: tones one after another, as frames of filter-bank
// energies, with the frame at which each begins and ends.
#pragma once

#include <vector>

#include "nn/module.h"

namespace nn {

struct TonesOptions {
  int tones = 8;                       // different ones, by their pitch
  int features = 12;                   // F, bands of the filter bank
  int min_count = 3, max_count = 6;    // tones in a sound
  int min_frames = 3, max_frames = 6;  // of a tone
  int silence = 2;                     // frames between two, at most
  Real noise = Real(0.1);              // standard deviation in every band
};

// Sounds side by side, filled up with silence.
struct Tones {
  Tensor frames;                          // [B, T, F]
  std::vector<int> lengths;               // [B], frames of each sound
  std::vector<std::vector<int>> symbols;  // what was played
  std::vector<std::vector<std::pair<int, int>>> bounds;  // [begin, end) of each
};

// So many sounds. The same tone may come twice; a frame of silence at least is
// between. Held out are the melodies in which some tone is followed by the tone
// three above it (counted round): in training no sound has such a step, of
// `held_out` each has.
Tones draw_tones(int count, bool held_out, const TonesOptions& options,
                 Rng& rng);

}  // namespace nn
