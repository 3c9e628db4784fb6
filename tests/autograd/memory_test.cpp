#include "autograd/memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "autograd/ops.h"

namespace autograd {
namespace {

TEST(Memory, IsAligned) {
  for (std::size_t bytes : {1u, 64u, 65u, 1000u, 5000000u}) {
    void* memory = allocate(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 64, 0u) << bytes;
    deallocate(memory, bytes);
  }
}

// Where a sanitizer watches, every block goes back to the system at once.
bool keeps_blocks() {
  deallocate(allocate(100), 100);
  const auto before = memory_use().system_calls;
  deallocate(allocate(100), 100);
  return memory_use().system_calls == before;
}

TEST(Memory, SteadyTrainingAsksTheSystemForNothing) {
  if (!keeps_blocks()) GTEST_SKIP() << "blocks are not kept in this build";
  Rng rng(1);
  Tensor w = Tensor::normal({33, 17}, 0, 1, rng).requires_grad(true);
  const Tensor x = Tensor::normal({9, 33}, 0, 1, rng);
  auto step = [&] {
    const Tensor h = tanh(matmul(x, w));
    mean(softmax(h + transpose(transpose(h))) * h).backward();
    w.copy_from(w.detach() - w.grad() * Real(0.1));
    w.zero_grad();
  };
  step();
  step();
  const MemoryUse before = memory_use();
  for (int i = 0; i < 10000; ++i) step();
  EXPECT_EQ(memory_use().system_calls, before.system_calls);
  EXPECT_EQ(memory_use().system_bytes, before.system_bytes);
}

// Blocks that lay side by side serve as one, and one as several.
TEST(Memory, LargeBlocksJoinTheirFreeNeighbours) {
  if (!keeps_blocks()) GTEST_SKIP() << "blocks are not kept in this build";
  constexpr std::size_t part = std::size_t{3} << 20;
  for (int turn = 0; turn < 3; ++turn) {
    void* whole = allocate(4 * part);
    deallocate(whole, 4 * part);
    const MemoryUse before = memory_use();
    std::vector<void*> parts;
    for (int i = 0; i < 4; ++i) parts.push_back(allocate(part - 100));
    EXPECT_EQ(std::set<void*>(parts.begin(), parts.end()).size(), 4u);
    for (int i = 0; i < 4; ++i)
      std::fill_n(static_cast<char*>(parts[i]), part - 100, char(i));
    for (int i = 0; i < 4; ++i) {
      const auto* p = static_cast<const char*>(parts[i]);
      EXPECT_EQ(std::count(p, p + part - 100, char(i)), part - 100);
    }
    for (int i : {2, 0, 3, 1}) deallocate(parts[i], part - 100);
    whole = allocate(4 * part);
    deallocate(whole, 4 * part);
    EXPECT_EQ(memory_use().system_bytes, before.system_bytes);
    EXPECT_EQ(memory_use().system_calls, before.system_calls);
  }
}

TEST(Memory, ThreadsShareTheHeap) {
  auto work = [](int seed) {
    Rng rng(seed);
    std::vector<std::pair<char*, std::size_t>> mine;
    for (int i = 0; i < 300; ++i) {
      if (mine.size() > 4) {
        std::swap(mine[rng.bits() % mine.size()], mine.back());
      }
      if (mine.size() > 6 || (!mine.empty() && rng.bits() % 2)) {
        const auto [p, bytes] = mine.back();
        EXPECT_EQ(p[0], char(seed));
        EXPECT_EQ(p[bytes - 1], char(seed));
        deallocate(p, bytes);
        mine.pop_back();
        continue;
      }
      const std::size_t bytes = (std::size_t{1} << 20) + rng.bits() % (5 << 20);
      char* p = static_cast<char*>(allocate(bytes));
      p[0] = p[bytes - 1] = char(seed);
      mine.push_back({p, bytes});
    }
    for (const auto& [p, bytes] : mine) deallocate(p, bytes);
  };
  std::vector<std::thread> threads;
  for (int seed = 1; seed <= 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
}

TEST(Memory, AThreadGivesItsLargerBlocksBack) {
  auto work = [] {
    Tensor x = Tensor::ones({100000}) + Tensor::ones({100000});
    EXPECT_EQ(x.at({0}), 2);
  };
  std::thread(work).join();  // which leaves its small blocks to the next
  const auto before = memory_use().system_bytes;
  std::thread(work).join();
  EXPECT_EQ(memory_use().system_bytes, before);
}

TEST(Memory, AThreadTakesTheSmallBlocksOfOneThatEnded) {
  auto work = [] {
    std::vector<Tensor> many;
    for (int i = 0; i < 10000; ++i) many.push_back(Tensor::ones({100}));
    EXPECT_EQ(many.back().at({99}), 1);
  };
  std::thread(work).join();
  const auto before = memory_use().system_bytes;
  for (int i = 0; i < 10; ++i) std::thread(work).join();
  EXPECT_EQ(memory_use().system_bytes, before);
}

TEST(Storage, IsAlignedToItsSize) {
  for (std::size_t bytes : {0u, 4u, 48u, 49u, 64u, 1000u, 100000u}) {
    const Storage storage(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(storage.as<char>()) %
                  (bytes <= 48 ? 16 : 64),
              0u)
        << bytes;
    std::fill_n(storage.as<char>(), bytes, 'x');
    EXPECT_EQ(storage.version(), 0u);
  }
}

TEST(Storage, CountsItsHandlesAndItsWrites) {
  Storage a(64);
  EXPECT_EQ(a.version(), 0u);
  Storage b = a;
  b.bump_version();
  EXPECT_EQ(a.version(), 1u);
  EXPECT_EQ(a.as<int>(), b.as<int>());
  a = Storage();
  EXPECT_FALSE(a);
  EXPECT_TRUE(b);
  *b.as<int>() = 3;
  const Storage c = std::move(b);
  EXPECT_FALSE(b);
  EXPECT_EQ(*c.as<int>(), 3);
}

}  // namespace
}  // namespace autograd
