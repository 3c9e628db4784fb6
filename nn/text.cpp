#include "nn/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace nn {
namespace {

// One decoded character and the bytes it takes; 0 bytes if it is ill-formed.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xc2 && lead < 0xe0   ? 2
                            : lead >= 0xe0 && lead < 0xf0 ? 3
                            : lead >= 0xf0 && lead < 0xf5 ? 4
                                                          : 0;
  if (bytes == 0) return {};
  std::uint32_t code = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  const std::uint32_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < least || code > 0x10ffff || surrogate) return {};
  return {code, bytes};
}

struct Range {
  std::uint32_t first, last;
};

template <std::size_t N>
bool within(std::uint32_t code, const Range (&ranges)[N]) {
  for (const Range& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

// Unicode 15: East Asian Width W and F, in blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
    {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};

// Combining marks, joiners, variation selectors and controls.
constexpr Range kZero[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x0300, 0x036f}, {0x0483, 0x0489},
    {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    if (character.bytes == 0) return at;
    at += character.bytes;
  }
  return std::nullopt;
}

std::size_t character_bytes(std::string_view text) {
  return text.empty() ? 0 : decode(text, 0).bytes;
}

namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// Whether more bytes can make a character of these.
bool begins_character(std::string_view bytes) {
  for (const char last : {'\x80', '\xbf'})
    if (character_bytes(std::string(bytes) + std::string(3, last)) >
        bytes.size())
      return true;
  return false;
}

}  // namespace

std::string CharacterStream::add(std::string_view bytes) {
  waiting_ += bytes;
  std::string out;
  std::size_t at = 0;
  for (std::size_t size; at < waiting_.size(); at += size) {
    const std::string_view rest = std::string_view(waiting_).substr(at);
    size = character_bytes(rest);
    if (size == 0 && begins_character(rest)) break;
    out += size ? rest.substr(0, size) : kReplacement;
    size = std::max<std::size_t>(size, 1);
  }
  waiting_.erase(0, at);
  return out;
}

std::string CharacterStream::end() {
  std::string out;
  for (; !waiting_.empty(); waiting_.pop_back()) out += kReplacement;
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    if (character.bytes == 0)
      width += 1;
    else if (!within(character.code, kZero))
      width += within(character.code, kWide) ? 2 : 1;
    at += character.bytes == 0 ? 1 : character.bytes;
  }
  return width;
}

namespace {

// Bytes of the printable character at the head of `text`; 0 where there is
// none: ill-formed UTF-8, a control character, or one that XML refuses.
std::size_t printable(std::string_view text) {
  const Character c = decode(text, 0);
  const bool control = c.code < 0x20 || (c.code >= 0x7f && c.code < 0xa0);
  const bool refused = c.code == 0xfffe || c.code == 0xffff;
  return control || refused ? 0 : c.bytes;
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = printable(text);
    out += size ? text.substr(0, size) : kReplacement;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string clip(std::string_view text, int width) {
  const std::string whole = clean(text);
  if (display_width(whole) <= width) return whole;
  std::size_t end = 0;
  while (true) {
    const std::string_view rest = std::string_view(whole).substr(end);
    const std::size_t next = end + printable(rest);
    if (display_width(whole.substr(0, next)) >= width) break;
    end = next;
  }
  return whole.substr(0, end) + "…";
}

bool has_han(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character c = decode(text, at);
    if ((c.code >= 0x2e80 && c.code < 0xa000) ||
        (c.code >= 0x20000 && c.code < 0x40000))
      return true;
    at += c.bytes == 0 ? 1 : c.bytes;
  }
  return false;
}

std::string thousands(std::int64_t count) {
  std::string out = std::to_string(count);
  const int first = count < 0;
  for (int at = static_cast<int>(out.size()) - 3; at > first; at -= 3)
    out.insert(static_cast<std::size_t>(at), ",");
  return out;
}

std::string fixed(double value, int decimals) {
  long long unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const long long scaled = std::llround(std::abs(value) * unit);
  std::string digits = std::to_string(scaled % unit);
  digits.insert(0, decimals - std::min<int>(decimals, digits.size()), '0');
  const std::string sign = value < 0 && scaled != 0 ? "-" : "";
  const std::string whole = sign + std::to_string(scaled / unit);
  return decimals == 0 ? whole : whole + "." + digits;
}

std::string digest(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4)
    digits += "0123456789abcdef"[hash >> shift & 15];
  return digits;
}

std::string short_share(double share) {
  const std::string digits = fixed(share, 2);
  return digits[0] == '0' ? digits.substr(1) : digits.substr(0, 3);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> fields;
  for (;;) {
    const std::size_t end = text.find(separator);
    fields.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& words,
                 std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += separator;
    text += words[i];
  }
  return text;
}

std::optional<int> to_index(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || text[0] == '-' || error != std::errc{} || last != end)
    return std::nullopt;
  return value;
}

}  // namespace nn
