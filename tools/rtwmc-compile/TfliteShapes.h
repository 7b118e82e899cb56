//===- TfliteShapes.h - Shapes and numbers known of a model -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITESHAPES_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITESHAPES_H

#include "TfliteModel.h"

namespace rtwmc::tflite {

/// Sizes of dimensions, -1 for one that is not known.
using Shape = llvm::SmallVector<int32_t>;

/// Sizes are numbers of 32 bits; so is their product, in a file that is right.
inline std::optional<int64_t> elementsOf(const Shape &shape) {
  int64_t product = 1;
  for (int32_t size : shape) {
    if (size < 0 || product > INT32_MAX)
      return std::nullopt;
    product *= size;
  }
  return product;
}

/// `size` as that of a dimension, -1 if it is none.
inline int32_t narrow(int64_t size) {
  return size < 0 || size > INT32_MAX ? -1 : static_cast<int32_t>(size);
}

/// The place of `axis`, which counts from the end where it is negative.
inline std::optional<size_t> placeOf(int64_t axis, size_t rank) {
  axis += axis < 0 ? static_cast<int64_t>(rank) : 0;
  if (axis < 0 || axis >= static_cast<int64_t>(rank))
    return std::nullopt;
  return static_cast<size_t>(axis);
}

/// Elements of an axis: `count` from `begin` on, `stride` apart.
struct SliceRange {
  int64_t begin, count, stride;
};

/// What a STRIDED_SLICE takes of an axis of `size` elements. Places count from
/// the end where they are negative; without them, `isFromBegin` and `isToEnd`,
/// a slice backwards goes from the last to the first. `stride` is not 0.
SliceRange sliceRange(int64_t size, int64_t begin, int64_t end, int64_t stride,
                      bool isFromBegin, bool isToEnd);

/// What is known of the tensors of a model when its batch is 1.
class Shapes {
public:
  explicit Shapes(const Model &model);

  const Shape &shapeOf(int32_t tensor) const { return shapes[tensor]; }
  bool isStatic(int32_t tensor) const {
    return !llvm::is_contained(shapes[tensor], -1);
  }
  /// The contents of a tensor that an operator computes from shapes; none if it
  /// depends on inputs, or is a constant of the file.
  const std::optional<std::string> &computed(int32_t tensor) const {
    return values[tensor];
  }
  bool isComputed(int32_t tensor) const {
    return tensor >= 0 && values[tensor].has_value();
  }
  /// The integers that a tensor consists of, computed or in the file.
  std::optional<llvm::SmallVector<int64_t>> integers(int32_t tensor) const;

private:
  void visit(const Operator &op);
  /// The shape of the result of `op` at `index`, as far as its operands tell;
  /// nothing where there is no rule.
  std::optional<Shape> infer(const Operator &op, size_t index) const;
  std::optional<Shape> inferMove(const Operator &op, size_t index) const;
  std::optional<Shape> inferLayer(const Operator &op) const;
  /// What `op` writes, if it computes with integers that are known.
  std::optional<std::string> compute(const Operator &op) const;
  std::optional<std::string> fill(const Operator &op) const;
  std::optional<llvm::SmallVector<int64_t>> evaluate(const Operator &op) const;

  const Model &model;
  llvm::SmallVector<Shape> shapes;
  llvm::SmallVector<std::optional<std::string>> values;
};

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITESHAPES_H
