//===- Gather.cpp - Row kernels of elements in other places ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input/Source.h"
#include "Layers.h"
#include "Output/Sink.h"
#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// A position in the input, and the channels added for what the division left;
/// these are null for none.
struct Position {
  Value at, channels;
};

/// A digit of the output channel, and how far apart its values are there.
struct StridedDigit {
  GatherDigit digit;
  int64_t stride;
};

class GatherKernel {
public:
  GatherKernel(KernelContext &context, GatherOp op);
  void build();

private:
  Position positionOf(const GatherAxis &axis, Value index, int64_t count);
  Value clampOrCheck(Value &at, std::pair<int64_t, int64_t> range,
                     int64_t size);
  void ifInside(Value inside, function_ref<void()> yes,
                function_ref<void()> no);
  void findRows(Value row);
  void walkRowDigits(size_t index, int64_t row, int64_t channel, int64_t out,
                     SmallVector<StridedDigit> others,
                     function_ref<void(int64_t row, int64_t channel,
                                       int64_t out, ArrayRef<StridedDigit>)>
                         body);
  void emitDigits(Value row, ArrayRef<StridedDigit> digits, Value column,
                  Value channel, Value out);
  void emitPixels(Value row, ArrayRef<StridedDigit> digits, Value column,
                  Value channel, Value out);
  void fillDigits(ArrayRef<StridedDigit> digits, Value out);
  void copyRun(Value from, Value out, int64_t count);
  void fillRun(Value out, int64_t count);
  Value elementAt(Value pointer, Value index) {
    return b.offset(pointer, b.mul(index, elementBytes));
  }

  KernelContext &context;
  KernelBuilder &b;
  GatherMap map;
  planning::MapShape in, out;
  int64_t elementBytes;
  int32_t fill;
  Source source;
  /// By what digits add to the row: the address of the row, and whether it is
  /// inside the input; null: always.
  std::map<int64_t, std::pair<Value, Value>> rows;
};

GatherKernel::GatherKernel(KernelContext &context, GatherOp op)
    : context(context), b(context.builder), map(GatherMap::get(op)),
      in(describeShape(cast<RankedTensorType>(op.getInput().getType()))),
      out(describeShape(cast<RankedTensorType>(op.getType()))),
      elementBytes(in.elementBytes), fill(op.getFill()) {}

Position GatherKernel::positionOf(const GatherAxis &axis, Value index,
                                  int64_t count) {
  Value scaled = b.add(b.mul(index, axis.factor), axis.offset);
  if (axis.divisor == 1)
    return {scaled, {}};
  // Only what is not negative is divided.
  int64_t ends[] = {axis.offset, (count - 1) * axis.factor + axis.offset};
  auto [least, most] = std::minmax(ends[0], ends[1]);
  int64_t lift = least < 0 ? llvm::divideCeil(-least, axis.divisor) : 0;
  scaled = b.add(scaled, lift * axis.divisor);
  auto [quotient, left] =
      b.divRem(scaled, axis.divisor, most + lift * axis.divisor);
  Value channels = axis.step == 0 ? Value() : b.mul(left, axis.step);
  return {b.add(quotient, -lift), channels};
}

/// Whether `at`, which is within `range`, lies in an input of `size`; null if
/// it always does, and after clamping.
Value GatherKernel::clampOrCheck(Value &at, std::pair<int64_t, int64_t> range,
                                 int64_t size) {
  if (range.first >= 0 && range.second < size)
    return {};
  if (!map.clamps)
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, at, b.i32(size));
  at = b.clamp(at, 0, size - 1);
  return {};
}

