//===- TfliteStridedSlice.cpp - STRIDED_SLICE that goes backwards ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TfliteShapes.h"
#include "TosaWriter.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

/// The numbers that operand `operand` of a slice holds in the file.
static SmallVector<int32_t> numbersIn(const Model &model, const Operator &op,
                                      size_t operand) {
  SmallVector<int32_t> result;
  if (operand >= op.inputs.size() || op.inputs[operand] < 0)
    return result;
  Tensor tensor = model.tensor(op.inputs[operand]);
  if (tensor.type != ElementType::Int32)
    return result;
  flatbuffer::Bytes reader(tensor.data);
  for (size_t at = 0; at + 4 <= tensor.data.size(); at += 4)
    result.push_back(reader.read<int32_t>(at));
  return result;
}

bool tflite::hasNegativeStride(const Model &model, const Operator &op) {
  return llvm::any_of(numbersIn(model, op, 3),
                      [](int32_t stride) { return stride < 0; });
}

bool tflite::isOwnStridedSlice(const Model &model, const Operator &op) {
  size_t axes = numbersIn(model, op, 3).size();
  return hasNegativeStride(model, op) &&
         model.tensor(op.inputs[0]).type != ElementType::Float32 &&
         numbersIn(model, op, 1).size() == axes &&
         numbersIn(model, op, 2).size() == axes;
}

/// Every `stride`-th element along `axis`, `count` from the first on.
static Value everyOther(TosaWriter &writer, Value value, size_t axis,
                        int64_t count, int64_t stride) {
  SmallVector<int64_t> sizes(sizesOf(value)), begin(sizes.size(), 0);
  // So many that each of those that are taken has all of its neighbours.
  if (int64_t missing = count * stride - sizes[axis]; missing > 0)
    value = writer.padBehind(value, axis, missing);
  sizes[axis] = count * stride;
  value = writer.slice(value, begin, sizes);
  SmallVector<int64_t> groups(sizes);
  groups[axis] = count;
  groups.insert(groups.begin() + axis + 1, stride);
  value = writer.reshape(value, groups);
  groups[axis + 1] = 1;
  begin.push_back(0);
  value = writer.slice(value, begin, groups);
  groups.erase(groups.begin() + axis + 1);
  return writer.reshape(value, groups);
}

FailureOr<Value> tflite::expandStridedSlice(const Model &model,
                                            const Operator &op,
                                            tosa::CustomOp custom) {
  auto option = [&](unsigned field) {
    return op.options.scalar<int32_t>(field);
  };
  SmallVector<int32_t> begins = numbersIn(model, op, 1);
  SmallVector<int32_t> ends = numbersIn(model, op, 2);
  SmallVector<int32_t> strides = numbersIn(model, op, 3);
  Value value = custom->getOperand(0);
  // Neither ellipses nor new axes; steps from the end are not known.
  if (option(2) != 0 || option(3) != 0 || option(5) != 0 ||
      strides.size() > sizesOf(value).size() || strides.size() > 31)
    return failure();
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  for (auto [axis, stride] : llvm::enumerate(strides)) {
    int32_t bit = 1 << axis;
    SmallVector<int64_t> sizes(sizesOf(value)), first(sizes.size(), 0);
    bool isIndex = option(4) & bit;
    if (stride == 0 || (isIndex && stride < 0))
      return failure();
    SliceRange range = sliceRange(sizes[axis], begins[axis], ends[axis], stride,
                                  option(0) & bit, option(1) & bit);
    if (isIndex)
      range.count = 1;
    if (range.count == 0 || range.begin < 0 || range.begin >= sizes[axis])
      return failure();
    if (stride < 0) {
      value = writer.reverse(value, axis);
      range.begin = sizes[axis] - 1 - range.begin;
    }
    first[axis] = range.begin;
    sizes[axis] -= range.begin;
    value = writer.slice(value, first, sizes);
    value = everyOther(writer, value, axis, range.count, std::abs(stride));
  }
  // Axes of one index are left out.
  ArrayRef<int64_t> result = sizesOf(custom->getResult(0));
  if (ShapedType::getNumElements(result) !=
      ShapedType::getNumElements(sizesOf(value)))
    return failure();
  return writer.reshape(value, result);
}
