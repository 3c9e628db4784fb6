// Text and files, as the weaver needs them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace weave {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;  // without their ends

// The bytes of a file. Throws std::runtime_error that names it.
std::string read_file(const fs::path& path);

// Replaces a file whole or not at all: writes beside it, then renames. Makes
// the folder. Throws std::runtime_error that names the file.
void write_file(const fs::path& path, const std::string& contents);

Lines split(std::string_view text);
std::string join(const Lines& lines);  // every line with its end

// Without white space at both ends.
std::string trim(std::string_view text);

// The words between white space; "a word in quotes" is one.
std::vector<std::string> words(std::string_view text);

// The code point of UTF-8 that begins at `at`, which is moved behind it. An
// ill-formed byte is one code point.
char32_t next_code_point(std::string_view text, std::size_t& at);

// Columns in fixed-width type: Chinese takes two.
int columns(std::string_view text);

// FNV-1a of 64 bits, in 16 hexadecimal digits: tells a changed file.
std::string digest(std::string_view bytes);

}  // namespace weave
