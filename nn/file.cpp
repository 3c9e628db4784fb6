#include "nn/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#if defined(__unix__) || defined(__APPLE__)
#define NN_POSIX 1
#include <fcntl.h>
#include <unistd.h>
#endif

namespace nn {
namespace {

[[noreturn]] void fail_file(const char* what, const std::string& path,
                            const std::string& reason) {
  throw std::runtime_error(std::string("[") + what + "] cannot " +
                           (what[0] == 'r' ? "read '" : "write '") + path +
                           "': " + reason);
}

#ifdef NN_POSIX

// Writes and flushes a new file; returns the error number, 0 if all went well.
int write_flushed(const std::string& path, const std::string& contents) {
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int error = 0;
  for (std::size_t done = 0; done < contents.size() && error == 0;) {
    const ssize_t n =
        ::write(file, contents.data() + done, contents.size() - done);
    if (n >= 0)
      done += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      error = errno;
  }
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  return error;
}

// Makes the renaming itself last. Best effort: the file is whole either way.
void flush_folder(const std::filesystem::path& folder) {
  const int file =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

std::string temporary_name(const std::string& path) {
  return path + ".tmp." + std::to_string(::getpid());
}

#else

int write_flushed(const std::string& path, const std::string& contents) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  out.close();
  return out ? 0 : EIO;
}

void flush_folder(const std::filesystem::path&) {}

std::string temporary_name(const std::string& path) { return path + ".tmp"; }

#endif

}  // namespace

std::string read_file(const std::string& path) {
  if (std::filesystem::is_directory(path))
    fail_file("read_file", path, "it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) fail_file("read_file", path, std::strerror(errno));
  std::string contents;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0)
    contents.append(buffer, static_cast<std::size_t>(in.gcount()));
  if (in.bad()) fail_file("read_file", path, std::strerror(errno));
  return contents;
}

void write_file(const std::string& path, const std::string& contents) {
  const std::string temporary = temporary_name(path);
  std::error_code ignored;
  if (const int error = write_flushed(temporary, contents)) {
    std::filesystem::remove(temporary, ignored);
    fail_file("write_file", path, std::strerror(error));
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) {
    std::filesystem::remove(temporary, ignored);
    fail_file("write_file", path, error.message());
  }
  flush_folder(std::filesystem::path(path).parent_path());
}

}  // namespace nn
