// Text in UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nn {

// The offset of the first byte that is not well-formed UTF-8 (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF), or
// nothing if all is well.
std::optional<std::size_t> first_bad_byte(std::string_view text);

// Bytes of the character at the head of the text; 0 where there is none that is
// well-formed.
std::size_t character_bytes(std::string_view text);

// Bytes that come in parts, as whole characters: half of one waits for the
// rest, and each byte that can be of none becomes U+FFFD.
class CharacterStream {
 public:
  // The characters that are whole by now.
  std::string add(std::string_view bytes);
  // U+FFFD for each byte that has waited in vain.
  std::string end();

 private:
  std::string waiting_;
};

// Columns a text takes in a terminal: 2 for a Chinese, Japanese or Korean
// character, a full-width form or a pictograph, 0 for a combining mark or a
// control character, 1 for others. An ill-formed byte counts 1.
int display_width(std::string_view text);

// The text with U+FFFD for each byte of a control character and of what is not
// UTF-8: safe to print, legal in XML.
std::string clean(std::string_view text);

// Clean text at most `width` columns wide; "…" stands for what was cut.
std::string clip(std::string_view text, int width);

// Whether Chinese characters are in it.
bool has_han(std::string_view text);

// A count in groups of three digits: "63,082,496".
std::string thousands(std::int64_t count);

// The value with that many decimals, whatever the locale: "0.97"; below 10^15.
std::string fixed(double value, int decimals);

// FNV-1a of the bytes as 16 hexadecimal digits: a name for a content, the same
// on every machine (Fowler, Noll, Vo).
std::string digest(std::string_view bytes);

// A share from 0 to 1 in three characters: ".97", "1.0".
std::string short_share(double share);

// The words of a line: maximal runs without space, tab, CR or LF.
std::vector<std::string> split(std::string_view text);

// The fields between separators, empty ones too: "a||b" has three.
std::vector<std::string> split(std::string_view text, char separator);

// The words with a separator between each two.
std::string join(const std::vector<std::string>& words,
                 std::string_view separator = " ");

// The whole text as one integer in 0 .. 2^31 - 1, or nothing: digits only.
std::optional<int> to_index(std::string_view text);

}  // namespace nn
