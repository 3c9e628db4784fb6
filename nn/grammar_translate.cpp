#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "nn/grammar.h"
#include "nn/grammar_part.h"

namespace nn {

// Reads a sentence from the top class down, and remembers what each class
// makes of each stretch of words: at most classes x words^2 / 2 of them.
struct Grammar::Reader {
  const Grammar& grammar;
  const std::vector<std::string>& words;
  std::map<std::tuple<int, int, int>, std::optional<Part>> known;

  // What a class makes of words begin .. end - 1, or nothing.
  const std::optional<Part>& read(int class_index, int begin, int end) {
    const std::tuple key(class_index, begin, end);
    const auto [place, fresh] = known.try_emplace(key);
    if (!fresh) return place->second;  // also while it is being read
    const auto& rules =
        grammar.classes_[static_cast<std::size_t>(class_index)].rules;
    for (const Rule& rule : rules) {
      std::vector<Part> parts;
      if (!match(rule, 0, begin, end, parts)) continue;
      place->second = grammar.assemble(rule, parts);
      break;
    }
    return place->second;
  }

  // Whether the rule's symbols from `symbol` on can be words begin .. end - 1;
  // the parts in its slots are added.
  bool match(const Rule& rule, std::size_t symbol, int begin, int end,
             std::vector<Part>& parts) {
    if (symbol == rule.source.size()) return begin == end;
    if (begin == end) return false;
    const Symbol& now = rule.source[symbol];
    if (now.slot < 0)
      return now.word == words[static_cast<std::size_t>(begin)] &&
             match(rule, symbol + 1, begin + 1, end, parts);
    const int inner = rule.slots[parts.size()].class_index;
    for (int middle = begin + 1; middle <= end; ++middle) {
      const auto& part = read(inner, begin, middle);
      if (!part) continue;
      parts.push_back(*part);
      if (match(rule, symbol + 1, middle, end, parts)) return true;
      parts.pop_back();
    }
    return false;
  }
};

std::optional<Pair> Grammar::translate(
    const std::vector<std::string>& source) const {
  if (source.empty() || source.size() > max_words) return {};
  Reader reader{*this, source, {}};
  const auto& whole = reader.read(0, 0, static_cast<int>(source.size()));
  if (!whole) return {};
  Pair pair = whole->pair;
  std::sort(pair.links.begin(), pair.links.end());
  return pair;
}

}  // namespace nn
