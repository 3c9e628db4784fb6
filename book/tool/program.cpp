#include "book/tool/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace weave {
namespace {

// The exit status of a finished child, as a sentence; empty if all is well.
std::string fault_of(int status, unsigned seconds) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    return "cannot be started; is it built?";
  if (WIFEXITED(status))
    return "ended with code " + std::to_string(WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGALRM)
    return "took more than " + std::to_string(seconds) +
           " s; keep what it prints in book/results";
  return "died of signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

Programs::Programs(fs::path folder, unsigned seconds)
    : folder_(std::move(folder)), seconds_(seconds) {
  std::string name = (fs::temp_directory_path() / "weave-XXXXXX").string();
  if (!mkdtemp(name.data()))
    throw std::runtime_error("cannot make the folder " + name);
  scratch_ = name;
}

Programs::~Programs() {
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
}

std::string Programs::run(const std::string& command,
                          const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = words(command);
  if (arguments.empty()) throw std::runtime_error("no program is named");
  arguments[0] = (folder_ / arguments[0]).string();
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(ends[1], 1);
    close(ends[0]);
    close(ends[1]);
    alarm(seconds_);  // survives the exec
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(ends[1]);
  std::string printed;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    printed.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (const std::string fault = fault_of(status, seconds_); !fault.empty())
    throw std::runtime_error("'" + command + "' " + fault);
  return printed;
}

const std::string& Programs::output(const std::string& command) {
  const auto [place, fresh] = outputs_.try_emplace(command);
  if (fresh) try {
      place->second = run(command, {});
    } catch (...) {
      outputs_.erase(place);
      throw;
    }
  return place->second;
}

std::map<std::string, std::string> Programs::figures(const std::string& command,
                                                     std::string* printed) {
  const auto place = figures_.find(command);
  if (place != figures_.end() && !printed) return place->second;
  const fs::path folder = scratch_ / std::to_string(figures_.size());
  fs::create_directories(folder);
  const std::string out = run(command, {"--figures", folder.string()});
  // The folder is another one at every run: lines that name it are left out.
  if (printed)
    for (const std::string& line : split(out))
      if (line.find(folder.string()) == std::string::npos)
        *printed += line + '\n';
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).generic_string()] =
          read_file(entry.path());
  return figures_[command] = files;
}

std::string Programs::figure(const std::string& command,
                             const std::string& name) {
  const auto files = figures(command);
  const auto found = files.find(name);
  if (found == files.end())
    throw std::runtime_error("'" + command + "' draws no figure " + name);
  return found->second;
}

Lines section(const std::string& output, const std::string& name) {
  Lines lines;
  int seen = name.empty();
  bool inside = name.empty();
  for (const std::string& line : split(output)) {
    if (!name.empty() && line.starts_with("== ") && line.ends_with(" ==")) {
      inside = line == "== " + name + " ==";
      seen += inside;
    } else if (inside) {
      lines.push_back(line);
    }
  }
  if (seen != 1)
    throw std::runtime_error("it prints " + std::to_string(seen) +
                             " sections '== " + name + " =='");
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  while (!lines.empty() && trim(lines.front()).empty())
    lines.erase(lines.begin());
  return lines;
}

std::string value(const std::string& output, const std::string& name) {
  const std::size_t slash = name.find(" / ");
  if (slash != std::string::npos)
    return value(join(section(output, name.substr(0, slash))),
                 name.substr(slash + 3));
  const std::string head = name + " = ";
  std::string found;
  for (const std::string& line : split(output)) {
    if (!line.starts_with(head)) continue;
    const std::string here = trim(line.substr(head.size()));
    if (!found.empty() && found != here)
      throw std::runtime_error("it prints '" + name + "' as " + found +
                               " and as " + here + "; name the section");
    found = here;
  }
  if (found.empty())
    throw std::runtime_error("it prints no line '" + name + " = ...'");
  return found;
}

}  // namespace weave
