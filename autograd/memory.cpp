#include "autograd/memory.h"

#include <bit>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace autograd {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps_blocks = false;  // so that the sanitizer sees each end
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool keeps_blocks = false;
#else
constexpr bool keeps_blocks = true;
#endif
#else
constexpr bool keeps_blocks = true;
#endif

std::atomic<std::int64_t> system_calls{0}, system_bytes{0};

// Sizes are rounded up to four steps an octave: 64, 80, 96, 112, 128, 160 ...
constexpr int class_count = 4 * 40;
constexpr std::size_t huge_page = std::size_t{2} << 20;

int size_class(std::size_t bytes) {
  if (bytes <= 64) return 0;
  const int octave = std::bit_width(bytes - 1) - 1;  // 2^octave < bytes
  const std::size_t step = std::size_t{1} << (octave - 2);
  const std::size_t above = bytes - (std::size_t{1} << octave);
  return (octave - 6) * 4 + static_cast<int>((above + step - 1) / step);
}

std::size_t class_bytes(int index) {
  const int octave = 6 + index / 4;
  return (std::size_t{1} << octave) +
         static_cast<std::size_t>(index % 4) * (std::size_t{1} << octave) / 4;
}

void* take_from_system(std::size_t bytes) {
  const std::size_t alignment = bytes >= huge_page ? huge_page : 64;
  void* memory = ::operator new(bytes, std::align_val_t(alignment));
#ifdef __linux__
  if (bytes >= huge_page) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  system_calls.fetch_add(1, std::memory_order_relaxed);
  system_bytes.fetch_add(static_cast<std::int64_t>(bytes),
                         std::memory_order_relaxed);
  return memory;
}

void give_to_system(void* memory, std::size_t bytes) {
  const std::size_t alignment = bytes >= huge_page ? huge_page : 64;
  ::operator delete(memory, std::align_val_t(alignment));
  system_bytes.fetch_sub(static_cast<std::int64_t>(bytes),
                         std::memory_order_relaxed);
}

struct FreeBlock {
  FreeBlock* next;
};

// Trivially destructible, so that it outlives every other object of a thread.
thread_local FreeBlock* free_lists[class_count];
thread_local bool closed = false;

struct Janitor {
  ~Janitor() {
    closed = true;
    for (int i = 0; i < class_count; ++i)
      while (FreeBlock* block = free_lists[i]) {
        free_lists[i] = block->next;
        give_to_system(block, class_bytes(i));
      }
  }
};
thread_local Janitor janitor;

}  // namespace

void* allocate(std::size_t bytes) {
  const int index = size_class(bytes);
  if (FreeBlock* block = free_lists[index]) {
    free_lists[index] = block->next;
    return block;
  }
  (void)&janitor;  // made, so that it is destroyed with the thread
  return take_from_system(class_bytes(index));
}

void deallocate(void* memory, std::size_t bytes) {
  const int index = size_class(bytes);
  if (closed || !keeps_blocks) {
    give_to_system(memory, class_bytes(index));
    return;
  }
  free_lists[index] = new (memory) FreeBlock{free_lists[index]};
}

MemoryUse memory_use() { return {system_calls.load(), system_bytes.load()}; }

Storage::Storage(std::size_t bytes)
    : block_(new (allocate(sizeof(Block) + bytes))
                 Block{{1}, 0, sizeof(Block) + bytes}) {}

void Storage::destroy(Block* block) { deallocate(block, block->bytes); }

}  // namespace autograd
