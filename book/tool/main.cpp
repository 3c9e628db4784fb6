// weave [--check] [--strict] PAGE.md...: brings the pages of the book up to
// date, or says where they are not. weave --results [NAME...]: runs the long
// programs again. To be called at the root of the repository (make book-sync,
// book-check, book-results).
#include <cstdlib>
#include <iostream>

#include "book/tool/weave.h"

int main(int argc, char** argv) try {
  weave::Options options;
  bool results = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--check")
      options.check = true;
    else if (word == "--strict")
      options.strict = true;
    else if (word == "--results")
      results = true;
    else if (word == "--programs" && more)
      options.programs = argv[++i];
    else if (word == "--version" && more)
      options.version = argv[++i];
    else if (word.starts_with("-"))
      throw std::invalid_argument("unknown flag, or no value: " + word);
    else
      options.pages.push_back(word);
  }
  const int faults =
      results ? weave::renew_results(options, options.pages, std::cout)
              : weave::weave(options, std::cout);
  if (faults > 0) std::cout << faults << " faults\n";
  if (faults == 0 && !results)
    std::cout << options.pages.size() << " pages are up to date\n";
  return faults > 0;
} catch (const std::exception& error) {
  std::cerr << "weave: " << error.what() << '\n';
  return 2;
}
