#include "nn/corpus.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "autograd/check.h"
#include "nn/file.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::text;

// "3-5" as (3, 5).
std::optional<std::pair<int, int>> parse_link(const std::string& word) {
  const std::vector<std::string> ends = split(word, '-');
  if (ends.size() != 2) return std::nullopt;
  const std::optional<int> source = to_index(ends[0]);
  const std::optional<int> target = to_index(ends[1]);
  if (!source || !target) return std::nullopt;
  return std::pair{*source, *target};
}

// Fills `pair` from a line; returns what is wrong with it, or nothing.
std::string parse_line(const std::string& line, Pair& pair) {
  if (const auto bad = first_bad_byte(line))
    return text("byte ", *bad + 1, " is not UTF-8");
  const std::vector<std::string> fields = split(line, '\t');
  if (fields.size() != 2 && fields.size() != 3)
    return text("wanted 2 or 3 fields apart by tabs, got ", fields.size());
  pair.source = split(fields[0]);
  pair.target = split(fields[1]);
  if (pair.source.empty()) return "the source side is empty";
  if (pair.target.empty()) return "the target side is empty";
  if (fields.size() == 2) return {};
  for (const std::string& word : split(fields[2])) {
    const auto link = parse_link(word);
    if (!link)
      return text("wanted links as source-target, like 0-0, got '", word, "'");
    if (link->first >= static_cast<int>(pair.source.size()) ||
        link->second >= static_cast<int>(pair.target.size()))
      return text("link ", word, " is outside a pair of ", pair.source.size(),
                  " and ", pair.target.size(), " words");
    pair.links.push_back(*link);
  }
  std::sort(pair.links.begin(), pair.links.end());
  const auto last = std::unique(pair.links.begin(), pair.links.end());
  pair.links.erase(last, pair.links.end());
  return {};
}

bool has_crossing(const Links& links) {
  for (const auto& a : links)
    for (const auto& b : links)
      if (a.first < b.first && a.second > b.second) return true;
  return false;
}

bool has_unaligned(const Pair& pair) {
  std::vector<bool> source(pair.source.size()), target(pair.target.size());
  for (const auto& [s, t] : pair.links) {
    source[static_cast<std::size_t>(s)] = true;
    target[static_cast<std::size_t>(t)] = true;
  }
  return std::count(source.begin(), source.end(), false) > 0 ||
         std::count(target.begin(), target.end(), false) > 0;
}

// For each source word the target words linked with it, joined.
std::vector<std::string> linked_words(const Pair& pair) {
  std::vector<std::vector<std::string>> words(pair.source.size());
  Links by_target = pair.links;
  std::sort(by_target.begin(), by_target.end(), [](auto a, auto b) {
    return std::pair{a.second, a.first} < std::pair{b.second, b.first};
  });
  for (const auto& [s, t] : by_target)
    words[static_cast<std::size_t>(s)].push_back(
        pair.target[static_cast<std::size_t>(t)]);
  std::vector<std::string> joined;
  for (const auto& list : words) joined.push_back(join(list));
  return joined;
}

// The most frequent translation of every word.
std::map<std::string, std::string> dictionary(const std::vector<Pair>& pairs) {
  struct Entry {
    int count = 0, first_seen = 0;
  };
  std::map<std::string, std::map<std::string, Entry>> table;
  int seen = 0;
  for (const Pair& pair : pairs) {
    const std::vector<std::string> words = linked_words(pair);
    for (std::size_t i = 0; i < words.size(); ++i) {
      Entry& entry = table[pair.source[i]][words[i]];
      if (entry.count++ == 0) entry.first_seen = seen++;
    }
  }
  std::map<std::string, std::string> best;
  for (const auto& [word, translations] : table) {
    const auto better = [](const auto& a, const auto& b) {
      return std::pair{a.second.count, -a.second.first_seen} <
             std::pair{b.second.count, -b.second.first_seen};
    };
    best[word] =
        std::max_element(translations.begin(), translations.end(), better)
            ->first;
  }
  return best;
}

}  // namespace

Corpus parse_corpus(const std::string& contents) {
  Corpus corpus;
  std::string_view rest = contents;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string line(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    Pair pair;
    const std::string problem = parse_line(line, pair);
    if (problem.empty())
      corpus.pairs.push_back(std::move(pair));
    else if (++corpus.bad_lines <= reported_lines)
      corpus.problems.push_back(text("line ", number, ": ", problem));
  }
  return corpus;
}

Corpus read_corpus(const std::string& path) {
  return parse_corpus(read_file(path));
}

std::string corpus_text(const std::vector<Pair>& pairs) {
  const bool aligned = std::any_of(pairs.begin(), pairs.end(),
                                   [](auto& p) { return !p.links.empty(); });
  std::string lines;
  for (const Pair& pair : pairs) {
    lines += join(pair.source) + '\t' + join(pair.target);
    if (aligned) lines += '\t' + pharaoh(pair.links);
    lines += '\n';
  }
  return lines;
}

void write_corpus(const std::string& path, const std::vector<Pair>& pairs) {
  write_file(path, corpus_text(pairs));
}

std::string pharaoh(const Links& links) {
  std::vector<std::string> words;
  for (const auto& [s, t] : links) words.push_back(text(s, '-', t));
  return join(words);
}

std::vector<Pair> read_pairs(const std::string& path, std::ostream& told) {
  Corpus corpus = read_corpus(path);
  for (const std::string& problem : corpus.problems)
    told << path << ": " << problem << '\n';
  if (corpus.bad_lines > 0)
    told << path << ": " << corpus.bad_lines << " lines left out\n";
  if (corpus.pairs.empty())
    throw std::runtime_error(path + ": no sentence pair in it");
  return std::move(corpus.pairs);
}

CorpusFigures figures(const std::vector<Pair>& pairs) {
  CorpusFigures sums;
  if (pairs.empty()) return sums;
  for (const Pair& pair : pairs) {
    sums.reordered += has_crossing(pair.links);
    sums.unaligned += has_unaligned(pair);
    sums.source_words += static_cast<double>(pair.source.size());
    sums.target_words += static_cast<double>(pair.target.size());
  }
  const auto n = static_cast<double>(pairs.size());
  return {sums.reordered / n, sums.unaligned / n, sums.source_words / n,
          sums.target_words / n};
}

double lookup_baseline(const std::vector<Pair>& train,
                       const std::vector<Pair>& test) {
  if (test.empty()) return 0;
  const std::map<std::string, std::string> best = dictionary(train);
  int exact = 0;
  for (const Pair& pair : test) {
    std::vector<std::string> words;
    for (const std::string& word : pair.source) {
      const auto found = best.find(word);
      if (found == best.end()) continue;
      for (std::string& t : split(found->second)) words.push_back(std::move(t));
    }
    exact += words == pair.target;
  }
  return exact / static_cast<double>(test.size());
}

}  // namespace nn
