#include "attention/caption_study.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

namespace attention {
namespace {

// By hand: of three channels two are strongest in cell 1, one in cell 0.
TEST(CaptionStudy, SalienceIsWhereTheMaximaComeFrom) {
  const Tensor features =
      Tensor::from({3, 3}, {5, 1, 0, 2, 4, 3, 1, 1, 1});  // [S, C]
  const auto shares = salience(features);
  EXPECT_NEAR(shares[0], 1 / 3.0, 1e-12);
  EXPECT_NEAR(shares[1], 2 / 3.0, 1e-12);
  EXPECT_EQ(shares[2], 0);
  EXPECT_THROW(salience(Tensor::zeros({2})), std::invalid_argument);
}

TEST(CaptionStudy, SightSaysWhatIsInACell) {
  nn::Scene scene;
  scene.things = {{0, 0, 5}, {1, 2, 7}};
  scene.clutter = {2};
  EXPECT_EQ(sight(scene, 5), Sight::first);
  EXPECT_EQ(sight(scene, 7), Sight::second);
  EXPECT_EQ(sight(scene, 2), Sight::confetti);
  EXPECT_EQ(sight(scene, 0), Sight::nothing);
}

// A model with scores of 0 reads all cells alike: the largest weight is the
// first cell's, and the maps of any two words are the same.
TEST(CaptionStudy, GradesAUniformReader) {
  const nn::ShapesOptions shapes = {.grid = 2, .clutter = 1};
  const nn::Vocab vocab = nn::Vocab::build({nn::caption_words()});
  CaptionerOptions options;
  options.encoder.channels = {4, 5, 6};
  options.encoder.grid = 2;
  options.words = vocab.size();
  Rng rng(1);
  Captioner model(options, rng);
  model.decoder.attend.score.v.weight.fill(0);
  std::vector<nn::Scene> scenes;
  double in_first_cell = 0;
  for (int i = 0; i < 30; ++i) {
    scenes.push_back(nn::draw_pair(shapes, false, rng));
    for (const int place : scenes.back().places) in_first_cell += place == 0;
  }
  const CaptionedPictures pictures = take_pictures(scenes, shapes, vocab, rng);
  EXPECT_EQ(pictures.pixels.shape(), (nn::Shape{30, 3, 16, 16}));
  const CaptionScore score = grade_captions(model, pictures, vocab);
  EXPECT_NEAR(score.right, in_first_cell / (30 * 4), 1e-12);
  EXPECT_NEAR(score.apart, 0, 1e-6);
  EXPECT_LE(score.exact, 0.1);
  for (const auto& [role, counts] : score.looks) {
    const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (role == 4)
      EXPECT_LT(all, 30);  // "of"
    else
      EXPECT_EQ(all, 30) << role;
  }
  EXPECT_EQ(score.looks.size(), 9u);
}

}  // namespace
}  // namespace attention
