//===- TfliteMoves.cpp - Shapes of what gives elements elsewhere ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TfliteShapes.h"

#include "llvm/ADT/STLExtras.h"

using namespace rtwmc;
using namespace rtwmc::tflite;
using llvm::ArrayRef;
using llvm::SmallVector;

static std::optional<Shape> asShape(ArrayRef<int64_t> numbers) {
  Shape result;
  for (int64_t number : numbers) {
    if (number < -1 || number > INT32_MAX)
      return std::nullopt;
    result.push_back(static_cast<int32_t>(number));
  }
  return result;
}

/// The shape of `elements` elements that `target` asks for; it may leave one
/// size open.
static std::optional<Shape> reshape(Shape target,
                                    std::optional<int64_t> elements) {
  auto *open = llvm::find(target, -1);
  if (open == target.end())
    return target;
  *open = 1;
  std::optional<int64_t> others = elementsOf(target);
  if (!elements || !others || *others == 0 || *elements % *others != 0) {
    *open = -1;
    return target;
  }
  *open = static_cast<int32_t>(*elements / *others);
  return target;
}

SliceRange tflite::sliceRange(int64_t size, int64_t begin, int64_t end,
                              int64_t stride, bool isFromBegin, bool isToEnd) {
  bool isBackwards = stride < 0;
  int64_t first = isBackwards ? -1 : 0, last = isBackwards ? size - 1 : size;
  begin = std::clamp<int64_t>(begin + (begin < 0 ? size : 0), first, last);
  end = std::clamp<int64_t>(end + (end < 0 ? size : 0), first, last);
  begin = !isFromBegin ? begin : isBackwards ? last : first;
  end = !isToEnd ? end : isBackwards ? first : last;
  int64_t span = isBackwards ? begin - end : end - begin;
  return {begin, span > 0 ? (span - 1) / std::abs(stride) + 1 : 0, stride};
}

