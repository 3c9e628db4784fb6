#include "nn/grammar.h"

#include <algorithm>
#include <cstdint>

#include "autograd/check.h"
#include "nn/file.h"
#include "nn/grammar_part.h"
#include "nn/text.h"

namespace nn {

using autograd::check;
using autograd::Rng;

// One side of a rule with its slots filled.
struct Grammar::Side {
  std::vector<std::string> words;
  std::vector<int> start;   // of each slot, in words
  std::vector<int> linked;  // the rule's own words, linked with one another
  std::vector<int> served;  // the rule's own words, linked with the heads

  Side(const std::vector<Symbol>& symbols, const std::vector<Part>& parts,
       std::vector<std::string> Pair::*side)
      : start(parts.size()) {
    for (const Symbol& symbol : symbols) {
      const int at = static_cast<int>(words.size());
      if (symbol.slot >= 0) {
        const auto k = static_cast<std::size_t>(symbol.slot);
        const std::vector<std::string>& inner = parts[k].pair.*side;
        start[k] = at;
        words.insert(words.end(), inner.begin(), inner.end());
        continue;
      }
      words.push_back(symbol.word);
      if (symbol.link == Symbol::words) linked.push_back(at);
      if (symbol.link == Symbol::head) served.push_back(at);
    }
  }
};

namespace {

// Uniform in [0, 1) with 53 bits.
double uniform(Rng& rng) {
  return static_cast<double>(rng.bits() >> 11) / (1ull << 53);
}

// FNV-1a of the words (Fowler, Noll & Vo), then one step of SplitMix64.
std::uint64_t hash(const std::vector<std::string>& words) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : join(words))
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return Rng(h).bits();
}

// The chance of each possible size of one piece, for drawing among them.
std::size_t draw(Rng& rng, const std::vector<double>& chances) {
  double total = 0;
  for (const double chance : chances) total += chance;
  double rest = uniform(rng) * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    if (chances[i] == 0) continue;
    last = i;
    if (rest < chances[i]) return i;
    rest -= chances[i];
  }
  return last;
}

}  // namespace

Grammar Grammar::english_chinese() { return parse(english_chinese_grammar); }

Grammar Grammar::clauses() { return parse(clauses_grammar); }

Grammar Grammar::load(const std::string& path) {
  return parse(read_file(path));
}

bool Grammar::known(const std::string& source_word) const {
  return std::find(source_words_.begin(), source_words_.end(), source_word) !=
         source_words_.end();
}

bool Grammar::holds_out(const std::vector<std::string>& words) const {
  if (always_held_out_.contains(words)) return true;
  return hash(words) % 100 < static_cast<std::uint64_t>(held_out_percent_);
}

// The chance that the slots from `slot` on take exactly `words` words:
//   fill(k, n) = sum_m chance[class of k][m] fill(k + 1, n - m)
double Grammar::fill(const Rule& rule, std::size_t slot, int words) const {
  if (slot == rule.slots.size()) return words == 0;
  const auto& chance =
      chance_[static_cast<std::size_t>(rule.slots[slot].class_index)];
  if (slot + 1 == rule.slots.size())
    return words < 0 ? 0 : chance[static_cast<std::size_t>(words)];
  double total = 0;
  for (int m = 1; m < words; ++m) {
    const double first = chance[static_cast<std::size_t>(m)];
    if (first != 0) total += first * fill(rule, slot + 1, words - m);
  }
  return total;
}

Grammar::Part Grammar::make(Rng& rng, int class_index, int words) const {
  const Class& part_class = classes_[static_cast<std::size_t>(class_index)];
  std::vector<double> chances;
  for (const Rule& rule : part_class.rules)
    chances.push_back(rule.weight * fill(rule, 0, words - rule.words));
  return make(rng, part_class.rules[draw(rng, chances)], words);
}

Grammar::Part Grammar::make(Rng& rng, const Rule& rule, int words) const {
  std::vector<Part> parts;
  int rest = words - rule.words;
  for (std::size_t k = 0; k < rule.slots.size(); ++k) {
    std::vector<double> chances;
    const int class_index = rule.slots[k].class_index;
    for (int m = 0; m <= rest; ++m)
      chances.push_back(chance_[static_cast<std::size_t>(class_index)]
                               [static_cast<std::size_t>(m)] *
                        fill(rule, k + 1, rest - m));
    const int size = static_cast<int>(draw(rng, chances));
    parts.push_back(make(rng, class_index, size));
    rest -= size;
  }
  return assemble(rule, parts);
}

