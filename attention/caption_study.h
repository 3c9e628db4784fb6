// What a captioner says of pictures whose truth is known, and where it looks.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "attention/caption.h"
#include "nn/shapes.h"
#include "nn/vocab.h"

namespace attention {

// Scenes with their captions and pictures.
struct CaptionedPictures {
  std::vector<nn::Scene> scenes;
  Tensor pixels;       // [B, 3, side, side]
  nn::Batch captions;  // its sources mean nothing
};
CaptionedPictures take_pictures(std::vector<nn::Scene> scenes,
                                const nn::ShapesOptions& options,
                                const nn::Vocab& vocab, Rng& rng);

// The share of the channels that are strongest in each cell: where the numbers
// of a max pooling over the whole picture come from, whatever is asked.
//   features [S, C]   to S shares
std::vector<double> salience(const Tensor& features);

// What a cell has, as a reader of the caption would say.
enum class Sight { first, second, confetti, nothing };
Sight sight(const nn::Scene& scene, int cell);

struct CaptionScore {
  double exact = 0;    // share of captions said exactly (greedy)
  double right = 0;    // of the words that name a thing, the true caption fed:
                       // share whose largest weight is on that thing's cell
  double apart = 0;    // the maps of the two words for shapes: Jensen-Shannon
                       // divergence in bits, as a mean over the pictures
  double salient = 0;  // share of pictures whose most salient cell has a thing
  // How often the largest weight of each word was on what, by the word's place
  // in "a red circle left of a blue square </s>"; others have no "of".
  std::map<int, std::array<double, 4>> looks;
};
CaptionScore grade_captions(const Captioner& model,
                            const CaptionedPictures& pictures,
                            const nn::Vocab& vocab);

}  // namespace attention
