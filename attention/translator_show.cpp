#include <filesystem>

#include "attention/translator.h"
#include "autograd/check.h"
#include "nn/file.h"
#include "nn/text.h"

namespace attention {

Map map_of(const Words& source, const Translation& translation,
           const nn::Links& gold) {
  Map map{source,
          translation.words,
          {},
          gold,
          nn::join(source) + " → " + nn::join(translation.words)};
  for (std::size_t t = 0; t < translation.words.size(); ++t)
    for (Real weight : translation.weights[t])
      map.weights.push_back(static_cast<float>(weight));
  return map;
}

Viewer viewer_of(const Words& source, const Translation& translation,
                 const nn::Links& gold) {
  Map map = map_of(source, translation, gold);
  Viewer viewer{map.title, source, map.target, {}, gold, {}, {}};
  if (translation.weights.size() > translation.words.size()) {
    viewer.target.push_back("</s>");
    for (Real weight : translation.weights.back())
      map.weights.push_back(static_cast<float>(weight));
  }
  viewer.weights = {{map.weights}};
  for (const auto& step : translation.guesses) {
    viewer.guesses.emplace_back();
    for (const Guess& guess : step)
      viewer.guesses.back().emplace_back(guess.word, guess.probability);
  }
  return viewer;
}

Viewer viewer_of(const Translator& translator, const Words& source,
                 const Translation& translation, const nn::Links& gold) {
  Viewer viewer = viewer_of(source, translation, gold);
  if (std::holds_alternative<Seq2Seq>(translator.model)) return viewer;
  viewer.weights =
      translator.head_weights({{source, translation.words, {}}})[0];
  const std::size_t size = viewer.target.size() * source.size();
  for (auto& layer : viewer.weights)
    for (auto& head : layer) head.resize(size);  // no end mark at the limit
  const auto [layer, head] = translator.head;
  viewer.opens =
      autograd::text("layer=", layer < 0 ? viewer.weights.size() : layer + 1,
                     head < 0 ? "" : autograd::text("&heads=", head + 1));
  return viewer;
}

std::ostream& operator<<(std::ostream& out, const Evaluation& e) {
  out << "BLEU = " << e.bleu << "\nexact match = " << e.exact_match
      << "\ntoken accuracy = " << e.token_accuracy << '\n';
  if (e.alignment)
    out << "AER = " << e.alignment->error_rate()
        << "\nprecision of alignments = " << e.alignment->precision()
        << "\nrecall of alignments = " << e.alignment->recall() << '\n';
  for (const nn::LengthBucket& bucket : e.by_length)
    out << "exact match, " << bucket.min_words << " to " << bucket.max_words
        << " words = " << bucket.exact_match << "  (" << bucket.sentences
        << " sentences)\n";
  return out;
}

void show(std::ostream& out, const Words& source,
          const Translation& translation, const Pictures& pictures) {
  const auto write = [&](const std::string& path, const std::string& contents) {
    nn::write_file(path, contents);
    out << "wrote " << path << '\n';
  };
  const bool wanted = !pictures.figures.empty() || !pictures.html.empty();
  autograd::check(!translation.weights.empty() || !wanted,
                  "[show] wanted a model with attention: without, there are "
                  "no weights to draw");
  if (translation.weights.empty()) return;
  const Map map = map_of(source, translation);
  out << '\n' << terminal(map, colour_support());
  if (!pictures.figures.empty()) {
    std::filesystem::create_directories(pictures.figures);
    write(pictures.figures + "/heat_map.svg", svg_heat_map(map));
    write(pictures.figures + "/lines.svg", svg_lines(map));
  }
  if (!pictures.html.empty())
    write(pictures.html,
          html(pictures.by
                   ? viewer_of(*pictures.by, source, translation, pictures.gold)
                   : viewer_of(source, translation, pictures.gold)));
}

}  // namespace attention