Grammar::Part Grammar::assemble(const Rule& rule,
                                const std::vector<Part>& parts) const {
  Part part;
  const Side source(rule.source, parts, &Pair::source);
  const Side target(rule.target, parts, &Pair::target);
  part.pair.source = source.words;
  part.pair.target = target.words;
  for (const int slot : rule.heads) {
    const auto k = static_cast<std::size_t>(slot);
    for (const int head : parts[k].heads)
      part.heads.push_back(source.start[k] + head);
  }
  if (rule.heads.empty())
    part.heads = {static_cast<int>(source.words.size()) - 1};
  Links& links = part.pair.links;
  for (const int s : source.linked)
    for (const int t : target.linked) links.emplace_back(s, t);
  for (const int s : part.heads)
    for (const int t : target.served) links.emplace_back(s, t);
  for (std::size_t k = 0; k < parts.size(); ++k)
    for (const auto& [s, t] : parts[k].pair.links)
      links.emplace_back(s + source.start[k], t + target.start[k]);
  note_combinations(rule, parts, part);
  return part;
}

void Grammar::note_combinations(const Rule& rule,
                                const std::vector<Part>& parts,
                                Part& part) const {
  const auto heads = [&](const std::string& label) {
    std::vector<std::string> found;
    for (std::size_t k = 0; k < parts.size(); ++k)
      if (rule.slots[k].label == label)
        for (const int head : parts[k].heads)
          found.push_back(parts[k].pair.source[static_cast<std::size_t>(head)]);
    return found;
  };
  // All ways to take a head for each label; none if a label has no slot.
  std::vector<std::vector<std::string>> combinations = {{}};
  for (const std::string& label : labels_) {
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& start : combinations)
      for (const std::string& head : heads(label)) {
        longer.push_back(start);
        longer.back().push_back(head);
      }
    combinations = std::move(longer);
  }
  for (const std::vector<std::string>& words : combinations)
    part.held_out = part.held_out || (!words.empty() && holds_out(words));
  for (const std::vector<std::string>& labels : distinct_) {
    std::set<std::string> seen;
    for (const std::string& label : labels)
      for (const std::string& head : heads(label))
        part.repetitive = part.repetitive || !seen.insert(head).second;
  }
  for (const Part& inner : parts) {
    part.held_out = part.held_out || inner.held_out;
    part.repetitive = part.repetitive || inner.repetitive;
  }
}

Grammar::Part Grammar::sentence(Rng& rng, SentenceLength length) const {
  check(1 <= length.min && length.min <= length.max && length.max <= max_words,
        "[Grammar] wanted 1 <= min <= max <= ", max_words, " words, got min ",
        length.min, " and max ", length.max);
  std::vector<double> possible;
  for (int n = 0; n <= length.max; ++n)
    possible.push_back(n >= length.min &&
                       chance_[0][static_cast<std::size_t>(n)] > 0);
  check(std::count(possible.begin(), possible.end(), 1.0) > 0,
        "[Grammar] it has no sentence of ", length.min, " to ", length.max,
        " words");
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int words = static_cast<int>(draw(rng, possible));
    Part part = make(rng, 0, words);
    if (part.repetitive) continue;
    std::sort(part.pair.links.begin(), part.pair.links.end());
    return part;
  }
  autograd::fail("[Grammar] a thousand sentences broke the distinct line");
}

Pair Grammar::generate(Rng& rng, SentenceLength length) const {
  return sentence(rng, length).pair;
}

std::vector<Pair> Grammar::generate(Rng& rng, SentenceLength length,
                                    int count) const {
  check(count >= 0, "[Grammar] wanted a count of at least 0, got ", count);
  std::vector<Pair> pairs;
  for (int i = 0; i < count; ++i) pairs.push_back(generate(rng, length));
  return pairs;
}

Grammar::Split Grammar::corpus(Rng& rng, int n_train, int n_held_out,
                               SentenceLength length) const {
  check(n_train >= 0 && n_held_out >= 0,
        "[Grammar] wanted counts of at least 0, got ", n_train, " and ",
        n_held_out);
  const auto train = static_cast<std::size_t>(n_train);
  const auto held_out = static_cast<std::size_t>(n_held_out);
  Split split;
  std::set<std::vector<std::string>> seen;
  int useless = 0;  // draws in a row that gave nothing new
  while (split.train.size() < train || split.held_out.size() < held_out) {
    Part part = sentence(rng, length);
    std::vector<Pair>& side = part.held_out ? split.held_out : split.train;
    const bool wanted = side.size() < (part.held_out ? held_out : train);
    if (wanted && seen.insert(part.pair.source).second) {
      side.push_back(std::move(part.pair));
      useless = 0;
    }
    check(++useless < 10000, "[Grammar] wanted ", n_train, " and ", n_held_out,
          " different sentences of ", length.min, " to ", length.max,
          " words, found only ", split.train.size(), " and ",
          split.held_out.size());
  }
  return split;
}

}  // namespace nn
