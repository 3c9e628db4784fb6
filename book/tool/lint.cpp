#include "book/tool/lint.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "book/tool/marker.h"

namespace weave {
namespace {

constexpr int widest = 80;

const std::string contents = "book/README.md";

bool in_book(const std::string& page) { return page.starts_with("book/"); }

// book/01-tom-by-hand.md
bool is_chapter(const std::string& page) {
  return in_book(page) && page.size() > 7 &&
         std::isdigit(static_cast<unsigned char>(page[5])) &&
         std::isdigit(static_cast<unsigned char>(page[6]));
}

class Page {
 public:
  Page(const fs::path& root, const std::string& path, Report& report,
       std::set<std::string>& linked)
      : root_(root),
        path_(path),
        report_(report),
        linked_(linked),
        markdown_(read_file(root / path)),
        lines_(split(markdown_)),
        page_(prose(markdown_)) {}

  void lint() {
    blocks();
    if (in_book(path_)) mathematics();
    links();
  }

 private:
  void fault(std::size_t line, const std::string& message) {
    report_.fault(path_, line + 1, message);
  }

  std::size_t line_at(std::size_t byte) const {
    return static_cast<std::size_t>(std::count(
        markdown_.begin(),
        markdown_.begin() + static_cast<std::ptrdiff_t>(byte), '\n'));
  }

  // The word of the marker on a line, or "".
  std::string marker_on(std::size_t line) const {
    try {
      const auto marker = find_marker(lines_[line], 0);
      return marker && stands_alone(*marker) ? marker->word : "";
    } catch (const std::exception&) {
      return "";
    }
  }

  void blocks() {
    std::string fence, language;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (fence.empty()) {
        fence = fence_of(lines_[i]);
        if (fence.empty()) continue;
        language = trim(lines_[i].substr(fence.size()));
        const std::string above = i > 0 ? marker_on(i - 1) : "";
        if (in_book(path_) && (language == "cpp" || language == "text") &&
            above != "code" && above != "run" && above != "result" &&
            above != "sketch")
          fault(i,
                "nothing keeps this block true: put a code, run or result "
                "marker above it, or <!-- sketch: why -->");
      } else if (closes(lines_[i], fence)) {
        fence.clear();
      } else {
        if (columns(lines_[i]) > widest)
          fault(i, "code of " + std::to_string(columns(lines_[i])) +
                       " columns, at most " + std::to_string(widest));
        if (language == "math") macros(lines_[i], i);
      }
    }
  }

  void macros(const std::string& formula, std::size_t line) {
    static const std::array<std::pair<std::string, std::string>, 4> bad{
        {{"\\operatorname", "GitHub refuses \\operatorname: \\mathrm{...}"},
         {"\\newcommand", "no macros of our own"},
         {"\\def", "no macros of our own"},
         {"$", "no $ inside a formula"}}};
    for (const auto& [word, message] : bad)
      if (formula.find(word) != std::string::npos) fault(line, message);
  }

  // A letter or digit, in any script.
  static bool is_letter(const std::string& text, std::size_t at) {
    if (at >= text.size()) return false;
    if (std::isalnum(static_cast<unsigned char>(text[at]))) return true;
    return static_cast<unsigned char>(text[at]) >= 0x80 &&
           !slug(text.substr(at, 4)).empty();
  }

  // The byte at which the code point before `at` begins.
  static std::size_t before(const std::string& text, std::size_t at) {
    do --at;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
    return at;
  }

  void mathematics() {
    for (const std::size_t at : page_.unclosed)
      fault(line_at(at), "a $` without its `$ on the same line");
    const std::string& text = page_.text;
    for (std::size_t at = 0; (at = text.find('$', at)) != std::string::npos;
         ++at)
      fault(line_at(at),
            "write mathematics as $`...`$ or a ```math block: "
            "GitHub edits what stands in $...$ and $$...$$");
    for (const auto& [begin, end] : page_.math) {
      const std::size_t line = line_at(begin);
      const std::string formula = markdown_.substr(begin + 2, end - begin - 4);
      macros(formula, line);
      if ((begin > 0 && is_letter(text, before(text, begin))) ||
          is_letter(text, end))
        fault(line,
              "mathematics touches a letter: GitHub wants a space or a "
              "sign between them");
      if (end < text.size() && (text[end] == '*' || text[end] == '_'))
        fault(line, "mathematics at the end of italics");
      if (lines_[line].starts_with("#"))
        fault(line, "mathematics in a heading");
      if (lines_[line].starts_with("|") &&
          formula.find('|') != std::string::npos)
        fault(line, "a | in a table ends the cell: \\lvert, \\mid");
    }
  }

