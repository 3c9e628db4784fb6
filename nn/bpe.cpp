#include "nn/bpe.h"

#include <algorithm>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;

namespace {

enum class Kind { space, letter, digit, sign };

Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte == ' ' || (byte >= '\t' && byte <= '\r')) return Kind::space;
  if (byte >= '0' && byte <= '9') return Kind::digit;
  const bool latin = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
  return byte >= 0x80 || latin ? Kind::letter : Kind::sign;
}

bool inside_character(char c) { return (c & 0xc0) == 0x80; }

// Where the word that begins at `begin` ends.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
  const bool led = text[begin] == ' ' && begin + 1 < text.size() &&
                   kind_of(text[begin + 1]) != Kind::space;
  const Kind kind = kind_of(text[begin + led]);
  std::size_t end = begin + led;
  while (end < text.size() && kind_of(text[end]) == kind) ++end;
  if (kind == Kind::space && end < text.size() && text[end - 1] == ' ' &&
      end - begin > 1)
    --end;  // this space leads the next word
  const std::size_t most = begin + Bpe::longest;
  if (end <= most) return end;
  for (end = most; end > begin && inside_character(text[end]);) --end;
  return end > begin ? end : most;
}

}  // namespace

std::vector<std::string_view> Bpe::words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    end = end_of_word(text, begin);
    words.push_back(text.substr(begin, end - begin));
  }
  return words;
}

void Bpe::merge(std::vector<int>& ids, Pair pair, int id) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool found = i + 1 < ids.size() && Pair{ids[i], ids[i + 1]} == pair;
    ids[kept++] = found ? id : ids[i];
    i += found;
  }
  ids.resize(kept);
}

std::vector<int> Bpe::encode(std::string_view text) const {
  std::map<std::string_view, std::vector<int>> known;
  std::vector<int> ids;
  for (const std::string_view word : words(text)) {
    const auto [found, fresh] = known.try_emplace(word);
    if (fresh) found->second = encode_word(word);
    ids.insert(ids.end(), found->second.begin(), found->second.end());
  }
  return ids;
}

// A merge makes only pairs of later merges, so ids rise from round to round.
std::vector<int> Bpe::encode_word(std::string_view word) const {
  std::vector<int> ids;
  for (const char c : word) ids.push_back(static_cast<unsigned char>(c));
  for (;;) {
    auto first = ids_.end();
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      const auto found = ids_.find({ids[i], ids[i + 1]});
      if (found != ids_.end() &&
          (first == ids_.end() || found->second < first->second))
        first = found;
    }
    if (first == ids_.end()) return ids;
    merge(ids, first->first, first->second);
  }
}

std::string Bpe::token(int id) const {
  check(0 <= id && id < size(), "[Bpe] wanted an id in 0 .. ", size() - 1,
        ", got ", id);
  if (id < bytes) return {static_cast<char>(id)};
  return tokens_[static_cast<std::size_t>(id - bytes)];
}

void Bpe::add(Pair pair) {
  const std::string left = token(pair.first), right = token(pair.second);
  ids_.emplace(pair, size());
  tokens_.push_back(left + right);
  merges_.push_back(pair);
}

std::string Bpe::to_text() const {
  std::string out = "bytes\n";
  for (const auto& [left, right] : merges_)
    out += autograd::text(left, ' ', right, '\n');
  return out;
}

Bpe Bpe::from_text(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  check(!lines.empty() && lines[0] == "bytes",
        "[Bpe] wanted 'bytes' on the first line, got '",
        clip(lines.empty() ? "" : lines[0], 40), "'");
  Bpe bpe;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> parts = split(lines[i], ' ');
    std::optional<int> left, right;
    if (parts.size() == 2) {
      left = to_index(parts[0]);
      right = to_index(parts[1]);
    }
    check(left && right && *left < bpe.size() && *right < bpe.size(),
          "[Bpe] wanted two ids below ", bpe.size(), " on line ", i + 1,
          ", got '", clip(lines[i], 40), "'");
    check(!bpe.ids_.contains({*left, *right}), "[Bpe] the pair '", lines[i],
          "' on line ", i + 1, " is there already");
    check(bpe.token(*left).size() + bpe.token(*right).size() <= longest,
          "[Bpe] the token of line ", i + 1, " is longer than ", longest,
          " bytes");
    bpe.add({*left, *right});
  }
  return bpe;
}

}  // namespace nn
