// Markers: HTML comments that say where a part of a page comes from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "book/tool/text.h"

namespace weave {

// <!-- WORD: SUBJECT # PART -->
struct Marker {
  std::string word;        // code, run, result, figure, sketch, num
  std::string subject;     // a file, a command, the name of a result
  std::string part;        // behind the '#'; may be empty
  std::string prefix;      // what stands before it on the line: "", "> "
  std::size_t begin, end;  // its bytes on the line
};

// The first marker on the line at or behind `from`. Throws std::runtime_error
// for an unknown word, or one that does not end on its line. Comments that
// are no markers (without a word and a colon) are left alone.
std::optional<Marker> find_marker(const std::string& line, std::size_t from);

// True if nothing but a prefix of quote signs and spaces stands before it.
bool stands_alone(const Marker& marker);

// The fence that opens a block of code on this line: ``` or more (and what
// stands before it), or "".
std::string fence_of(const std::string& line);

// True if the line closes the block that `fence` opened.
bool closes(const std::string& line, const std::string& fence);

}  // namespace weave
