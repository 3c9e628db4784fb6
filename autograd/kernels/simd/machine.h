// Whether the machine has what the library was compiled for.
#pragma once

namespace autograd::kernels {

// Ends the program with a clear message (exit code 1) on a processor without
// the instructions that this library was built with; it would crash at the
// first of them. Runs by itself before main.
void check_machine();

}  // namespace autograd::kernels