void GatherKernel::ifInside(Value inside, function_ref<void()> yes,
                            function_ref<void()> no) {
  if (!inside)
    return yes();
  auto branch = scf::IfOp::create(b, inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  yes();
  b.setInsertionPointToStart(branch.elseBlock());
  no();
}

/// The rows of a step, whose first is `row`.
void GatherKernel::findRows(Value row) {
  auto range = map.rows.range(out.height);
  auto addRow = [&](int64_t more, int64_t, int64_t, ArrayRef<StridedDigit>) {
    if (rows.contains(more))
      return;
    Value r = b.add(row, more);
    Value inside =
        clampOrCheck(r, {range.first + more, range.second + more}, in.height);
    if (rows.empty())
      source = makeSource(context, 0, 0, {}, r);
    Value address = source.row(b, r);
    rows[more] = {address, inside};
  };
  walkRowDigits(0, 0, 0, 0, {}, addRow);
}

/// Walks the values of the digits that choose a row: those are as many copies
/// of the code. The other digits are loops.
void GatherKernel::walkRowDigits(
    size_t index, int64_t row, int64_t channel, int64_t outChannel,
    SmallVector<StridedDigit> others,
    function_ref<void(int64_t, int64_t, int64_t, ArrayRef<StridedDigit>)>
        body) {
  if (index == map.digits.size())
    return body(row, channel, outChannel, others);
  const GatherDigit &digit = map.digits[index];
  int64_t stride = 1;
  for (const GatherDigit &later : ArrayRef(map.digits).drop_front(index + 1))
    stride *= later.count;
  if (digit.row == 0) {
    others.push_back({digit, stride});
    return walkRowDigits(index + 1, row, channel, outChannel, others, body);
  }
  // A digit that chooses a row and a column is a column for each row.
  for (int64_t value = 0; value < digit.count; ++value) {
    SmallVector<StridedDigit> with(others);
    if (digit.column != 0)
      with.push_back({{1, 0, value * digit.column, 0}, 0});
    walkRowDigits(index + 1, row + value * digit.row,
                  channel + value * digit.channel, outChannel + value * stride,
                  with, body);
  }
}

void GatherKernel::build() {
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  Position row = positionOf(map.rows, context.step, out.height);
  findRows(row.at);
  b.loop(0, out.width, [&](Value x) {
    Value pixel = sink->pixel(b, x);
    Position column = positionOf(map.columns, x, out.width);
    Value channel = b.i32(map.firstChannel);
    for (Value more : {row.channels, column.channels})
      if (more)
        channel = b.add(channel, more);
    walkRowDigits(0, 0, 0, 0, {},
                  [&](int64_t more, int64_t addedChannels, int64_t outChannel,
                      ArrayRef<StridedDigit> digits) {
                    auto [address, inside] = rows.at(more);
                    Value first = b.add(channel, addedChannels);
                    Value to = b.offset(pixel, outChannel * elementBytes);
                    Value from = address;
                    ifInside(
                        inside,
                        [&] { emitDigits(from, digits, column.at, first, to); },
                        [&] { fillDigits(digits, to); });
                  });
    sink->pixelDone(b, x);
  });
  sink->stepDone(b);
}

/// Walks the digits that choose a column.
void GatherKernel::emitDigits(Value row, ArrayRef<StridedDigit> digits,
                              Value column, Value channel, Value to) {
  const auto *found = llvm::find_if(
      digits, [](const StridedDigit &each) { return each.digit.column != 0; });
  if (found == digits.end()) {
    auto range = map.columns.range(out.width);
    auto [least, most] = map.digitRange(&GatherDigit::column);
    Value inside = clampOrCheck(
        column, {range.first + least, range.second + most}, in.width);
    return ifInside(
        inside, [&] { emitPixels(row, digits, column, channel, to); },
        [&] { fillDigits(digits, to); });
  }
  auto [digit, stride] = *found;
  SmallVector<StridedDigit> others(digits.begin(), found);
  others.append(found + 1, digits.end());
  // One value of a digit that chose a row.
  if (stride == 0)
    return emitDigits(row, others, b.add(column, digit.column), channel, to);
  b.loop(0, digit.count, [&, digit = digit, stride = stride](Value value) {
    Value at = b.add(column, b.mul(value, digit.column));
    Value first = digit.channel == 0
                      ? channel
                      : b.add(channel, b.mul(value, digit.channel));
    Value target = elementAt(to, b.mul(value, stride));
    emitDigits(row, others, at, first, target);
  });
}

/// The channels of a pixel of the input, and the digits that choose among them.
void GatherKernel::emitPixels(Value row, ArrayRef<StridedDigit> digits,
                              Value column, Value channel, Value to) {
  Value place = b.mul(column, in.channels);
  if (map.keepsChannels()) {
    // Channels before and behind those of the input are filled.
    int64_t before = std::clamp<int64_t>(-map.firstChannel, 0, out.channels);
    int64_t end =
        std::clamp(in.channels - map.firstChannel, before, out.channels);
    if (before > 0)
      fillRun(to, before);
    if (end > before) {
      Value from = elementAt(row, b.add(place, map.firstChannel + before));
      copyRun(from, b.offset(to, before * elementBytes), end - before);
    }
    if (end < out.channels)
      fillRun(b.offset(to, end * elementBytes), out.channels - end);
    return;
  }
  if (digits.empty() || (digits.size() == 1 && digits[0].digit.channel == 1 &&
                         digits[0].stride == 1)) {
    Value from = elementAt(row, b.add(place, channel));
    return copyRun(from, to, digits.empty() ? 1 : digits[0].digit.count);
  }
  auto [digit, stride] = digits[0];
  b.loop(0, digit.count, [&, digit = digit, stride = stride](Value value) {
    Value first = b.add(channel, b.mul(value, digit.channel));
    Value target = elementAt(to, b.mul(value, stride));
    emitPixels(row, digits.drop_front(), column, first, target);
  });
}

void GatherKernel::fillDigits(ArrayRef<StridedDigit> digits, Value to) {
  if (digits.empty())
    return fillRun(to, 1);
  auto [digit, stride] = digits[0];
  if (stride == 0)
    return fillDigits(digits.drop_front(), to);
  if (digits.size() == 1 && stride == 1)
    return fillRun(to, digit.count);
  b.loop(0, digit.count, [&, stride = stride](Value value) {
    fillDigits(digits.drop_front(), elementAt(to, b.mul(value, stride)));
  });
}

void GatherKernel::copyRun(Value from, Value to, int64_t count) {
  if (elementBytes == 1)
    return b.copy(to, from, count);
  Type type = b.getIntegerType(8 * elementBytes);
  auto move = [&](Value index) {
    Value source = elementAt(from, index), target = elementAt(to, index);
    Value element = LLVM::LoadOp::create(b, type, source, elementBytes);
    LLVM::StoreOp::create(b, element, target, elementBytes);
  };
  b.loop(0, count, move);
}

void GatherKernel::fillRun(Value to, int64_t count) {
  Type type = b.getIntegerType(8 * elementBytes);
  Value element = arith::ConstantOp::create(b, b.getIntegerAttr(type, fill));
  b.loop(0, count, [&](Value index) {
    LLVM::StoreOp::create(b, element, elementAt(to, index), elementBytes);
  });
}

} // namespace

void rtwmc::buildGather(KernelContext &context, GatherOp op) {
  GatherKernel(context, op).build();
}
