//===- Gather.cpp - Elements in other places ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// GatherMap
//===----------------------------------------------------------------------===//

int64_t GatherAxis::at(int64_t index) const {
  return llvm::divideFloorSigned(index * factor + offset, divisor);
}

int64_t GatherAxis::remainder(int64_t index) const {
  return index * factor + offset - divisor * at(index);
}

std::pair<int64_t, int64_t> GatherAxis::range(int64_t count) const {
  return std::minmax({at(0), at(count - 1)});
}

GatherMap GatherMap::get(GatherOp op) {
  auto axis = [](ArrayRef<int64_t> numbers) {
    return GatherAxis{numbers[0], numbers[1], numbers[2], numbers[3]};
  };
  GatherMap map{axis(op.getRows()), axis(op.getColumns()), {}, 0, false};
  ArrayRef<int64_t> numbers = op.getChannels();
  for (; !numbers.empty(); numbers = numbers.drop_front(4))
    map.digits.push_back({numbers[0], numbers[1], numbers[2], numbers[3]});
  map.firstChannel = static_cast<int64_t>(op.getFirstChannel());
  map.clamps = op.getClamp();
  return map;
}

GatherPlace GatherMap::at(int64_t y, int64_t x, int64_t channel) const {
  GatherPlace place{rows.at(y), columns.at(x),
                    firstChannel + rows.remainder(y) * rows.step +
                        columns.remainder(x) * columns.step};
  for (const GatherDigit &digit : llvm::reverse(digits)) {
    int64_t value = channel % digit.count;
    channel /= digit.count;
    place[0] += value * digit.row;
    place[1] += value * digit.column;
    place[2] += value * digit.channel;
  }
  return place;
}

std::pair<int64_t, int64_t>
GatherMap::digitRange(int64_t GatherDigit::*amount) const {
  int64_t least = 0, most = 0;
  for (const GatherDigit &digit : digits) {
    int64_t all = (digit.count - 1) * digit.*amount;
    least += std::min<int64_t>(all, 0);
    most += std::max<int64_t>(all, 0);
  }
  return {least, most};
}

bool GatherMap::keepsChannels() const {
  return digits.size() == 1 && digits[0].row == 0 && digits[0].column == 0 &&
         digits[0].channel == 1 && rows.step == 0 && columns.step == 0;
}

bool GatherMap::movesNothing() const {
  return rows.isIdentity() && columns.isIdentity() && keepsChannels() &&
         firstChannel == 0;
}

bool GatherMap::isInRange() const {
  auto isSmall = [](int64_t number) {
    return std::abs(number) <= maxGatherNumber;
  };
  auto isSmallAxis = [&](const GatherAxis &axis) {
    return isSmall(axis.factor) && isSmall(axis.offset) &&
           isSmall(axis.divisor) && isSmall(axis.step);
  };
  return isSmallAxis(rows) && isSmallAxis(columns) && isSmall(firstChannel) &&
         llvm::all_of(digits, [&](const GatherDigit &digit) {
           return isSmall(digit.count) && isSmall(digit.row) &&
                  isSmall(digit.column) && isSmall(digit.channel);
         });
}

//===----------------------------------------------------------------------===//
// GatherOp
//===----------------------------------------------------------------------===//

static LogicalResult verifyNumbers(GatherOp op) {
  if (op.getRows().size() != 4 || op.getColumns().size() != 4)
    return op.emitOpError("expects a factor, an offset, a divisor and a step "
                          "for rows and for columns");
  if (op.getChannels().empty() || op.getChannels().size() % 4 != 0)
    return op.emitOpError("expects four numbers for each digit of a channel");
  SmallVector<int64_t> numbers{static_cast<int64_t>(op.getFirstChannel())};
  for (ArrayRef<int64_t> some :
       {op.getRows(), op.getColumns(), op.getChannels()})
    llvm::append_range(numbers, some);
  for (int64_t number : numbers)
    if (std::abs(number) > maxGatherNumber)
      return op.emitOpError("expects numbers within ")
             << -maxGatherNumber << " and " << maxGatherNumber << ", got "
             << number;
  if (op.getRows()[2] < 1 || op.getColumns()[2] < 1)
    return op.emitOpError("expects divisors of at least 1");
  return success();
}

LogicalResult GatherOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  for (RankedTensorType type : {input, output})
    if (type.getRank() != 4 || type.getDimSize(0) != 1 ||
        type.getNumElements() == 0)
      return emitOpError("expects 1xHxWxC maps, got ") << type;
  Type element = input.getElementType();
  if (!element.isSignlessInteger(8) && !element.isSignlessInteger(16) &&
      !element.isSignlessInteger(32))
    return emitOpError("expects elements of 8, 16 or 32 bits, got ") << element;
  if (output.getElementType() != element)
    return emitOpError("expects a result of ")
           << element << ", got " << output.getElementType();
  if (int32_t fill = getFill();
      !llvm::isIntN(element.getIntOrFloatBitWidth(), fill))
    return emitOpError("expects a fill that is an element, got ") << fill;
  if (failed(verifyNumbers(*this)))
    return failure();

  GatherMap map = GatherMap::get(*this);
  int64_t channels = 1;
  for (const GatherDigit &digit : map.digits) {
    if (digit.count < 1 || channels > output.getDimSize(3))
      return emitOpError("expects digits of at least one value");
    channels *= digit.count;
  }
  if (channels != output.getDimSize(3))
    return emitOpError("expects digits of ")
           << output.getDimSize(3) << " channels, got " << channels;
  auto [least, most] = map.digitRange(&GatherDigit::channel);
  for (const GatherAxis &axis : {map.rows, map.columns}) {
    int64_t all = (axis.divisor - 1) * axis.step;
    least += std::min<int64_t>(all, 0);
    most += std::max<int64_t>(all, 0);
  }
  least += map.firstChannel;
  most += map.firstChannel;
  if ((least < 0 || most >= input.getDimSize(3)) && !map.keepsChannels())
    return emitOpError("expects channels of the input, got ")
           << least << " to " << most << " of " << input.getDimSize(3);
  return success();
}

planning::KernelShape GatherOp::getKernelShape() {
  GatherMap map = GatherMap::get(*this);
  auto [least, most] = map.digitRange(&GatherDigit::row);
  planning::KernelShape shape;
  shape.kind = planning::KernelKind::Gather;
  shape.input = describeShape(cast<RankedTensorType>(getInput().getType()));
  shape.output = describeShape(cast<RankedTensorType>(getOutput().getType()));
  shape.kernelHeight = most - least + 1;
  shape.strideHeight = map.rows.factor;
  shape.divisorHeight = map.rows.divisor;
  shape.pad[0] = -(map.rows.offset + least * map.rows.divisor);
  shape.clampsRows = map.clamps;
  return shape;
}

StringRef GatherOp::getNameStem() { return "gather"; }

bool GatherOp::keepsZeroPoint() { return true; }
