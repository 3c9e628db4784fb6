#include "book/tool/weave.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <ostream>
#include <stdexcept>

#include "book/tool/excerpt.h"
#include "book/tool/lint.h"
#include "book/tool/marker.h"
#include "book/tool/program.h"

namespace weave {
namespace {

// Bytes that may belong to a number or a word in front of its marker.
bool is_value(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '+' ||
         c == '-' || c == '?';
}

class Weaver {
 public:
  Weaver(const Options& options, Report& report, Seen& seen)
      : options_(options),
        report_(report),
        seen_(seen),
        programs_(options.root / options.programs, options.seconds) {}

  // Works out what a page should be, and keeps it until commit().
  void page(const std::string& path) {
    path_ = path;
    printed_above_.clear();
    const Lines in = split(read_file(options_.root / path));
    Lines out;
    for (std::size_t i = 0; i < in.size();) {
      line_ = i;
      try {
        i = next(in, i, out);
      } catch (const std::exception& error) {
        ++errors_;
        report_.fault(path_, line_ + 1, error.what());
        out.push_back(in[i++]);
      }
    }
    if (out != in) changes_[options_.root / path] = join(out);
  }

  // Writes all that has changed, if nothing went wrong.
  void commit() {
    if (options_.check || errors_ > 0) return;
    for (const auto& [path, text] : changes_) write_file(path, text);
  }

 private:
  // Takes what begins at line i, adds it to `out` as it should be, and returns
  // the line behind it.
  std::size_t next(const Lines& in, std::size_t i, Lines& out) {
    if (const std::string fence = fence_of(in[i]); !fence.empty()) {
      std::size_t end = i + 1;
      while (end < in.size() && !closes(in[end], fence)) ++end;
      if (end == in.size())
        throw std::runtime_error("this block of code never ends");
      out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(i),
                 in.begin() + static_cast<std::ptrdiff_t>(end) + 1);
      return end + 1;
    }
    const auto marker = find_marker(in[i], 0);
    if (!marker || marker->word == "num" || marker->word == "sketch") {
      out.push_back(numbers(in[i]));
      return i + 1;
    }
    if (!stands_alone(*marker))
      throw std::runtime_error("a " + marker->word +
                               " marker stands on a line of its own");
    if (marker->word == "figure") return figure(*marker, in, i, out);
    return block(*marker, in, i, out);
  }

  std::size_t block(const Marker& marker, const Lines& in, std::size_t i,
                    Lines& out) {
    const std::string fence =
        i + 1 < in.size() ? fence_of(in[i + 1]) : std::string();
    if (!fence.starts_with(marker.prefix) || fence.empty())
      throw std::runtime_error("wanted a ``` block right below this marker");
    std::size_t end = i + 2;
    while (end < in.size() && !closes(in[end], fence)) ++end;
    if (end == in.size())
      throw std::runtime_error("the block below this marker never ends");
    const Lines was(in.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                    in.begin() + static_cast<std::ptrdiff_t>(end));
    Lines is = contents(marker);
    for (std::string& line : is) {
      line = line.empty() && trim(marker.prefix).empty() ? ""
                                                         : marker.prefix + line;
      if (line.starts_with(fence))
        throw std::runtime_error("it has a ``` of its own: fence it with ````");
    }
    const std::string what =
        marker.subject + (marker.part.empty() ? "" : " # ") + marker.part;
    compare(i + 2, what, was, is);
    out.insert(out.end(), {in[i], in[i + 1]});
    out.insert(out.end(), is.begin(), is.end());
    out.push_back(in[end]);
    return end + 1;
  }

  // What a block should hold.
  Lines contents(const Marker& marker) {
    if (marker.word == "code") {
      try {
        return excerpt(options_.root / marker.subject, marker.part);
      } catch (const std::exception& error) {
        throw std::runtime_error(marker.subject + ": " + error.what());
      }
    }
    printed_above_ =
        (marker.word == "result" ? "results/" : "") + marker.subject;
    if (marker.word == "run")
      return section(programs_.output(marker.subject), marker.part);
    return section(result(marker.subject).output, marker.part);
  }

