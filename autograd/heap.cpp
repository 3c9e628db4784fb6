#include "autograd/heap.h"

#include <algorithm>
#include <mutex>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace autograd::heap {

#ifdef __linux__
namespace {

// The blocks that are free, in the order of their places; each lies in itself.
struct Free {
  std::size_t bytes;
  Free* next;
};

constexpr std::size_t page = 4096, huge_page = std::size_t{2} << 20;

std::mutex shared;
std::byte *begin = nullptr, *top = nullptr, *limit = nullptr;
bool reserved = false;
Free* first = nullptr;

std::byte* end_of(Free* block) {
  return reinterpret_cast<std::byte*>(block) + block->bytes;
}

std::size_t rounded(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

// Addresses for as much as the machine has; memory comes as the heap grows.
void reserve() {
  reserved = true;
  const std::size_t bytes = rounded(
      static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * page, huge_page);
  void* room = mmap(nullptr, bytes + huge_page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return;
  const auto address = reinterpret_cast<std::uintptr_t>(room);
  begin = top =
      static_cast<std::byte*>(room) + (rounded(address, huge_page) - address);
  limit = begin + bytes;
}

// Makes the last block of the heap free with at least so many bytes.
std::size_t grow(std::size_t bytes) {
  if (!reserved) reserve();
  Free** last = &first;
  while (*last && end_of(*last) != top) last = &(*last)->next;
  const std::size_t there = *last ? (*last)->bytes : 0;
  const std::size_t more = rounded(bytes - there, huge_page);
  if (static_cast<std::size_t>(limit - top) < more ||
      mprotect(top, more, PROT_READ | PROT_WRITE) != 0)
    return 0;
  madvise(top, more, MADV_HUGEPAGE);
  if (*last)
    (*last)->bytes += more;
  else
    *last = new (top) Free{more, nullptr};
  top += more;
  return more;
}

}  // namespace

void* allocate(std::size_t bytes, std::size_t& grown) {
  bytes = rounded(bytes, page);
  grown = 0;
  const std::lock_guard lock(shared);
  // The smallest that is large enough, of these the first.
  auto find = [&] {
    Free** best = nullptr;
    for (Free** at = &first; *at; at = &(*at)->next)
      if ((*at)->bytes >= bytes && (!best || (*at)->bytes < (*best)->bytes))
        best = at;
    return best;
  };
  Free** place = find();
  if (!place) {
    if ((grown = grow(bytes)) == 0) return nullptr;
    place = find();
  }
  Free* block = *place;
  if (block->bytes == bytes)
    *place = block->next;
  else
    *place = new (reinterpret_cast<std::byte*>(block) + bytes)
        Free{block->bytes - bytes, block->next};
  return block;
}

bool deallocate(void* memory, std::size_t bytes) {
  const std::lock_guard lock(shared);
  auto* const place = static_cast<std::byte*>(memory);
  if (place < begin || place >= top) return false;
  Free *before = nullptr, *after = first;
  while (after && reinterpret_cast<std::byte*>(after) < place)
    after = (before = after)->next;
  Free* block = new (place) Free{rounded(bytes, page), after};
  if (after && end_of(block) == reinterpret_cast<std::byte*>(after)) {
    block->bytes += after->bytes;
    block->next = after->next;
  }
  if (!before) {
    first = block;
  } else if (end_of(before) == place) {
    before->bytes += block->bytes;
    before->next = block->next;
  } else {
    before->next = block;
  }
  return true;
}

#else

void* allocate(std::size_t, std::size_t& grown) {
  grown = 0;
  return nullptr;
}
bool deallocate(void*, std::size_t) { return false; }

#endif

}  // namespace autograd::heap
