#include "nn/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace nn {
namespace {

namespace fs = std::filesystem;

// A folder of its own that goes away with the test.
struct Folder {
  fs::path path;
  Folder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path = fs::temp_directory_path() / ("attention_file_" + name(test));
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  static std::string name(const testing::TestInfo* test) {
    return std::string(test->test_suite_name()) + "_" + test->name();
  }
  std::string operator/(const char* file) const {
    return (path / file).string();
  }
  int files() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path))
      ++count;
    return count;
  }
};

std::string message_of(void (*act)(const std::string&),
                       const std::string& path) {
  try {
    act(path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(File, ComesBackByteForByte) {
  const Folder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file(folder / "x", bytes);
  EXPECT_EQ(read_file(folder / "x"), bytes);
  write_file(folder / "x", "");
  EXPECT_EQ(read_file(folder / "x"), "");
}

TEST(File, LargerThanAnyBuffer) {
  const Folder folder;
  std::string bytes;
  for (int i = 0; i < 300001; ++i) bytes += static_cast<char>(i % 251);
  write_file(folder / "x", bytes);
  EXPECT_EQ(read_file(folder / "x"), bytes);
}

TEST(File, LeavesNoTemporaryFileBehind) {
  const Folder folder;
  write_file(folder / "x", "one");
  write_file(folder / "x", "two");
  EXPECT_EQ(folder.files(), 1);
  EXPECT_EQ(read_file(folder / "x"), "two");
}

TEST(File, MissingFileIsNamedWithTheReason) {
  const Folder folder;
  const auto read = [](const std::string& path) { read_file(path); };
  const std::string message = message_of(read, folder / "none");
  EXPECT_NE(message.find(folder / "none"), std::string::npos) << message;
  EXPECT_NE(message.find("No such file"), std::string::npos) << message;
  EXPECT_NE(message_of(read, folder.path.string()).find("folder"),
            std::string::npos);
}

TEST(File, FailedWriteNamesThePathAndChangesNothing) {
  const Folder folder;
  const auto write = [](const std::string& path) { write_file(path, "x"); };
  const std::string message = message_of(write, folder / "none/x");
  EXPECT_NE(message.find("cannot write"), std::string::npos) << message;
  EXPECT_NE(message.find(folder / "none/x"), std::string::npos) << message;

  fs::create_directories(folder / "taken/inside");  // cannot be replaced
  EXPECT_NE(message_of(write, folder / "taken").find("cannot write"),
            std::string::npos);
  EXPECT_EQ(folder.files(), 1);
}

}  // namespace
}  // namespace nn
