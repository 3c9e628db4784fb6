#include "attention/translator.h"

#include <algorithm>
#include <numeric>

#include "autograd/check.h"

namespace attention {

using autograd::check;

namespace {

std::vector<Words> sides(const std::vector<nn::Pair>& pairs,
                         Words nn::Pair::*side) {
  std::vector<Words> sentences;
  for (const nn::Pair& pair : pairs) sentences.push_back(pair.*side);
  return sentences;
}

// A score by place needs to know the longest sentence.
void fill_longest(Seq2SeqOptions& options, const std::vector<nn::Pair>& pairs) {
  if (options.score.kind != ScoreKind::location || options.score.longest > 0)
    return;
  for (const nn::Pair& pair : pairs)
    options.score.longest =
        std::max(options.score.longest, static_cast<int>(pair.source.size()));
}

std::variant<Seq2Seq, TransformerSeq2Seq> fresh(
    const std::vector<nn::Pair>& pairs, ModelOptions options,
    const nn::Vocab& source, const nn::Vocab& target, Rng& rng) {
  std::visit(
      [&](auto& o) {
        o.source_words = source.size();
        o.target_words = target.size();
      },
      options);
  if (auto* recurrent = std::get_if<Seq2SeqOptions>(&options)) {
    fill_longest(*recurrent, pairs);
    return Seq2Seq(*recurrent, rng);
  }
  return TransformerSeq2Seq(std::get<TransformerSeq2SeqOptions>(options), rng);
}

// Both sides' words where one table embeds both.
nn::Vocab words_of(const std::vector<nn::Pair>& pairs, Words nn::Pair::*side,
                   int min_count, const ModelOptions& options) {
  const auto* transformer = std::get_if<TransformerSeq2SeqOptions>(&options);
  if (!transformer || !transformer->share)
    return nn::Vocab::build(sides(pairs, side), min_count);
  auto sentences = sides(pairs, &nn::Pair::source);
  for (const nn::Pair& pair : pairs) sentences.push_back(pair.target);
  return nn::Vocab::build(sentences, min_count);
}

// A translation has no more target words than this: one for each position that
// a learned table has left beside the start mark.
int limit(const Translator& translator, const Words& source) {
  const int words = 2 * static_cast<int>(source.size()) + 10;
  const auto* transformer = std::get_if<TransformerSeq2Seq>(&translator.model);
  if (!transformer) return words;
  const TransformerOptions& o = transformer->options.stack;
  return o.position == PositionKind::learned ? std::min(words, o.longest - 1)
                                             : words;
}

}  // namespace

Translator::Translator(const std::vector<nn::Pair>& pairs, int min_count,
                       ModelOptions options, Rng& rng)
    : source_vocab(words_of(pairs, &nn::Pair::source, min_count, options)),
      target_vocab(words_of(pairs, &nn::Pair::target, min_count, options)),
      model(fresh(pairs, std::move(options), source_vocab, target_vocab, rng)) {
}

Tensor Translator::loss(const nn::Batch& batch, Real smoothing,
                        Rng* training) const {
  return std::visit(
      [&](const auto& m) { return m.loss(batch, smoothing, training); }, model);
}

nn::Decoder Translator::decoder(const nn::Padded& source) const {
  if (const auto* recurrent = std::get_if<Seq2Seq>(&model))
    return recurrent->decoder(source);
  return std::get<TransformerSeq2Seq>(model).decoder(source, head);
}

Parameters Translator::parameters() const {
  return std::visit([](const auto& m) { return m.parameters(); }, model);
}

namespace {

Translation translation_of(const nn::Hypothesis& hypothesis,
                           const nn::Vocab& vocab, std::size_t source_words) {
  Translation result;
  result.log_probability = hypothesis.log_probability;
  result.weights = hypothesis.weights;
  for (auto& row : result.weights) row.resize(source_words);  // no padding
  for (const auto& step : hypothesis.guesses) {
    result.guesses.emplace_back();
    for (const auto& [token, log_probability] : step)
      result.guesses.back().push_back(
          {vocab.token(token), autograd::exp(log_probability).item()});
  }
  const auto drop = [](auto& rows, std::size_t at) {
    if (!rows.empty()) rows.erase(rows.begin() + static_cast<long>(at));
  };
  for (const int token : hypothesis.tokens) {
    if (token != nn::Vocab::pad && token != nn::Vocab::start) {
      result.words.push_back(vocab.token(token));
      continue;
    }
    drop(result.weights, result.words.size());  // no word, so no row
    drop(result.guesses, result.words.size());
  }
  return result;
}

// Runs `decode` over sentences in batches of similar length; the results in
// the order of the sentences.
template <class Decode>
std::vector<Translation> in_batches(const Translator& translator,
                                    const std::vector<Words>& sources,
                                    const Decode& decode) {
  constexpr std::size_t batch_size = 64;
  for (const Words& words : sources)
    check(!words.empty(), "[Translator] wanted a sentence, got no words");
  std::vector<std::size_t> order(sources.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return sources[a].size() < sources[b].size();
                   });
  std::vector<Translation> results(sources.size());
  for (std::size_t begin = 0; begin < order.size(); begin += batch_size) {
    const std::vector<std::size_t> items(
        order.begin() + static_cast<long>(begin),
        order.begin() +
            static_cast<long>(std::min(begin + batch_size, order.size())));
    std::vector<std::vector<int>> ids;
    for (std::size_t item : items)
      ids.push_back(translator.source_vocab.encode(sources[item]));
    const auto decoder = translator.decoder(nn::pad(ids, nn::Vocab::pad));
    const std::vector<nn::Hypothesis> hypotheses = decode(decoder, items);
    for (std::size_t i = 0; i < items.size(); ++i)
      results[items[i]] = translation_of(hypotheses[i], translator.target_vocab,
                                         sources[items[i]].size());
  }
  return results;
}

}  // namespace

