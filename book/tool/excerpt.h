// Pieces of C++ source, found by the name of a function or a type, so that
// the source need carry no marks for the book.
#pragma once

#include <string>
#include <vector>

#include "book/tool/text.h"

namespace weave {

// A function or a type at the level of a namespace or a class.
struct Entity {
  enum class Kind { function, type } kind;
  std::string name;        // as in nn::Gru::operator()
  bool body;               // defined, not only declared
  std::size_t begin, end;  // bytes: from its first token to behind its last
};

// The source with comments, literals and preprocessor lines blanked out;
// every byte that is left stands where it stood.
std::string blank_out(const std::string& source);

// Every entity of a source, in order.
std::vector<Entity> entities(const std::string& source);

// The lines of the file that `what` names, with the comment above them and
// without the common indentation:
//   ""            all
//   "fn:NAME"     the function; its body if it is there, else its declaration
//   "type:NAME"   the struct, class, enum, union, alias or concept
//   "NAME"        between // ANCHOR: NAME and // ANCHOR_END: NAME
// NAME may be qualified (Gru::operator()); "@2" behind it chooses the second
// of several. What lies between // ELIDE: why and // ELIDE_END becomes one
// line, "// ... why". Throws std::runtime_error that says what is there.
Lines excerpt(const fs::path& file, const std::string& what);

}  // namespace weave
