#include "attention/caption_study.h"

#include <algorithm>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/metrics.h"

namespace attention {

CaptionedPictures take_pictures(std::vector<nn::Scene> scenes,
                                const nn::ShapesOptions& options,
                                const nn::Vocab& vocab, Rng& rng) {
  std::vector<nn::EncodedPair> pairs;
  std::vector<int> items;
  for (const nn::Scene& scene : scenes) {
    items.push_back(int(items.size()));
    pairs.push_back({{nn::Vocab::unknown}, vocab.encode(scene.caption)});
  }
  const Tensor pixels = nn::render(scenes, options, rng);
  return {std::move(scenes), pixels, nn::make_batch(pairs, items)};
}

std::vector<double> salience(const Tensor& features) {
  autograd::check(features.rank() == 2, "[salience] wanted features [S, C], ",
                  "got ", features.shape());
  std::vector<double> shares(std::size_t(features.size(0)));
  for (const int cell : nn::argmax(autograd::transpose(features)))
    shares[std::size_t(cell)] += 1.0 / features.size(1);
  return shares;
}

Sight sight(const nn::Scene& scene, int cell) {
  for (std::size_t i = 0; i < scene.things.size(); ++i)
    if (scene.things[i].cell == cell) return i ? Sight::second : Sight::first;
  const auto& confetti = scene.clutter;
  return std::find(confetti.begin(), confetti.end(), cell) != confetti.end()
             ? Sight::confetti
             : Sight::nothing;
}

namespace {

template <class T>
int strongest_cell(const std::vector<T>& weights) {
  return int(std::max_element(weights.begin(), weights.end()) -
             weights.begin());
}

// Adds what is seen in one picture, the true caption fed; counts its words that
// name a thing.
int grade_looks(const nn::Scene& scene, const nn::Hypothesis& read,
                CaptionScore& score) {
  const auto words = scene.caption.size();
  int naming = 0;
  for (std::size_t t = 0; t < read.weights.size(); ++t) {
    const int cell = strongest_cell(read.weights[t]);
    const bool after_of = words == 7 && t > 3;
    score.looks[int(t) + after_of][std::size_t(sight(scene, cell))] += 1;
    if (t >= words || scene.places[t] < 0) continue;
    ++naming;
    score.right += cell == scene.places[t];
  }
  const auto map = [&](std::size_t t) {
    return Tensor::from({1, int(read.weights[t].size())}, read.weights[t]);
  };
  score.apart += nn::jensen_shannon(map(2), map(words - 1));
  return naming;
}

}  // namespace

CaptionScore grade_captions(const Captioner& model,
                            const CaptionedPictures& pictures,
                            const nn::Vocab& vocab) {
  const autograd::NoGrad no_grad;
  std::vector<std::vector<int>> truth;
  for (const nn::Scene& scene : pictures.scenes) {
    autograd::check(scene.things.size() == 2,
                    "[grade_captions] wanted two things in a scene, got ",
                    scene.things.size());
    truth.push_back(vocab.encode(scene.caption));
  }
  const std::vector<int> limits(truth.size(), 12);
  const auto said = nn::greedy(model.describe(pictures.pixels), limits);
  const auto read = nn::forced(model.describe(pictures.pixels), truth);
  const Tensor features = model.encoder.features(pictures.pixels);
  CaptionScore score;
  int naming = 0;
  for (std::size_t b = 0; b < truth.size(); ++b) {
    const nn::Scene& scene = pictures.scenes[b];
    score.exact += said[b].tokens == truth[b];
    naming += grade_looks(scene, read[b], score);
    const auto shares = salience(autograd::select(features, 0, int(b)));
    score.salient += sight(scene, strongest_cell(shares)) <= Sight::second;
  }
  const auto n = double(truth.size());
  score.exact /= n;
  score.apart /= n;
  score.salient /= n;
  score.right /= std::max(naming, 1);
  return score;
}

}  // namespace attention
