#pragma once

#include <cstdint>
#include <vector>

namespace exercise {

// A cache of 64 lines of 8 numbers; the line not used for longest makes room.
class Cache {
 public:
  void touch(std::int64_t line) {
    ++clock_;
    std::size_t oldest = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].name == line) {
        lines_[i].used = clock_;
        return;
      }
      if (lines_[i].used < lines_[oldest].used) oldest = i;
    }
    lines_[oldest] = {line, clock_};
    ++misses_;
  }

  // Lines that had to be fetched so far.
  std::int64_t misses() const { return misses_; }

 private:
  struct Line {
    std::int64_t name = -1, used = 0;
  };
  std::vector<Line> lines_ = std::vector<Line>(64);
  std::int64_t clock_ = 0, misses_ = 0;
};

// A matrix, row after row, behind a cache; each begins a line of its own.
struct Matrix {
  int rows, columns;
  std::vector<double> numbers;
  Cache* cache;
  int name;  // tells its lines from those of other matrices

  double& operator()(int row, int column) {
    const int place = row * columns + column;
    cache->touch(std::int64_t{name} << 32 | place / 8);
    return numbers[place];
  }
};

// c = a b, whatever c held before. Fetches few lines.
void multiply(Matrix& a, Matrix& b, Matrix& c);

}  // namespace exercise
