// Words as numbers.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace nn {

class Vocab {
 public:
  // Special tokens come first, with these ids.
  static constexpr int pad = 0;      // <pad>: fills up short sentences
  static constexpr int unknown = 1;  // <unk>: a word not in the vocabulary
  static constexpr int start = 2;    // <s>
  static constexpr int end = 3;      // </s>

  // The special tokens alone.
  Vocab();

  // The words that occur at least `min_count` times, the most frequent first,
  // equally frequent ones in the order of their first appearance. Special
  // tokens in the sentences are passed over.
  static Vocab build(const std::vector<std::vector<std::string>>& sentences,
                     int min_count = 1);

  int size() const { return static_cast<int>(tokens_.size()); }

  // The id of a token, unknown if it has none.
  int id(const std::string& token) const;
  bool contains(const std::string& token) const { return ids_.contains(token); }

  // The token of an id in 0 .. size() - 1; throws otherwise.
  const std::string& token(int id) const;

  // The ids of the words, without </s>; `encode_with_end` adds it.
  std::vector<int> encode(const std::vector<std::string>& words) const;
  std::vector<int> encode_with_end(const std::vector<std::string>& words) const;

  // The words up to the first </s>, without <pad> and <s>.
  std::vector<std::string> decode(const std::vector<int>& ids) const;

  // One token a line, in the order of ids, to be kept in a model file.
  std::string to_text() const;

  // Reads `to_text` back. Throws if the special tokens are not the first four,
  // if a token is empty, has a space or comes twice.
  static Vocab from_text(const std::string& text);

  friend bool operator==(const Vocab& a, const Vocab& b) {
    return a.tokens_ == b.tokens_;
  }

 private:
  void add(const std::string& token);

  std::vector<std::string> tokens_;  // by id
  std::map<std::string, int> ids_;
};

}  // namespace nn