std::optional<Shape> Shapes::inferMove(const Operator &op, size_t index) const {
  const Shape &input = shapes[op.inputs[0]];
  auto numbers = [&](size_t operand) {
    return operand < op.inputs.size() ? integers(op.inputs[operand])
                                      : std::nullopt;
  };
  auto option = [&](unsigned field) {
    return op.options.scalar<int32_t>(field);
  };
  switch (op.code) {
  case Code::Reshape: {
    auto target = numbers(1);
    std::optional<Shape> shape = target ? asShape(*target) : std::nullopt;
    if (!target && op.inputs.size() < 2)
      shape = numbersOf(op.options, 0);
    return shape ? reshape(*shape, elementsOf(input)) : shape;
  }
  case Code::ExpandDims: {
    auto axis = numbers(1);
    if (!axis || axis->size() != 1)
      return std::nullopt;
    auto place = placeOf(axis->front(), input.size() + 1);
    Shape result = input;
    if (place)
      result.insert(result.begin() + *place, 1);
    return result;
  }
  case Code::Squeeze: {
    SmallVector<bool> isDropped(input.size());
    SmallVector<int32_t> axes = numbersOf(op.options, 0);
    for (int32_t axis : axes)
      if (auto place = placeOf(axis, input.size()))
        isDropped[*place] = true;
    Shape result;
    for (auto [size, dropped] : llvm::zip(input, isDropped))
      if (axes.empty() ? size != 1 : !dropped)
        result.push_back(size);
    return result;
  }
  case Code::Transpose: {
    auto order = numbers(1);
    if (!order)
      return std::nullopt;
    Shape result;
    for (int64_t axis : *order) {
      auto place = placeOf(axis, input.size());
      if (!place)
        return std::nullopt;
      result.push_back(input[*place]);
    }
    return result;
  }
  case Code::Concatenation: {
    auto place = placeOf(option(0), input.size());
    if (!place)
      return std::nullopt;
    Shape result = input;
    for (int32_t other : llvm::drop_begin(op.inputs)) {
      if (other < 0 || shapes[other].size() != input.size())
        return std::nullopt;
      int32_t more = shapes[other][*place];
      int32_t &sum = result[*place];
      sum = sum < 0 || more < 0 ? -1 : narrow(int64_t(sum) + more);
    }
    return result;
  }
  case Code::Pack: {
    auto place = placeOf(option(1), input.size() + 1);
    Shape result = input;
    if (place)
      result.insert(result.begin() + *place, op.inputs.size());
    return result;
  }
  case Code::Unpack: {
    auto place = placeOf(option(1), input.size());
    Shape result = input;
    if (place)
      result.erase(result.begin() + *place);
    return result;
  }
  case Code::Split: {
    auto axis = numbers(0);
    if (!axis || axis->size() != 1 || op.inputs.size() < 2 ||
        op.inputs[1] < 0 || option(0) < 1)
      return std::nullopt;
    Shape result = shapes[op.inputs[1]];
    auto place = placeOf(axis->front(), result.size());
    if (!place)
      return std::nullopt;
    int32_t &size = result[*place];
    size = size < 0 ? -1 : size / option(0);
    return result;
  }
  case Code::SplitV: {
    auto sizes = numbers(1), axis = numbers(2);
    if (!sizes || !axis || axis->size() != 1 || index >= sizes->size())
      return std::nullopt;
    auto place = placeOf(axis->front(), input.size());
    Shape result = input;
    if (place)
      result[*place] = narrow((*sizes)[index]);
    return result;
  }
  case Code::Gather: {
    auto place = placeOf(option(0), input.size());
    if (!place || option(1) != 0 || op.inputs.size() < 2 || op.inputs[1] < 0)
      return std::nullopt;
    Shape result(input.begin(), input.begin() + *place);
    llvm::append_range(result, shapes[op.inputs[1]]);
    result.append(input.begin() + *place + 1, input.end());
    return result;
  }
  case Code::Tile: {
    auto times = numbers(1);
    if (!times || times->size() != input.size())
      return std::nullopt;
    Shape result = input;
    for (auto [size, count] : llvm::zip(result, *times))
      size = size < 0 ? -1 : narrow(size * count);
    return result;
  }
  case Code::MirrorPad:
  case Code::Pad:
  case Code::PadV2: {
    auto pads = numbers(1);
    if (!pads || pads->size() != 2 * input.size())
      return std::nullopt;
    Shape result = input;
    for (auto [axis, size] : llvm::enumerate(result))
      size = size < 0
                 ? -1
                 : narrow(size + (*pads)[2 * axis] + (*pads)[2 * axis + 1]);
    return result;
  }
  case Code::Slice: {
    auto begin = numbers(1), sizes = numbers(2);
    if (!sizes || sizes->size() != input.size())
      return std::nullopt;
    auto result = asShape(*sizes);
    if (!result)
      return std::nullopt;
    for (auto [axis, size] : llvm::enumerate(*result))
      if (size == -1 && begin && begin->size() == input.size() &&
          input[axis] >= 0)
        size = narrow(input[axis] - (*begin)[axis]);
    return result;
  }
  case Code::StridedSlice: {
    auto begin = numbers(1), end = numbers(2), strides = numbers(3);
    if (!begin || !end || !strides || begin->size() > input.size() ||
        end->size() != begin->size() || strides->size() != begin->size() ||
        option(2) != 0 || option(3) != 0)
      return std::nullopt;
    Shape result;
    for (auto [axis, size] : llvm::enumerate(input)) {
      int32_t bit = axis < 31 ? 1 << axis : 0;
      if (axis >= begin->size())
        result.push_back(size);
      else if (int64_t stride = (*strides)[axis]; option(4) & bit)
        continue;
      else if (size < 0 || stride == 0)
        result.push_back(-1);
      else
        result.push_back(
            narrow(sliceRange(size, (*begin)[axis], (*end)[axis], stride,
                              option(0) & bit, option(1) & bit)
                       .count));
    }
    return result;
  }
  case Code::SpaceToBatchNd:
  case Code::BatchToSpaceNd: {
    auto block = numbers(1), edges = numbers(2);
    if (!block || !edges || block->size() >= input.size() ||
        edges->size() != 2 * block->size())
      return std::nullopt;
    bool isSplit = op.code == Code::SpaceToBatchNd;
    Shape result = input;
    for (auto [axis, size] : llvm::enumerate(*block)) {
      int32_t &mine = result[axis + 1];
      int64_t both = (*edges)[2 * axis] + (*edges)[2 * axis + 1];
      if (size < 1 || mine < 0 || result[0] < 0)
        return std::nullopt;
      mine = narrow(isSplit ? (mine + both) / size : mine * size - both);
      result[0] =
          static_cast<int32_t>(isSplit ? result[0] * size : result[0] / size);
    }
    return result;
  }
  case Code::DepthToSpace:
  case Code::SpaceToDepth: {
    int64_t block = option(0);
    if (input.size() != 4 || block < 1 || block > INT16_MAX ||
        !elementsOf(input))
      return std::nullopt;
    if (op.code == Code::DepthToSpace)
      return Shape{input[0], narrow(input[1] * block), narrow(input[2] * block),
                   narrow(input[3] / block / block)};
    return Shape{input[0], narrow(input[1] / block), narrow(input[2] / block),
                 narrow(input[3] * block * block)};
  }
  case Code::ResizeBilinear:
  case Code::ResizeNearestNeighbor: {
    auto size = numbers(1);
    if (!size || size->size() != 2 || input.size() != 4)
      return std::nullopt;
    return asShape({input[0], (*size)[0], (*size)[1], input[3]});
  }
  case Code::Fill:
  case Code::TransposeConv: {
    auto shape = numbers(0);
    return shape ? asShape(*shape) : std::nullopt;
  }
  case Code::BroadcastTo: {
    auto shape = numbers(1);
    return shape ? asShape(*shape) : std::nullopt;
  }
  default:
    return std::nullopt;
  }
}
