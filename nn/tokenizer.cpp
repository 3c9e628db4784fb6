#include "nn/tokenizer.h"

#include <set>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

using autograd::check;

namespace {

// Calls visit(character, place) for each, from left to right.
template <class Visit>
void each_character(std::string_view text, const Visit& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text.substr(at));
    check(bytes > 0, "[Characters] byte ", at + 1, " is not UTF-8");
    visit(text.substr(at, bytes), at);
    at += bytes;
  }
}

constexpr std::string_view kHeading = "characters\n";

}  // namespace

Characters::Characters(std::string_view text) {
  std::set<std::string_view> all;  // bytes in order are code points in order
  each_character(text, [&](std::string_view c, auto) { all.insert(c); });
  for (const std::string_view character : all) {
    ids_.emplace(character, size());
    tokens_.emplace_back(character);
  }
}

std::vector<int> Characters::encode(std::string_view text) const {
  std::vector<int> ids;
  each_character(text, [&](std::string_view character, std::size_t at) {
    const auto found = ids_.find(character);
    check(found != ids_.end(), "[Characters] '", clean(character), "' at byte ",
          at + 1, " is none of the ", size(), " characters that are known");
    ids.push_back(found->second);
  });
  return ids;
}

const std::string& Characters::token(int id) const {
  check(0 <= id && id < size(), "[Characters] wanted an id in 0 .. ",
        size() - 1, ", got ", id);
  return tokens_[static_cast<std::size_t>(id)];
}

std::string Characters::to_text() const {
  return std::string(kHeading) + join(tokens_, "");
}

Characters Characters::from_text(const std::string& text) {
  check(text.starts_with(kHeading),
        "[Characters] wanted 'characters' on the first line, got '",
        clip(text.substr(0, text.find('\n')), 40), "'");
  Characters characters(std::string_view(text).substr(kHeading.size()));
  check(characters.to_text() == text,
        "[Characters] wanted each character once, in order");
  return characters;
}

int Tokenizer::size() const {
  return std::visit([](const auto& kind) { return kind.size(); }, kind_);
}

std::vector<int> Tokenizer::encode(std::string_view text) const {
  return std::visit([&](const auto& kind) { return kind.encode(text); }, kind_);
}

std::string Tokenizer::token(int id) const {
  return std::visit(
      [&](const auto& kind) -> std::string { return kind.token(id); }, kind_);
}

std::string Tokenizer::decode(const std::vector<int>& ids) const {
  std::string out;
  for (const int id : ids) out += token(id);
  return out;
}

std::string Tokenizer::to_text() const {
  return std::visit([](const auto& kind) { return kind.to_text(); }, kind_);
}

Tokenizer Tokenizer::from_text(const std::string& text) {
  if (text.starts_with(kHeading)) return Characters::from_text(text);
  return Bpe::from_text(text);
}

}  // namespace nn
