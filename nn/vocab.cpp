#include "nn/vocab.h"

#include <algorithm>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;

namespace {

const std::vector<std::string>& special_tokens() {
  static const std::vector<std::string> tokens = {"<pad>", "<unk>", "<s>",
                                                  "</s>"};
  return tokens;
}

}  // namespace

Vocab::Vocab() {
  for (const std::string& token : special_tokens()) add(token);
}

void Vocab::add(const std::string& token) {
  ids_.emplace(token, size());
  tokens_.push_back(token);
}

Vocab Vocab::build(const std::vector<std::vector<std::string>>& sentences,
                   int min_count) {
  check(min_count >= 1, "[Vocab] wanted a minimum count of at least 1, got ",
        min_count);
  struct Entry {
    std::string word;
    int count = 0;
  };
  Vocab vocab;
  std::vector<Entry> entries;  // in the order of first appearance
  std::map<std::string, std::size_t> index;
  for (const std::vector<std::string>& sentence : sentences)
    for (const std::string& word : sentence) {
      if (vocab.contains(word)) continue;
      const auto [found, is_new] = index.emplace(word, entries.size());
      if (is_new) entries.push_back({word, 0});
      ++entries[found->second].count;
    }
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.count > b.count; });
  for (const Entry& entry : entries)
    if (entry.count >= min_count) vocab.add(entry.word);
  return vocab;
}

int Vocab::id(const std::string& token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? unknown : found->second;
}

const std::string& Vocab::token(int id) const {
  check(0 <= id && id < size(), "[Vocab] wanted an id in 0 .. ", size() - 1,
        ", got ", id);
  return tokens_[static_cast<std::size_t>(id)];
}

std::vector<int> Vocab::encode(const std::vector<std::string>& words) const {
  std::vector<int> ids;
  for (const std::string& word : words) ids.push_back(id(word));
  return ids;
}

std::vector<int> Vocab::encode_with_end(
    const std::vector<std::string>& words) const {
  std::vector<int> ids = encode(words);
  ids.push_back(end);
  return ids;
}

std::vector<std::string> Vocab::decode(const std::vector<int>& ids) const {
  std::vector<std::string> words;
  for (const int id : ids) {
    if (id == end) break;
    if (id != pad && id != start) words.push_back(token(id));
  }
  return words;
}

std::string Vocab::to_text() const { return join(tokens_, "\n") + "\n"; }

Vocab Vocab::from_text(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  const std::vector<std::string>& special = special_tokens();
  check(lines.size() >= special.size() &&
            std::equal(special.begin(), special.end(), lines.begin()),
        "[Vocab] wanted the first tokens ", join(special), ", got '",
        join(lines).substr(0, 40), "'");
  Vocab vocab;
  for (std::size_t i = special.size(); i < lines.size(); ++i) {
    const std::string& token = lines[i];
    check(split(token) == std::vector{token},
          "[Vocab] wanted one word on line ", i + 1, ", got '", token, "'");
    check(!vocab.contains(token), "[Vocab] token '", token, "' on line ", i + 1,
          " is there already");
    vocab.add(token);
  }
  return vocab;
}

}  // namespace nn
