//===- Windows.cpp - Walking the windows of a row -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Windows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

/// `0 <= value < bound`, as one unsigned comparison.
static Value isInside(KernelBuilder &b, Value value, int64_t bound) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, value,
                               b.i32(bound));
}

/// `if (condition) yes(); else no();`
static void ifElse(KernelBuilder &b, Value condition, function_ref<void()> yes,
                   function_ref<void()> no) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  yes();
  b.setInsertionPointToStart(branch.elseBlock());
  no();
}

void rtwmc::gatherWindow(KernelBuilder &b, const Source &source,
                         const WindowGeometry &geometry, Value top, Value x,
                         Value patch, int8_t padding) {
  int64_t channels = source.readChannels();
  int64_t lineBytes = geometry.kernelWidth * channels;
  Value left = b.add(b.mul(x, geometry.stride[1]), -geometry.pad[2]);
  b.loop(0, geometry.kernelHeight, [&](Value ky) {
    Value line = b.offset(patch, b.mul(ky, lineBytes));
    Value r = b.add(top, b.mul(ky, geometry.dilationHeight));
    auto fillLine = [&] { b.fill(line, b.i32(lineBytes), padding); };
    auto copyLine = [&] {
      Value row = source.row(b, r);
      auto pixelByPixel = [&] {
        b.loop(0, geometry.kernelWidth, [&](Value kx) {
          Value column = b.add(left, b.mul(kx, geometry.dilationWidth));
          Value to = b.offset(line, b.mul(kx, channels));
          ifElse(
              b, isInside(b, column, source.width),
              [&] {
                Value from = source.onlyChannel
                                 ? source.element(b, row, column)
                                 : b.offset(row, b.mul(source.place(b, column),
                                                       channels));
                b.copy(to, from, channels);
              },
              [&] { b.fill(to, b.i32(channels), padding); });
        });
      };
      if (geometry.dilationWidth != 1 || source.onlyChannel ||
          source.width < geometry.kernelWidth)
        return pixelByPixel();
      Value allInside =
          isInside(b, left, source.width - geometry.kernelWidth + 1);
      ifElse(
          b, allInside,
          [&] {
            Value from = b.mul(source.place(b, left), channels);
            b.copy(line, b.offset(row, from), lineBytes);
          },
          pixelByPixel);
    };
    ifElse(b, isInside(b, r, source.height), copyLine, fillLine);
  });
}

void rtwmc::forEachWindow(
    KernelContext &context, const Source &source,
    const WindowGeometry &geometry, Columns columns, int64_t group, Value patch,
    int8_t padding, function_ref<void(ValueRange, ArrayRef<WindowRows>)> body) {
  if (source.isPacked())
    return forEachPackedWindow(
        context, source, geometry, columns, patch, padding,
        [&](Value x, WindowRows window) { body(x, window); });
  KernelBuilder &b = context.builder;
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  Value row, toEnd;
  if (!patch) {
    Value slot = source.isRing()
                     ? b.divRem(top, source.capacity, source.rows - 1).second
                     : top;
    row = b.offset(source.base, b.mul(slot, source.pitch));
    if (source.onlyChannel)
      row = source.element(b, row, b.i32(0));
    if (source.isRing() && geometry.kernelHeight > 1)
      toEnd = b.mul(arith::SubIOp::create(b, b.i32(source.capacity), slot),
                    source.pitch);
  }
  auto gathered = [&](Value x, int64_t index) -> WindowRows {
    int64_t columnBytes = source.readChannels() * source.elementBytes;
    int64_t lineBytes = geometry.kernelWidth * columnBytes;
    Value place = b.offset(patch, index * geometry.kernelHeight * lineBytes);
    gatherWindow(b, source, geometry, top, x, place, padding);
    return {place, lineBytes, {}, 0, columnBytes};
  };
  auto inPlace = [&](Value x) {
    int64_t pixelBytes = source.channels * source.elementBytes;
    Value left = b.add(b.mul(x, geometry.stride[1]), -geometry.pad[2]);
    WindowRows rows{b.offset(row, b.mul(source.place(b, left), pixelBytes)),
                    source.pitch,
                    {},
                    source.capacity * source.pitch,
                    pixelBytes};
    if (toEnd)
      rows.ringEnd = b.offset(rows.first, toEnd);
    return rows;
  };
  auto neighbours = [&](Value index, int64_t size) {
    SmallVector<Value> xs;
    SmallVector<WindowRows> windows;
    Value first = columns.first ? b.add(columns.first, index) : index;
    for (int64_t i = 0; i < size; ++i) {
      xs.push_back(b.add(first, i));
      windows.push_back(patch ? gathered(xs.back(), i) : inPlace(xs.back()));
    }
    body(xs, windows);
  };
  if (columns.count == 1 && !patch)
    return neighbours(b.i32(0), 1);
  b.loop(0, columns.count / group,
         [&](Value i) { neighbours(b.mul(i, group), group); });
  if (int64_t rest = columns.count % group)
    neighbours(b.i32(columns.count - rest), rest);
}

Value rtwmc::nextRow(KernelBuilder &b, const WindowRows &window, Value row) {
  Value next = b.offset(row, window.rowBytes);
  if (!window.ringEnd)
    return next;
  Value wrapped = b.offset(next, -window.ringBytes);
  Value atEnd =
      LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, next, window.ringEnd);
  return arith::SelectOp::create(b, atEnd, wrapped, next);
}

SmallVector<Value> rtwmc::forEachRow(
    KernelBuilder &b, ArrayRef<WindowRows> windows, int64_t height,
    ValueRange carried,
    function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  SmallVector<Value> rows;
  for (const WindowRows &window : windows)
    rows.push_back(window.first);
  if (height == 1)
    return body(rows, carried);
  SmallVector<Value> start(rows);
  start.append(carried.begin(), carried.end());
  ValueRange results = b.loop(0, height, start, [&](Value, ValueRange values) {
    SmallVector<Value> next;
    SmallVector<Value> after = body(values.take_front(windows.size()),
                                    values.drop_front(windows.size()));
    for (auto [window, at] : llvm::zip(windows, values))
      next.push_back(nextRow(b, window, at));
    next.append(after);
    return next;
  });
  return SmallVector<Value>(results.drop_front(windows.size()));
}