  std::size_t figure(const Marker& marker, const Lines& in, std::size_t i,
                     Lines& out) {
    std::string below;  // the paragraph
    for (std::size_t n = i + 1; n < in.size() && !trim(in[n]).empty(); ++n)
      below += in[n] + '\n';
    const std::string image = "](figures/" + marker.part + ")";
    if (!trim(below).starts_with("![") ||
        below.find(image) == std::string::npos)
      throw std::runtime_error("wanted ![what it shows" + image +
                               " right below this marker");
    const fs::path kept = options_.root / "book/figures" / marker.part;
    const std::string was = fs::exists(kept) ? read_file(kept) : "";
    out.push_back(in[i]);
    if (marker.subject.starts_with("results/")) {
      const auto& figures = result(marker.subject.substr(8)).figures;
      const auto found = figures.find(marker.part);
      if (found == figures.end())
        throw std::runtime_error(marker.subject + ".txt names no figure " +
                                 marker.part);
      if (digest(was) != found->second)
        throw std::runtime_error("book/figures/" + marker.part +
                                 " is not the one that " + marker.subject +
                                 ".txt was written with");
      return i + 1;
    }
    const std::string is = programs_.figure(marker.subject, marker.part);
    compare(i + 1, "book/figures/" + marker.part, split(was), split(is));
    if (was != is) changes_[kept] = is;
    return i + 1;
  }

  // "... is 0.872<!-- num: program # name --> nats". The value stands before
  // its marker: a comment that begins a line would swallow the line.
  std::string numbers(std::string line) {
    std::size_t from = 0;
    while (const auto marker = find_marker(line, from)) {
      from = marker->end;
      if (marker->word != "num") continue;
      std::string is = named_value(*marker);
      std::size_t end = marker->begin, begin = end;
      if (end > 0 && line[end - 1] == '`') {  // `all of it`
        begin = line.substr(0, --end).rfind('`') + 1;
      } else {  // the first word
        is = is.substr(0, is.find(' '));
        while (begin > 0 && is_value(line[begin - 1])) --begin;
      }
      if (begin == end)
        throw std::runtime_error(
            "a num marker stands right behind its value "
            "(write ? the first time)");
      const std::string was = line.substr(begin, end - begin);
      if (was == is) continue;
      compare(line_, trim(marker->subject + " # " + marker->part), {was}, {is});
      line.replace(begin, was.size(), is);
      from = from - was.size() + is.size();
    }
    return line;
  }

  std::string named_value(const Marker& marker) {
    const std::string from =
        marker.subject.empty() ? printed_above_ : marker.subject;
    if (from.empty())
      throw std::runtime_error("no run or result marker stands above");
    if (from.starts_with("results/"))
      return value(result(from.substr(8)).output, marker.part);
    return value(programs_.output(from), marker.part);
  }

  // A kept result, checked once: nobody has edited it, and the first steps of
  // its run still give the same bits.
  const Result& result(const std::string& name) {
    const auto place = results_.find(name);
    if (place != results_.end()) return place->second;
    const std::string file = "book/results/" + name + ".txt";
    seen_.results.insert(name);
    Result found;
    try {
      found = read_result(options_.root / file);
    } catch (const std::exception& error) {
      throw std::runtime_error(file + ": " + error.what());
    }
    const std::string cure = "; run make book-results RESULTS=" + name;
    if (digest(found.output) != found.body) {
      ++errors_;
      report_.fault(file, static_cast<std::size_t>(found.body_line),
                    "is not what the program printed" + cure);
    } else if (const std::string bits = replay(found.command, programs_);
               bits != found.replay) {
      const auto line = static_cast<std::size_t>(found.replay_line);
      const std::string stale =
          "stale: the first steps give other bits now" + cure;
      if (options_.strict)
        report_.fault(file, line, stale);
      else
        report_.note(file, line, "warning: " + stale);
      report_.difference(words(found.replay), words(bits));
    }
    return results_[name] = found;
  }

  void compare(std::size_t first, const std::string& what, const Lines& was,
               const Lines& is) {
    if (was == is) return;
    const auto differ =
        std::mismatch(was.begin(), was.end(), is.begin(), is.end());
    const std::size_t line =
        first + static_cast<std::size_t>(differ.first - was.begin()) + 1;
    const bool figure = what.starts_with("book/figures/");
    if (options_.check)
      report_.fault(path_, figure ? first : line, "differs from " + what);
    else
      report_.note(path_, figure ? first : line, "updated from " + what);
    report_.difference(was, is);
  }

  const Options& options_;
  Report& report_;
  Seen& seen_;
  Programs programs_;
  std::string path_;
  std::string printed_above_;  // what the last run or result marker names
  std::size_t line_ = 0;
  int errors_ = 0;
  std::map<fs::path, std::string> changes_;
  std::map<std::string, Result> results_;
};

}  // namespace

int weave(const Options& options, std::ostream& out) {
  Report report(out);
  Seen seen;
  Weaver weaver(options, report, seen);
  for (const std::string& page : options.pages) weaver.page(page);
  weaver.commit();
  lint(options, seen, report);
  return report.faults();
}

}  // namespace weave