Translation Translator::translate(const Words& source,
                                  const nn::DecodeOptions& options) const {
  return translate(std::vector<Words>{source}, options)[0];
}

std::vector<Translation> Translator::translate(
    const std::vector<Words>& sources, const nn::DecodeOptions& options) const {
  if (options.beam == 1)
    return in_batches(*this, sources,
                      [&](const nn::Decoder& decoder, const auto& items) {
                        std::vector<int> limits;
                        for (std::size_t item : items)
                          limits.push_back(limit(*this, sources[item]));
                        return nn::greedy(decoder, limits, options);
                      });
  std::vector<Translation> results;
  for (const Words& source : sources) {
    check(!source.empty(), "[Translator] wanted a sentence, got no words");
    const auto padded = nn::pad({source_vocab.encode(source)}, nn::Vocab::pad);
    const auto found =
        nn::beam_search(decoder(padded), limit(*this, source), options);
    results.push_back(translation_of(found[0], target_vocab, source.size()));
  }
  return results;
}

std::vector<Translation> Translator::align(
    const std::vector<nn::Pair>& pairs) const {
  std::vector<Translation> results =
      in_batches(*this, sides(pairs, &nn::Pair::source),
                 [&](const nn::Decoder& decoder, const auto& items) {
                   std::vector<std::vector<int>> targets;
                   for (std::size_t item : items)
                     targets.push_back(target_vocab.encode(pairs[item].target));
                   return nn::forced(decoder, targets);
                 });
  for (std::size_t i = 0; i < pairs.size(); ++i)
    results[i].words = pairs[i].target;  // unknown words by their own name
  return results;
}

std::vector<nn::EncodedPair> Translator::encode(
    const std::vector<nn::Pair>& pairs) const {
  std::vector<nn::EncodedPair> encoded;
  for (const nn::Pair& pair : pairs)
    encoded.push_back(
        {source_vocab.encode(pair.source), target_vocab.encode(pair.target)});
  return encoded;
}

}  // namespace attention
