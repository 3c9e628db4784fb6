// How good a translator is, and which of its heads reads what it should.
#include <algorithm>

#include "attention/translator.h"
#include "autograd/check.h"
#include "nn/batch.h"

namespace attention {

using autograd::check;

nn::Links links(const Translation& translation) {
  nn::Links result;
  for (std::size_t t = 0; t < translation.words.size(); ++t) {
    if (translation.weights.empty()) break;
    const auto& row = translation.weights[t];
    const auto best = std::max_element(row.begin(), row.end());
    result.push_back(
        {static_cast<int>(best - row.begin()), static_cast<int>(t)});
  }
  std::sort(result.begin(), result.end());
  return result;
}

namespace {

bool any_links(const std::vector<nn::Pair>& pairs) {
  return std::any_of(pairs.begin(), pairs.end(),
                     [](const nn::Pair& pair) { return !pair.links.empty(); });
}

// The pairs in batches, as `Translator::head_weights` takes them.
constexpr std::size_t kPairs = 64;

// One row of heads [B, H, T, S] for each sentence, without its padding.
void append(const Tensor& layer, const nn::Batch& batch,
            const std::vector<nn::Pair>& pairs,
            std::vector<HeadWeights>& results) {
  const Tensor all = autograd::contiguous(layer);
  const Real* from = all.data();
  const int H = all.size(1), T = all.size(2), S = all.size(3);
  for (std::size_t b = 0; b < batch.items.size(); ++b) {
    const auto item = static_cast<std::size_t>(batch.items[b]);
    const std::size_t rows = pairs[item].target.size() + 1;
    const std::size_t columns = pairs[item].source.size();
    auto& heads = results[item].emplace_back();
    for (int h = 0; h < H; ++h, from += std::ptrdiff_t{T} * S) {
      auto& head = heads.emplace_back();
      for (std::size_t t = 0; t < rows; ++t)
        for (std::size_t s = 0; s < columns; ++s)
          head.push_back(
              static_cast<float>(from[t * static_cast<std::size_t>(S) + s]));
    }
  }
}

}  // namespace

bool Translator::attends() const {
  const auto* recurrent = std::get_if<Seq2Seq>(&model);
  return !recurrent || recurrent->attend.has_value();
}

std::vector<HeadWeights> Translator::head_weights(
    const std::vector<nn::Pair>& pairs) const {
  std::vector<HeadWeights> results(pairs.size());
  if (!attends()) return results;
  if (const auto* transformer = std::get_if<TransformerSeq2Seq>(&model)) {
    const auto encoded = encode(pairs);
    const nn::Batches batches(encoded, static_cast<int>(kPairs));
    for (int i = 0; i < batches.size(); ++i) {
      const nn::Batch batch = batches[i];
      for (const Tensor& layer : transformer->cross_weights(batch))
        append(layer, batch, pairs, results);
    }
    return results;
  }
  const auto aligned = align(pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    auto& head = results[i].emplace_back().emplace_back();
    for (const auto& row : aligned[i].weights)
      head.insert(head.end(), row.begin(), row.end());
  }
  return results;
}

std::vector<std::vector<nn::AlignmentScore>> Translator::grade_heads(
    const std::vector<nn::Pair>& pairs) const {
  std::vector<std::vector<nn::AlignmentScore>> scores;
  for (std::size_t begin = 0; begin < pairs.size(); begin += kPairs) {
    const std::size_t end = std::min(begin + kPairs, pairs.size());
    const std::vector<nn::Pair> some(
        pairs.begin() + static_cast<std::ptrdiff_t>(begin),
        pairs.begin() + static_cast<std::ptrdiff_t>(end));
    const auto weights = head_weights(some);
    scores.resize(weights[0].size());
    for (std::size_t i = 0; i < some.size(); ++i)
      for (std::size_t layer = 0; layer < weights[i].size(); ++layer) {
        const auto& heads = weights[i][layer];
        scores[layer].resize(heads.size());
        const int words = static_cast<int>(some[i].source.size());
        for (std::size_t h = 0; h < heads.size(); ++h)
          scores[layer][h].add(
              nn::align_argmax(heads[h].data(),
                               static_cast<int>(some[i].target.size()), words,
                               words),
              some[i].links);
      }
  }
  return scores;
}

void Translator::choose_head(HeadChoice choice) {
  const auto* transformer = std::get_if<TransformerSeq2Seq>(&model);
  check(transformer, "[Translator] wanted a Transformer to choose a head of, ",
        "got a recurrent model");
  const TransformerOptions& o = transformer->options.stack;
  check(choice.layer >= -1 && choice.layer < o.decoder_layers &&
            choice.head >= -1 && choice.head < o.heads,
        "[Translator] wanted a layer up to ", o.decoder_layers,
        " and a head up to ", o.heads, ", counted from 1, got layer ",
        choice.layer + 1, " and head ", choice.head + 1);
  head = choice;
}

std::optional<GradedHead> Translator::choose_head(
    const std::vector<nn::Pair>& pairs) {
  if (!std::holds_alternative<TransformerSeq2Seq>(model) || !any_links(pairs))
    return {};
  std::optional<GradedHead> best;
  const auto scores = grade_heads(pairs);
  for (std::size_t layer = 0; layer < scores.size(); ++layer)
    for (std::size_t h = 0; h < scores[layer].size(); ++h) {
      const nn::AlignmentScore& score = scores[layer][h];
      if (best && score.error_rate() >= best->score.error_rate()) continue;
      best = {{static_cast<int>(layer), static_cast<int>(h)}, score};
    }
  choose_head(static_cast<HeadChoice>(*best));
  return best;
}

Evaluation Translator::evaluate(const std::vector<nn::Pair>& pairs,
                                const nn::DecodeOptions& options) const {
  nn::Sentences sources, references, hypotheses;
  for (const nn::Pair& pair : pairs) {
    sources.push_back(pair.source);
    references.push_back(pair.target);
  }
  for (const Translation& translation : translate(sources, options))
    hypotheses.push_back(translation.words);
  Evaluation result;
  result.exact_match = nn::exact_match(hypotheses, references);
  result.token_accuracy = nn::token_accuracy(hypotheses, references);
  result.bleu = nn::corpus_bleu(hypotheses, references).score;
  result.by_length = nn::accuracy_by_length(sources, hypotheses, references, 5);
  if (!attends() || !any_links(pairs)) return result;
  result.alignment.emplace();
  const auto aligned = align(pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    result.alignment->add(links(aligned[i]), pairs[i].links);
  return result;
}

}  // namespace attention