  void links() {
    const std::string& text = page_.text;
    for (std::size_t at = 0; (at = text.find("](", at)) != std::string::npos;
         ++at) {
      std::size_t begin = at;
      for (int depth = 1; begin > 0 && depth > 0;) {
        --begin;
        depth += text[begin] == ']' ? 1 : text[begin] == '[' ? -1 : 0;
      }
      const std::size_t end = std::min(text.find(')', at), text.size());
      const std::string label = text.substr(begin + 1, at - begin - 1);
      const std::size_t line = line_at(begin);
      if (label.find('\1') != std::string::npos)
        fault(line, "mathematics in a link");
      const bool image = begin > 0 && text[begin - 1] == '!';
      if (image && trim(label).empty())
        fault(line, "an image without a text that says what it shows");
      target(trim(markdown_.substr(at + 2, end - at - 2)), line, image);
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto colon = lines_[i].find("]: ");
      if (lines_[i].starts_with("[") && !lines_[i].starts_with("[^") &&
          colon != std::string::npos)
        target(trim(lines_[i].substr(colon + 3)), i, false);
    }
    for (std::size_t at = 0; (at = text.find("<img", at)) != std::string::npos;
         ++at)
      fault(line_at(at), "write an image as ![what it shows](file)");
  }

  void target(std::string to, std::size_t line, bool image) {
    to = to.substr(0, to.find(' '));
    if (to.find("://") != std::string::npos || to.starts_with("mailto:"))
      return;
    const std::size_t hash = to.find('#');
    const std::string file = to.substr(0, hash);
    const fs::path here = fs::path(path_).parent_path();
    const std::string path =
        file.empty() ? path_
                     : (here / file).lexically_normal().generic_string();
    if (path.starts_with("..") || !fs::exists(root_ / path)) {
      fault(line, "dead link: " + to);
      return;
    }
    linked_.insert(path);
    if (image && here == "book" &&
        (line == 0 || marker_on(line - 1) != "figure"))
      fault(line, "nothing keeps this figure true: put a figure marker above");
    if (hash == std::string::npos) return;
    const std::string id = to.substr(hash + 1);
    if (!path.ends_with(".md"))
      fault(line, "an anchor in a file that is no page: " + to);
    else if (!ids(read_file(root_ / path)).count(id))
      fault(line, "no heading has the id #" + id + " in " + path);
  }

  const fs::path& root_;
  const std::string& path_;
  Report& report_;
  std::set<std::string>& linked_;
  std::string markdown_;
  Lines lines_;
  Prose page_;
};

}  // namespace

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void lint(const Options& options, const Seen& seen, Report& report) {
  std::map<std::string, std::set<std::string>> linked;
  std::set<std::string> named;
  for (const std::string& page : options.pages) {
    Page(options.root, page, report, linked[page]).lint();
    named.insert(linked[page].begin(), linked[page].end());
  }
  const auto book = options.root / "book";
  for (const std::string& page : options.pages)
    if (is_chapter(page) && !linked[contents].count(page))
      report.fault(contents, 1, "the chapter " + page + " is missing");
  for (const fs::path& file : files_in(book / "figures")) {
    const std::string path =
        file.lexically_relative(options.root).generic_string();
    if (!named.count(path)) report.fault(path, 1, "no page shows this figure");
  }
  for (const fs::path& file : files_in(book / "results"))
    if (!seen.results.count(file.stem().string()))
      report.fault(file.lexically_relative(options.root).generic_string(), 1,
                   "no page names this result");
}

}  // namespace weave
