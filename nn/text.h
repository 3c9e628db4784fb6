// Text in UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nn {

// The offset of the first byte that is not well-formed UTF-8 (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF), or
// nothing if all is well.
std::optional<std::size_t> first_bad_byte(std::string_view text);

// Columns a text takes in a terminal: 2 for a Chinese, Japanese or Korean
// character, a full-width form or a pictograph, 0 for a combining mark or a
// control character, 1 for others. An ill-formed byte counts 1.
int display_width(std::string_view text);

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
