// Text as tokens and back: characters or byte-pair encoding, one face for both.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/bpe.h"

namespace nn {

// The characters of a text, in the order of their code points.
class Characters {
 public:
  // Throws where the text is not UTF-8, with the place.
  explicit Characters(std::string_view text);

  int size() const { return static_cast<int>(tokens_.size()); }

  // Throws, with the place, for a character that the first text did not have.
  std::vector<int> encode(std::string_view text) const;
  const std::string& token(int id) const;

  // "characters" on a line of its own, then all of them.
  std::string to_text() const;
  // Throws where the characters are not in order, or come twice.
  static Characters from_text(const std::string& text);

  friend bool operator==(const Characters& a, const Characters& b) {
    return a.tokens_ == b.tokens_;
  }

 private:
  std::vector<std::string> tokens_;
  std::map<std::string, int, std::less<>> ids_;
};

class Tokenizer {
 public:
  Tokenizer(Characters characters) : kind_(std::move(characters)) {}  // NOLINT
  Tokenizer(Bpe bpe) : kind_(std::move(bpe)) {}                       // NOLINT

  int size() const;
  std::vector<int> encode(std::string_view text) const;
  // The bytes of a token. Of byte-pair encoding they may be a part of a
  // character: CharacterStream (nn/text.h) shows whole ones only.
  std::string token(int id) const;
  // Exactly the bytes that were encoded.
  std::string decode(const std::vector<int>& ids) const;

  // To be kept in a model file.
  std::string to_text() const;
  // Throws, with the line, for a text that `to_text` did not write.
  static Tokenizer from_text(const std::string& text);

  friend bool operator==(const Tokenizer&, const Tokenizer&) = default;

 private:
  std::variant<Characters, Bpe> kind_;
};

}  // namespace nn
