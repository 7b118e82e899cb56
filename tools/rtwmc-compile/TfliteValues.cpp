//===- TfliteValues.cpp - Numbers that are computed from shapes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TfliteShapes.h"

#include "llvm/ADT/STLExtras.h"

using namespace rtwmc;
using namespace rtwmc::tflite;
using llvm::SmallVector;
using llvm::StringRef;

/// Numbers of a shape are few.
static constexpr size_t maxIntegers = 256;
/// No size, and sums of such numbers do not overflow.
static constexpr int64_t farOff = int64_t(1) << 40;
/// What a FILL may make: the first state of a recurrent layer.
static constexpr int64_t maxFilled = 1 << 16;

/// Of an integer that is part of a shape; 0 for other types.
static size_t bytesOf(ElementType type) {
  return type == ElementType::Int32 ? 4 : type == ElementType::Int64 ? 8 : 0;
}

std::optional<SmallVector<int64_t>> Shapes::integers(int32_t tensor) const {
  if (tensor < 0)
    return std::nullopt;
  Tensor described = model.tensor(tensor);
  StringRef data = values[tensor] ? StringRef(*values[tensor]) : described.data;
  size_t bytes = bytesOf(described.type);
  if (bytes == 0 || data.size() > maxIntegers * bytes ||
      (data.empty() && !values[tensor]))
    return std::nullopt;
  flatbuffer::Bytes reader(data);
  SmallVector<int64_t> result;
  for (size_t at = 0; at + bytes <= data.size(); at += bytes) {
    result.push_back(bytes == 4 ? reader.read<int32_t>(at)
                                : reader.read<int64_t>(at));
    if (std::abs(result.back() / farOff) > 0)
      return std::nullopt;
  }
  return result;
}

std::optional<std::string> Shapes::compute(const Operator &op) const {
  size_t bytes = bytesOf(model.tensor(op.outputs[0]).type);
  auto numbers = bytes ? evaluate(op) : std::nullopt;
  if (!numbers || numbers->size() > maxIntegers)
    return std::nullopt;
  std::string result;
  for (int64_t number : *numbers) {
    char data[sizeof(int64_t)];
    llvm::support::endian::write<int64_t, llvm::endianness::little>(data,
                                                                    number);
    result.append(data, bytes);
  }
  return result;
}

std::optional<std::string> Shapes::fill(const Operator &op) const {
  if (op.inputs.size() < 2)
    return std::nullopt;
  StringRef element = model.tensor(op.inputs[1]).data;
  int64_t count = 1;
  for (int32_t size : shapes[op.outputs[0]])
    count = std::min(count * size, maxFilled + 1);
  if (element.empty() || element.size() > 8 || count > maxFilled)
    return std::nullopt;
  std::string result;
  for (int64_t i = 0; i < count; ++i)
    result += element;
  return result;
}

/// `code` of two numbers.
static int64_t combine(Code code, int64_t a, int64_t b) {
  // Sizes wrap as those of the kernels do, instead of being undefined.
  auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
  switch (code) {
  case Code::Add:
    return static_cast<int64_t>(x + y);
  case Code::Sub:
    return static_cast<int64_t>(x - y);
  case Code::Mul:
  case Code::ReduceProd:
    return static_cast<int64_t>(x * y);
  case Code::Maximum:
    return std::max(a, b);
  default:
    return std::min(a, b);
  }
}

std::optional<SmallVector<int64_t>> Shapes::evaluate(const Operator &op) const {
  if (op.code == Code::Shape) {
    if (op.inputs.size() != 1 || op.inputs[0] < 0 || !isStatic(op.inputs[0]))
      return std::nullopt;
    const Shape &shape = shapes[op.inputs[0]];
    return SmallVector<int64_t>(shape.begin(), shape.end());
  }
  SmallVector<SmallVector<int64_t>> operands;
  for (int32_t input : op.inputs) {
    auto numbers = integers(input);
    if (!numbers)
      return std::nullopt;
    operands.push_back(*numbers);
  }
  if (operands.empty())
    return std::nullopt;
  SmallVector<int64_t> &first = operands.front();
  size_t rank = shapes[op.inputs[0]].size();
  switch (op.code) {
  case Code::Cast:
  case Code::ExpandDims:
  case Code::Reshape:
  case Code::Squeeze:
    return first;
  case Code::Concatenation:
  case Code::Pack: {
    if (rank != (op.code == Code::Pack ? 0 : 1))
      return std::nullopt;
    SmallVector<int64_t> result;
    for (const SmallVector<int64_t> &each : operands)
      llvm::append_range(result, each);
    return result;
  }
  case Code::Gather: {
    if (rank != 1 || operands.size() != 2)
      return std::nullopt;
    SmallVector<int64_t> result;
    for (int64_t index : operands[1]) {
      if (index < 0 || index >= static_cast<int64_t>(first.size()))
        return std::nullopt;
      result.push_back(first[index]);
    }
    return result;
  }
  case Code::StridedSlice: {
    if (rank != 1 || operands.size() != 4 || operands[1].size() != 1 ||
        operands[2].size() != 1 || operands[3].size() != 1 ||
        operands[3][0] == 0)
      return std::nullopt;
    const Shape &shape = shapes[op.outputs[0]];
    int64_t count = shape.empty() ? 1 : shape[0];
    if (count > static_cast<int64_t>(first.size()))
      return std::nullopt;
    // How many there are, the shape says, also of one index.
    int64_t begin = sliceRange(static_cast<int64_t>(first.size()),
                               operands[1][0], operands[2][0], operands[3][0],
                               op.options.scalar<int32_t>(0) & 1,
                               op.options.scalar<int32_t>(1) & 1)
                        .begin;
    SmallVector<int64_t> result;
    for (int64_t i = 0; i < count; ++i) {
      int64_t index = begin + i * operands[3][0];
      if (index < 0 || index >= static_cast<int64_t>(first.size()))
        return std::nullopt;
      result.push_back(first[index]);
    }
    return result;
  }
  case Code::ReduceProd: {
    int64_t product = 1;
    for (int64_t number : first)
      product = combine(op.code, product, number);
    return SmallVector<int64_t>{product};
  }
  case Code::Add:
  case Code::Maximum:
  case Code::Minimum:
  case Code::Mul:
  case Code::Sub: {
    if (operands.size() != 2 || first.empty() || operands[1].empty())
      return std::nullopt;
    size_t count = std::max(first.size(), operands[1].size());
    SmallVector<int64_t> result;
    for (size_t i = 0; i < count; ++i) {
      // Numbers of a shape are of one axis, or alone.
      int64_t a = first[first.size() == 1 ? 0 : i % first.size()];
      int64_t b = operands[1][i % operands[1].size()];
      result.push_back(combine(op.code, a, b));
    }
    return result;
  }
  case Code::BroadcastArgs: {
    if (operands.size() != 2)
      return std::nullopt;
    SmallVector<int64_t> result(std::max(first.size(), operands[1].size()), 1);
    for (const SmallVector<int64_t> &each : operands)
      for (auto [mine, size] :
           llvm::zip(llvm::reverse(result), llvm::reverse(each)))
        mine = mine == 1 ? size : mine;
    return result;
  }
  default:
    return std::nullopt;
  }
}
