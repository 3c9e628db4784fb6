#include <algorithm>
#include <ostream>

#include "book/tool/lint.h"
#include "book/tool/program.h"
#include "book/tool/weave.h"

namespace weave {

void Report::fault(const std::string& file, std::size_t line,
                   const std::string& message) {
  ++faults_;
  note(file, line, message);
}

void Report::note(const std::string& file, std::size_t line,
                  const std::string& message) {
  out_ << file << ':' << line << ": " << message << '\n';
}

void Report::difference(const Lines& was, const Lines& is) {
  constexpr std::size_t most = 12;
  std::size_t begin = 0, a = was.size(), b = is.size();
  while (begin < a && begin < b && was[begin] == is[begin]) ++begin;
  while (a > begin && b > begin && was[a - 1] == is[b - 1]) --a, --b;
  const auto show = [&](char sign, const Lines& lines, std::size_t end) {
    for (std::size_t i = begin; i < std::min(end, begin + most); ++i)
      out_ << "  " << sign << ' ' << lines[i] << '\n';
    if (end > begin + most)
      out_ << "  " << sign << " ... " << end - begin - most << " more\n";
  };
  show('-', was, a);
  show('+', is, b);
}

int renew_results(const Options& options, const std::vector<std::string>& names,
                  std::ostream& out) {
  Report report(out);
  Programs programs(options.root / options.programs, 0);
  for (const auto& path : files_in(options.root / "book/results")) {
    const std::string name = path.stem().string();
    if (!names.empty() &&
        std::find(names.begin(), names.end(), name) == names.end())
      continue;
    const std::string file = "book/results/" + path.filename().string();
    try {
      renew_result(path, options.version, programs,
                   options.root / "book/figures");
      report.note(file, 1, "written");
    } catch (const std::exception& error) {
      report.fault(file, 1, error.what());
    }
  }
  return report.faults();
}

}  // namespace weave
