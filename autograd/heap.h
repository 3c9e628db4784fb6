// One heap for large blocks of all threads. A free block joins its free
// neighbours, so that memory of activations can serve as memory of gradients,
// whatever their sizes; and all of it lies in huge pages.
#pragma once

#include <cstddef>

namespace autograd::heap {

// Null where the heap cannot grow: its room is that of the machine's memory.
// Aligned to 64. `grown` is how many bytes the heap took from the system.
void* allocate(std::size_t bytes, std::size_t& grown);
// Gives a block of the heap back, and is false for any other block.
bool deallocate(void* memory, std::size_t bytes);

}  // namespace autograd::heap
