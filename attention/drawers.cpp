#include "attention/drawers.h"

#include <vector>

namespace attention {

Drawers draw_drawers(int chests, int S, nn::Rng& rng) {
  autograd::check(chests >= 1 && S >= 1,
                  "[draw_drawers] wanted at least one drawer, got ", chests,
                  " chests of ", S);
  std::vector<int> labels, contents, places, answers;
  std::vector<int> order;
  for (int s = 0; s < S; ++s) order.push_back(s);
  for (int b = 0; b < chests; ++b) {
    autograd::shuffle(order, rng);
    for (int s = 0; s < S; ++s) {
      labels.push_back(order[static_cast<std::size_t>(s)]);
      contents.push_back(rng.below(S));
    }
    places.resize(labels.size());
    answers.resize(labels.size());
    for (int s = 0; s < S; ++s) {
      const auto here = static_cast<std::size_t>(b * S + s);
      const auto asked = static_cast<std::size_t>(b * S + labels[here]);
      places[asked] = s;
      answers[asked] = contents[here];
    }
  }
  const nn::Shape shape{chests, S};
  return {nn::Indices(shape, labels), nn::Indices(shape, contents),
          nn::Indices(shape, places), nn::Indices(shape, answers)};
}

Finder::Finder(const FinderOptions& options, nn::Rng& rng)
    : query(options.drawers, options.width, rng),
      key(options.drawers, options.width, rng),
      content(options.drawers, options.width, rng),
      answer(options.width, options.drawers, rng) {}

Finder::Found Finder::operator()(const Drawers& drawers,
                                 const Step& step) const {
  const int B = drawers.labels.shape()[0], S = drawers.labels.shape()[1];
  const Tensor asked =
      autograd::expand(query.weight, {B, S, query.weight.size(1)});
  const auto [context, weights] = attend(
      asked, attend.prepare(key(drawers.labels), content(drawers.contents)),
      step);
  return {answer(context), weights};
}

nn::Parameters Finder::parameters() const {
  return nn::nested({{"query", query.parameters()},
                     {"key", key.parameters()},
                     {"content", content.parameters()},
                     {"answer", answer.parameters()}});
}

Tensor answer_log_p(const Tensor& things, const Drawers& drawers) {
  const nn::Shape shape = drawers.answers.shape();
  const std::vector<int> answers(drawers.answers.begin(),
                                 drawers.answers.end());
  const nn::Indices column({shape[0], shape[1], 1}, answers);
  return autograd::squeeze(
      autograd::gather(autograd::log_softmax(things), 2, column), 2);
}

Tensor expected_log_p(const Finder& finder, const Drawers& drawers) {
  const int B = drawers.labels.shape()[0], S = drawers.labels.shape()[1];
  const Tensor said = autograd::log_softmax(  // [B, S, things]
      finder.answer(finder.content(drawers.contents)));
  std::vector<int> wanted;  // [B, S, T]
  for (int b = 0; b < B; ++b)
    for (int s = 0; s < S; ++s)
      for (int t = 0; t < S; ++t) wanted.push_back(drawers.answers[b * S + t]);
  const Tensor log_p =
      autograd::gather(said, 2, nn::Indices({B, S, S}, wanted));
  return autograd::sum(finder(drawers).weights * autograd::transpose(log_p),
                       {-1});
}

const char* name_of(Looking looking) {
  switch (looking) {
    case Looking::soft:
      return "soft";
    case Looking::reinforce:
      return "REINFORCE";
    case Looking::baseline:
      return "with a baseline";
    case Looking::straight_through:
      return "straight-through";
    case Looking::gumbel:
      return "Gumbel-softmax";
  }
  return "";
}

AnyRead read_of(Looking looking) {
  if (looking == Looking::soft) return {Expectation{}};
  if (looking == Looking::straight_through) return {StraightThrough{}};
  if (looking == Looking::gumbel) return {GumbelSoftmax{}};
  return {Sample{}};
}

Tensor finder_loss(const Finder& finder, const Drawers& drawers,
                   Looking looking, Baseline& baseline, nn::Rng& rng) {
  Tensor chosen;
  Step step;
  step.rng = &rng;
  step.chosen = &chosen;
  const auto [things, weights] = finder(drawers, step);
  const Tensor rewards = answer_log_p(things, drawers);  // [B, T]
  if (looking != Looking::reinforce && looking != Looking::baseline)
    return -autograd::mean(rewards);
  const Tensor loss =
      reinforce_loss(rewards, log_probability(weights, chosen), {}, baseline);
  if (looking == Looking::baseline) baseline.update(rewards);
  return loss;
}

}  // namespace attention
