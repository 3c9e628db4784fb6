#include "autograd/memory.h"

#include <bit>
#include <mutex>
#include <new>

#include "autograd/heap.h"

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

// Sizes are rounded up to a multiple of 64 and, from 512 on, to four steps an
// octave: 64, 128, 192, 256, 320, 384, 448, 512, 640 ...
constexpr int octave_begin = 9, small_classes = 8;
constexpr int class_count = small_classes + 4 * 37;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t large = std::size_t{1} << 20;  // of those the heap keeps

int size_class(std::size_t bytes) {
  if (bytes <= 512) return static_cast<int>((bytes + (bytes == 0) - 1) / 64);
  const int octave = std::bit_width(bytes - 1) - 1;  // 2^octave < bytes
  const std::size_t step = std::size_t{1} << (octave - 2);
  const std::size_t above = bytes - (std::size_t{1} << octave);
  return small_classes + (octave - octave_begin) * 4 +
         static_cast<int>((above + step - 1) / step) - 1;
}

std::size_t class_bytes(int index) {
  if (index < small_classes) return std::size_t{64} * (index + 1);
  const int octave = octave_begin + (index - small_classes) / 4;
  const int steps = (index - small_classes) % 4 + 1;
  return (std::size_t{1} << octave) + (steps * (std::size_t{1} << octave)) / 4;
}

void* take_from_system(std::size_t bytes) {
  const std::size_t alignment = bytes >= huge_page ? huge_page : 64;
  void* memory = ::operator new(bytes, std::align_val_t(alignment));
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

void* allocate_large(std::size_t bytes) {
  std::size_t grown = 0;
  void* memory = heap::allocate(bytes, grown);
  if (grown > 0) {
    system_calls.fetch_add(1, std::memory_order_relaxed);
    system_bytes.fetch_add(static_cast<std::int64_t>(grown),
                           std::memory_order_relaxed);
  }
  return memory ? memory : take_from_system(bytes);
}

struct FreeBlock {
  FreeBlock *next, *after;  // the next but one
};

void push(FreeBlock*& list, void* memory) {
  list = new (memory) FreeBlock{list, list ? list->next : nullptr};
}

FreeBlock* pop(FreeBlock*& list) {
  FreeBlock* block = list;
  if (!block) return nullptr;
  list = block->next;
  __builtin_prefetch(block->after, 1);  // its links are read soon
  return block;
}

// ---- What all threads share: small blocks left by threads that ended, and a
// slab of one huge page that more of them are cut from.

constexpr std::size_t small = std::size_t{64} << 10;

std::mutex shared;
FreeBlock* left_over[class_count];
std::byte* slab = nullptr;
std::size_t slab_bytes = 0;

bool is_small(std::size_t bytes) { return keeps_blocks && bytes <= small; }

void* take(int index) {
  const std::size_t bytes = class_bytes(index);
  if (!is_small(bytes)) return take_from_system(bytes);
  const std::lock_guard lock(shared);
  if (FreeBlock* block = pop(left_over[index])) return block;
  if (slab_bytes < bytes) {
    slab = static_cast<std::byte*>(allocate_large(huge_page));
    slab_bytes = huge_page;
  }
  slab_bytes -= bytes;
  return std::exchange(slab, slab + bytes);
}

void give(void* memory, int index) {
  const std::size_t bytes = class_bytes(index);
  if (!is_small(bytes)) return give_to_system(memory, bytes);
  const std::lock_guard lock(shared);
  push(left_over[index], memory);
}

// ---- What each thread has for itself. Trivially destructible, so that it
// outlives every other object of the thread.

thread_local FreeBlock* free_lists[class_count];
thread_local bool closed = false;

struct Janitor {
  ~Janitor() {
    closed = true;
    for (int i = 0; i < class_count; ++i)
      while (FreeBlock* block = pop(free_lists[i])) give(block, i);
  }
};
thread_local Janitor janitor;

}  // namespace

void* allocate(std::size_t bytes) {
  if (keeps_blocks && bytes >= large) return allocate_large(bytes);
  const int index = size_class(bytes);
  if (FreeBlock* block = pop(free_lists[index])) return block;
  (void)&janitor;  // made, so that it is destroyed with the thread
  return take(index);
}

void deallocate(void* memory, std::size_t bytes) {
  if (keeps_blocks && bytes >= large) {
    if (!heap::deallocate(memory, bytes)) give_to_system(memory, bytes);
    return;
  }
  const int index = size_class(bytes);
  if (closed || !keeps_blocks) return give(memory, index);
  push(free_lists[index], memory);
}

MemoryUse memory_use() { return {system_calls.load(), system_bytes.load()}; }

namespace {

// Where the data begins: what fits lies in one cache line with its header.
std::size_t data_begin(std::size_t bytes) { return bytes <= 48 ? 16 : 64; }

}  // namespace

Storage::Storage(std::size_t bytes) {
  static_assert(sizeof(Header) == 16);
  const std::size_t begin = data_begin(bytes);
  data_ = static_cast<std::byte*>(allocate(begin + bytes)) + begin;
  new (&header()) Header{{1}, 0, bytes};
}

void Storage::destroy() {
  const std::size_t bytes = header().bytes, begin = data_begin(bytes);
  deallocate(data_ - begin, begin + bytes);
}

}  // namespace autograd
