// Byte-pair encoding: words as pieces of words.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nn {

// Tokens begin as the 256 bytes, as in GPT-2 (Radford et al. 2019, 2.2), so
// that no text is unknown, whether or not it is UTF-8. Then, again and again,
// the pair of neighbours that is seen most often becomes a token of its own
// (Sennrich et al. 2016, 3.2). A byte's id is its value, that of the i-th
// merge 256 + i.
class Bpe {
 public:
  static constexpr int bytes = 256;
  // Of a word, in bytes: longer ones are cut, and so is no token longer.
  static constexpr int longest = 64;

  Bpe() = default;  // the bytes alone

  // Learns so many merges, or fewer where no pair is left that is seen twice.
  // Of pairs seen equally often the one with the smallest ids goes first.
  static Bpe train(std::string_view text, int merges);

  int size() const { return bytes + static_cast<int>(merges_.size()); }

  // The ids of any bytes: within each word the earliest merge goes first.
  std::vector<int> encode(std::string_view text) const;

  // The bytes of a token; they need not be whole characters. Throws for an id
  // that is none.
  std::string token(int id) const;

  // "bytes", then a merge a line, as the ids of its two parts.
  std::string to_text() const;
  // Reads `to_text` back. Throws where a line is not two ids that are there by
  // then, a pair comes twice, or a token would be too long.
  static Bpe from_text(const std::string& text);

  friend bool operator==(const Bpe& a, const Bpe& b) {
    return a.merges_ == b.merges_;
  }

  // The words that merges stay within: letters, digits or other signs, led by
  // one space at most, or white space. Bytes from 128 on count as letters.
  static std::vector<std::string_view> words(std::string_view text);

  using Pair = std::pair<int, int>;
  // Makes each pair among neighbours one id, from left to right.
  static void merge(std::vector<int>& ids, Pair pair, int id);

 private:
  void add(Pair pair);
  std::vector<int> encode_word(std::string_view word) const;

  std::vector<Pair> merges_;
  std::map<Pair, int> ids_;          // of each merge
  std::vector<std::string> tokens_;  // the bytes of each merge
};

}  // namespace nn
