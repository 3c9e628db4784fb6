#pragma once

namespace exercise {

// n >= 1 words, kernels of k >= 2 words, before >= 1.
int recurrent(int n);
int convolution(int n, int k);
int dilated(int n, int k);
int self_attention(int n);
int windowed(int n, int before);

}  // namespace exercise
