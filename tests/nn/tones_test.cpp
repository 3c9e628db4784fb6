#include "nn/tones.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace {

using nn::Rng;
using nn::Tones;
using nn::TonesOptions;

int loudest(const nn::Tensor& frames, int b, int t) {
  int best = 0;
  for (int f = 1; f < frames.size(2); ++f)
    if (frames.at({b, t, f}) > frames.at({b, t, best})) best = f;
  return best;
}

// With as many bands as tones and no noise, the loudest band is the tone within
// its bounds, and all is still outside of them.
TEST(Tones, AreWhereTheBoundsSay) {
  Rng rng(1);
  TonesOptions o;
  o.features = o.tones;
  o.noise = 0;
  const Tones sounds = nn::draw_tones(20, false, o, rng);
  const int T = sounds.frames.size(1);
  EXPECT_EQ(sounds.frames.shape(), (autograd::Shape{20, T, 8}));
  for (int b = 0; b < 20; ++b) {
    const auto i = std::size_t(b);
    EXPECT_EQ(sounds.symbols[i].size(), sounds.bounds[i].size());
    EXPECT_LE(sounds.lengths[i], T);
    std::vector<int> playing(std::size_t(T), -1);
    int last = 0;
    for (std::size_t k = 0; k < sounds.bounds[i].size(); ++k) {
      const auto [begin, end] = sounds.bounds[i][k];
      EXPECT_GT(begin, last);  // silence between
      EXPECT_TRUE(o.min_frames <= end - begin && end - begin <= o.max_frames);
      last = end;
      for (int t = begin; t < end; ++t)
        playing[std::size_t(t)] = sounds.symbols[i][k];
    }
    EXPECT_LT(last, sounds.lengths[i]);
    for (int t = 0; t < T; ++t) {
      const int tone = playing[std::size_t(t)];
      if (tone < 0)
        for (int f = 0; f < 8; ++f) EXPECT_EQ(sounds.frames.at({b, t, f}), 0);
      else
        EXPECT_EQ(loudest(sounds.frames, b, t), tone);
    }
  }
}

// By hand: the middle of a tone has energy 1 in its band, 1 / 3 beside it and
// 1 / 9 one further; its first frame has half of that.
TEST(Tones, HaveTheEnergyOfTheFormula) {
  Rng rng(2);
  TonesOptions o;
  o.features = o.tones;
  o.noise = 0;
  const Tones sounds = nn::draw_tones(1, false, o, rng);
  const int tone = sounds.symbols[0][0], begin = sounds.bounds[0][0].first;
  for (int f = 0; f < 8; ++f) {
    const double d = f - tone;
    EXPECT_NEAR(sounds.frames.at({0, begin + 1, f}), 1 / (1 + 2 * d * d), 1e-6);
    EXPECT_NEAR(sounds.frames.at({0, begin, f}), 0.5 / (1 + 2 * d * d), 1e-6);
  }
}

TEST(Tones, HoldAStepOut) {
  Rng rng(3);
  std::set<int> counts;
  for (const bool held_out : {false, true}) {
    const Tones sounds = nn::draw_tones(200, held_out, {}, rng);
    for (const auto& melody : sounds.symbols) {
      bool step = false;
      for (std::size_t i = 1; i < melody.size(); ++i)
        step |= (melody[i - 1] + 3) % 8 == melody[i];
      EXPECT_EQ(step, held_out);
      counts.insert(int(melody.size()));
    }
  }
  EXPECT_EQ(counts, (std::set<int>{3, 4, 5, 6}));
}

TEST(Tones, AreDrawnByTheSeedAlone) {
  Rng a(7), b(7);
  EXPECT_EQ(nn::draw_tones(3, true, {}, a).frames.values(),
            nn::draw_tones(3, true, {}, b).frames.values());
}

TEST(Tones, RefuseWhatCannotBe) {
  Rng rng(1);
  EXPECT_THROW(nn::draw_tones(0, false, {}, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw_tones(1, false, {.tones = 3}, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::draw_tones(1, false, {.silence = 0}, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::draw_tones(1, false, {.min_count = 5, .max_count = 4}, rng),
               std::invalid_argument);
  const Tones one = nn::draw_tones(1, false, {.features = 1}, rng);
  EXPECT_EQ(one.frames.size(2), 1);
}

}  // namespace
