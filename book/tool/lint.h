// What GitHub or the site would show wrongly, and what nothing keeps true.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "book/tool/weave.h"

namespace weave {

// What the pages were seen to use.
struct Seen {
  std::set<std::string> results;  // names
};

// Looks over the pages and the folder of the book. Reports
//   - a cpp or text block without a marker, code wider than 80 columns;
//   - mathematics that GitHub breaks (only $`x`$ and ```math are left alone);
//   - dead links, dead anchors, images without a text or without a marker;
//   - figures and results that no page names, chapters not in the contents.
// Pages outside book/ are checked for links and width alone.
void lint(const Options& options, const Seen& seen, Report& report);

// The id that GitHub gives to a heading, before "-1", "-2" of repeated ones.
std::string slug(const std::string& heading);

// Every id of a page: its headings, and <a id="..."> of its own.
std::set<std::string> ids(const std::string& markdown);

// A page without its blocks of code and comments, byte for byte, '\1' for
// inline mathematics and '\2' for a code span.
struct Prose {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> math;  // begin, end
  std::vector<std::size_t> unclosed;  // a $` without its `$ on the line
};
Prose prose(const std::string& markdown);

// The files below a folder, by name; none if it is missing.
std::vector<fs::path> files_in(const fs::path& folder);

}  // namespace weave
