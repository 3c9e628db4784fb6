#include "nn/json.h"

#include <limits>
#include <set>
#include <stdexcept>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {
namespace {

std::string utf8(unsigned code) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | (code >> shift & 0x3f));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), tail(0)};
  if (code < 0x10000)
    return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

JsonReader::JsonReader(std::string_view text) : text_(text) {
  if (const auto bad = first_bad_byte(text)) {
    place_ = *bad;
    fail("UTF-8");
  }
}

void JsonReader::fail(const std::string& wanted) const {
  std::string got = "the end";
  if (place_ < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[place_]);
    got = 0x20 < byte && byte < 0x7f
              ? std::string("'") + text_[place_] + "'"
              : autograd::text("byte ", static_cast<int>(byte));
  }
  throw std::runtime_error(
      autograd::text("wanted ", wanted, " at byte ", place_, ", got ", got));
}

void JsonReader::skip_space() {
  while (place_ < text_.size() && std::string_view(" \t\r\n").find(
                                      text_[place_]) != std::string_view::npos)
    ++place_;
}

bool JsonReader::accept(char c) {
  skip_space();
  if (place_ == text_.size() || text_[place_] != c) return false;
  ++place_;
  return true;
}

void JsonReader::expect(char c) {
  if (!accept(c)) fail(std::string("'") + c + "'");
}

void JsonReader::object(
    const std::function<void(const std::string& key)>& member) {
  std::set<std::string> keys;
  expect('{');
  if (accept('}')) return;
  do {
    const std::string key = string();
    if (!keys.insert(key).second)
      throw std::runtime_error("'" + key + "' is there twice");
    expect(':');
    member(key);
  } while (accept(','));
  if (!accept('}')) fail("',' or '}'");
}

void JsonReader::array(const std::function<void()>& element) {
  expect('[');
  if (accept(']')) return;
  do element();
  while (accept(','));
  if (!accept(']')) fail("',' or ']'");
}

std::string JsonReader::string() {
  if (!accept('"')) fail("a string");
  std::string result;
  for (;; ++place_) {
    if (place_ == text_.size()) fail("'\"'");
    const char c = text_[place_];
    if (static_cast<unsigned char>(c) < 0x20) fail("an escaped control byte");
    if (c == '"') break;
    if (c == '\\')
      escape(result);
    else
      result += c;
  }
  ++place_;
  return result;
}

// Reads an escape from its backslash to its last byte.
void JsonReader::escape(std::string& out) {
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  ++place_;
  const char c = place_ < text_.size() ? text_[place_] : '\0';
  const std::size_t which = letters.find(c);
  if (which != std::string_view::npos) {
    out += meanings[which];
    return;
  }
  if (c != 'u') fail("an escape");
  unsigned code = hex4();
  if (0xd800 <= code && code < 0xdc00) {  // the first half of a pair
    if (text_.substr(place_ + 1, 2) != "\\u") fail("a surrogate pair");
    place_ += 2;
    const unsigned low = hex4();
    if (low < 0xdc00 || 0xe000 <= low) fail("a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (0xdc00 <= code && code < 0xe000) {
    fail("a surrogate pair");
  }
  out += utf8(code);
}

// The four digits after the place, which moves to the last of them.
unsigned JsonReader::hex4() {
  static constexpr std::string_view digits = "0123456789abcdef";
  unsigned code = 0;
  for (int i = 0; i < 4; ++i) {
    ++place_;
    const char c = place_ < text_.size() ? text_[place_] : ' ';
    const char lower = 'A' <= c && c <= 'F' ? static_cast<char>(c + 32) : c;
    const std::size_t value = digits.find(lower);
    if (value == std::string_view::npos) fail("four hexadecimal digits");
    code = code << 4 | static_cast<unsigned>(value);
  }
  return code;
}

std::int64_t JsonReader::integer() {
  const auto digit = [&] {
    return place_ < text_.size() && '0' <= text_[place_] &&
           text_[place_] <= '9';
  };
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  skip_space();
  if (!digit()) fail("a whole number");
  const bool zero = text_[place_] == '0';
  std::int64_t value = 0;
  for (const std::size_t first = place_; digit(); ++place_) {
    const int next = text_[place_] - '0';
    if (value > (most - next) / 10) fail("a number below 2^63");
    if (zero && place_ > first) fail("no digit after a leading 0");
    value = 10 * value + next;
  }
  return value;
}

void JsonReader::end() {
  skip_space();
  if (place_ < text_.size()) fail("nothing more");
}

std::string json_string(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  autograd::check(!first_bad_byte(text), "[json] not UTF-8: '", text, "'");
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20)
      result += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    else if (c == '"' || c == '\\')
      result += {'\\', c};
    else
      result += c;
  }
  return result + '"';
}

}  // namespace nn
