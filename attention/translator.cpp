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

Seq2SeqOptions with_words(Seq2SeqOptions o, const nn::Vocab& source,
                          const nn::Vocab& target) {
  o.source_words = source.size();
  o.target_words = target.size();
  return o;
}

// A generated word is no longer than this many target words in all.
int limit(const Words& source) {
  return 2 * static_cast<int>(source.size()) + 10;
}

}  // namespace

Translator::Translator(const std::vector<nn::Pair>& pairs, int min_count,
                       Seq2SeqOptions options, Rng& rng)
    : source_vocab(
          nn::Vocab::build(sides(pairs, &nn::Pair::source), min_count)),
      target_vocab(
          nn::Vocab::build(sides(pairs, &nn::Pair::target), min_count)),
      model(with_words(options, source_vocab, target_vocab), rng) {}

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
    const auto decoder = translator.model.decoder(nn::pad(ids, nn::Vocab::pad));
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
                          limits.push_back(limit(sources[item]));
                        return nn::greedy(decoder, limits, options);
                      });
  std::vector<Translation> results;
  for (const Words& source : sources) {
    check(!source.empty(), "[Translator] wanted a sentence, got no words");
    const auto padded = nn::pad({source_vocab.encode(source)}, nn::Vocab::pad);
    const auto found =
        nn::beam_search(model.decoder(padded), limit(source), options);
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

Evaluation Translator::evaluate(const std::vector<nn::Pair>& pairs,
                                const nn::DecodeOptions& options) const {
  const auto sources = sides(pairs, &nn::Pair::source);
  const auto references = sides(pairs, &nn::Pair::target);
  nn::Sentences hypotheses;
  for (const Translation& translation : translate(sources, options))
    hypotheses.push_back(translation.words);
  Evaluation result;
  result.exact_match = nn::exact_match(hypotheses, references);
  result.token_accuracy = nn::token_accuracy(hypotheses, references);
  result.bleu = nn::corpus_bleu(hypotheses, references).score;
  result.by_length = nn::accuracy_by_length(sources, hypotheses, references, 5);
  const bool graded =
      model.options.context == Context::attention &&
      std::any_of(pairs.begin(), pairs.end(),
                  [](const nn::Pair& pair) { return !pair.links.empty(); });
  if (!graded) return result;
  result.alignment.emplace();
  const auto aligned = align(pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    result.alignment->add(links(aligned[i]), pairs[i].links);
  return result;
}

std::vector<nn::EncodedPair> Translator::encode(
    const std::vector<nn::Pair>& pairs) const {
  std::vector<nn::EncodedPair> encoded;
  for (const nn::Pair& pair : pairs)
    encoded.push_back(
        {source_vocab.encode(pair.source), target_vocab.encode(pair.target)});
  return encoded;
}

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

}  // namespace attention
