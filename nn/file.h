// Files are read whole and written whole or not at all.
#pragma once

#include <string>

namespace nn {

// The bytes of the file. Throws std::runtime_error that names the path and the
// reason.
std::string read_file(const std::string& path);

// Replaces the file by `contents`, whole or not at all, even when the machine
// stops in between: a temporary file in the same folder is written, flushed to
// the disk and renamed over `path`. Throws std::runtime_error that names the
// path and the reason, and then leaves the old file as it was.
void write_file(const std::string& path, const std::string& contents);

}  // namespace nn
