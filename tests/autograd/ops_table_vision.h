// The rows of what looks at pictures and signals.
#pragma once

#include "tests/autograd/ops_table_row.h"

namespace autograd {

inline void add_convolutions(std::vector<Row>& rows) {
  // The size n is that of the batch, the channels, the outputs or an axis.
  rows.push_back({"conv1d",
                  [](int n) {
                    return Shapes{{n, 2, 4}, {3, 2, 3}, {3}};
                  },
                  [](auto& x) { return conv1d(x[0], x[1], x[2]); }});
  rows.push_back({"conv1d",
                  [](int n) {
                    return Shapes{{2, 2, n}, {4, 1, 3}};
                  },
                  [](auto& x) {
                    ConvOptions options;
                    options.stride = 2;
                    options.padding = 2;
                    options.dilation = 2;
                    options.groups = 2;
                    return conv1d(x[0], x[1], {}, options);
                  },
                  {},
                  1});
  rows.push_back({"conv2d",
                  [](int n) {
                    return Shapes{{1, n, 3, 2}, {2, n, 2, 2}, {2}};
                  },
                  [](auto& x) { return conv2d(x[0], x[1], x[2]); }});
  rows.push_back({"conv2d",
                  [](int n) {
                    return Shapes{{1, 2, 3, 2}, {n, 2, 1, 1}, {n}};
                  },
                  [](auto& x) { return conv2d(x[0], x[1], x[2]); }});
  rows.push_back({"conv2d",
                  [](int n) {
                    return Shapes{{2, 1, 3, n}, {2, 1, 3, 3}, {2}};
                  },
                  [](auto& x) {
                    ConvOptions options;
                    options.padding = 1;
                    return conv2d(x[0], x[1], x[2], options);
                  },
                  {},
                  1});
  rows.push_back({"conv2d",
                  [](int n) {
                    return Shapes{{1, 2, n, 4}, {2, 1, 2, 3}};
                  },
                  [](auto& x) {
                    ConvOptions options;
                    options.stride = 3;
                    options.padding = 2;
                    options.dilation = 2;
                    options.groups = 2;
                    return conv2d(x[0], x[1], {}, options);
                  },
                  {},
                  1});
  // The same operand twice: a picture slides over itself.
  rows.push_back({"conv2d",
                  [](int n) {
                    return Shapes{{2, 2, 2, n}, {2, 2, 2, n}};
                  },
                  [](auto& x) {
                    ConvOptions options;
                    options.padding = 1;
                    return conv2d(x[0], x[1], {}, options);
                  },
                  {},
                  1});
}

inline void add_pools(std::vector<Row>& rows) {
  const auto signal = [](int n) { return Shapes{{2, 1, n}}; };
  const auto picture = [](int n) { return Shapes{{1, 2, 5, n}}; };
  const auto batch = [](int n) { return Shapes{{n, 1, 4, 3}}; };
  PoolOptions overlapping;
  overlapping.size = 3;
  overlapping.stride = 2;
  overlapping.padding = 1;
  const auto add = [&](const char* op, const auto& shapes, auto pool,
                       const PoolOptions& options, int least) {
    rows.push_back({op,
                    shapes,
                    [=](auto& x) { return pool(x[0], options); },
                    {spread},
                    least});
  };
  add("max_pool1d", signal, max_pool1d, {}, 2);
  add("max_pool1d", signal, max_pool1d, overlapping, 1);
  add("avg_pool1d", signal, avg_pool1d, {}, 2);
  add("avg_pool1d", signal, avg_pool1d, overlapping, 1);
  add("max_pool2d", picture, max_pool2d, {}, 2);
  add("max_pool2d", picture, max_pool2d, overlapping, 1);
  add("max_pool2d", batch, max_pool2d, {}, 0);
  add("avg_pool2d", picture, avg_pool2d, {}, 2);
  add("avg_pool2d", picture, avg_pool2d, overlapping, 1);
  add("avg_pool2d", batch, avg_pool2d, {}, 0);
}

inline void add_batch_norms(std::vector<Row>& rows) {
  const std::vector<std::function<Shapes(int)>> shapes = {
      [](int n) {
        return Shapes{{n, 2}, {2}, {2}};
      },
      [](int n) {
        return Shapes{{2, n, 3}, {n}, {n}};
      },
      [](int n) {
        return Shapes{{2, 3, 2, n}, {3}, {3}};
      }};
  for (const auto& of : shapes) {
    rows.push_back({"batch_norm",
                    of,
                    [](auto& x) { return batch_norm(x[0], x[1], x[2]); },
                    {},
                    2});
    rows.push_back({"batch_norm", of, [](auto& x) {
                      const int channels = x[1].size(0);
                      const BatchMoments given{
                          Tensor::arange(channels) - 1,
                          Tensor::arange(channels) + Real(0.5)};
                      return batch_norm(x[0], x[1], x[2], given);
                    }});
  }
}

inline void add_vision(std::vector<Row>& rows) {
  add_convolutions(rows);
  add_pools(rows);
  add_batch_norms(rows);
}

}  // namespace autograd
