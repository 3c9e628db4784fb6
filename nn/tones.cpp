#include "nn/tones.h"

#include <algorithm>

#include "autograd/check.h"

namespace nn {

namespace {

// Whether a tone is followed by that three above it.
bool holds_out(const std::vector<int>& melody, int tones) {
  for (std::size_t i = 1; i < melody.size(); ++i)
    if ((melody[i - 1] + 3) % tones == melody[i]) return true;
  return false;
}

std::vector<int> draw_melody(bool held_out, const TonesOptions& o, Rng& rng) {
  std::vector<int> melody;
  do {
    melody.assign(
        std::size_t(o.min_count + rng.below(o.max_count - o.min_count + 1)), 0);
    for (int& tone : melody) tone = rng.below(o.tones);
  } while (holds_out(melody, o.tones) != held_out);
  return melody;
}

// The energy of a tone in each band, most in that of its pitch; it is softer in
// its first and its last frame.
void play(std::vector<Real>& sound, int tone, int frames,
          const TonesOptions& o) {
  const Real pitch =
      Real(tone) * Real(o.features - 1) / Real(std::max(o.tones - 1, 1));
  for (int t = 0; t < frames; ++t) {
    const Real loudness = t == 0 || t == frames - 1 ? Real(0.5) : Real(1);
    for (int f = 0; f < o.features; ++f) {
      const Real distance = Real(f) - pitch;
      sound.push_back(loudness / (1 + 2 * distance * distance));
    }
  }
}

}  // namespace

Tones draw_tones(int count, bool held_out, const TonesOptions& o, Rng& rng) {
  autograd::check(
      count >= 1 && o.tones >= 4 && o.features >= 1 && o.min_count >= 2 &&
          o.max_count >= o.min_count && o.min_frames >= 1 &&
          o.max_frames >= o.min_frames && o.silence >= 1 && o.noise >= 0,
      "[draw_tones] wanted a sound, 4 tones or more, a band, 2 tones or more "
      "in a sound, of a frame or more, a frame of silence, got ",
      count, " sounds, ", o.tones, " tones, ", o.features, " bands, ",
      o.min_count, " to ", o.max_count, " tones of ", o.min_frames, " to ",
      o.max_frames, " frames, silence ", o.silence, ", noise ", o.noise);
  Tones result;
  std::vector<std::vector<Real>> sounds(static_cast<std::size_t>(count));
  const auto silent = [&](std::vector<Real>& sound) {
    const int frames = 1 + rng.below(o.silence);
    sound.insert(sound.end(), std::size_t(frames * o.features), Real(0));
  };
  for (std::vector<Real>& sound : sounds) {
    const std::vector<int> melody = draw_melody(held_out, o, rng);
    std::vector<std::pair<int, int>> bounds;
    silent(sound);
    for (const int tone : melody) {
      const int frames =
          o.min_frames + rng.below(o.max_frames - o.min_frames + 1);
      const int begin = int(sound.size()) / o.features;
      play(sound, tone, frames, o);
      bounds.emplace_back(begin, begin + frames);
      silent(sound);
    }
    result.lengths.push_back(int(sound.size()) / o.features);
    result.symbols.push_back(melody);
    result.bounds.push_back(bounds);
  }
  const int T = *std::max_element(result.lengths.begin(), result.lengths.end());
  std::vector<Real> all;
  for (std::vector<Real>& sound : sounds) {
    for (Real& value : sound)
      if (o.noise > 0) value += o.noise * rng.normal();
    sound.resize(std::size_t(T * o.features));
    all.insert(all.end(), sound.begin(), sound.end());
  }
  result.frames = Tensor::from({count, T, o.features}, all);
  return result;
}

}  // namespace nn
