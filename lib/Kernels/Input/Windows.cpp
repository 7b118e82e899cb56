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

/// Gathers the window at column `x` of row `top` into `patch`.
static void gather(KernelBuilder &b, const Source &source,
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
                                 : b.offset(row, b.mul(column, channels));
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
            b.copy(line, b.offset(row, b.mul(left, channels)), lineBytes);
          },
          pixelByPixel);
    };
    ifElse(b, isInside(b, r, source.height), copyLine, fillLine);
  });
}

void rtwmc::forEachWindow(KernelContext &context, const Source &source,
                          const WindowGeometry &geometry, int64_t columns,
                          Value patch, int8_t padding,
                          function_ref<void(Value, WindowRows)> body) {
  if (source.isPacked())
    return forEachPackedWindow(context, source, geometry, columns, patch,
                               padding, body);
  KernelBuilder &b = context.builder;
  int64_t pixelBytes = source.channels * source.elementBytes;
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  auto each = [&](Value x, WindowRows window) { body(x, window); };
  if (patch) {
    b.loop(0, columns, [&](Value x) {
      gather(b, source, geometry, top, x, patch, padding);
      int64_t columnBytes = source.readChannels() * source.elementBytes;
      each(x, {patch, geometry.kernelWidth * columnBytes, {}, 0, columnBytes});
    });
    return;
  }
  Value slot = source.isRing()
                   ? b.divRem(top, source.capacity, source.rows - 1).second
                   : top;
  Value row = b.offset(source.base, b.mul(slot, source.rowBytes));
  if (source.onlyChannel)
    row = source.element(b, row, b.i32(0));
  Value toEnd;
  if (source.isRing() && geometry.kernelHeight > 1)
    toEnd = b.mul(arith::SubIOp::create(b, b.i32(source.capacity), slot),
                  source.rowBytes);
  auto window = [&](Value x) {
    Value left = b.add(b.mul(x, geometry.stride[1]), -geometry.pad[2]);
    WindowRows rows{b.offset(row, b.mul(left, pixelBytes)),
                    source.rowBytes,
                    {},
                    source.capacity * source.rowBytes,
                    pixelBytes};
    if (toEnd)
      rows.ringEnd = b.offset(rows.first, toEnd);
    each(x, rows);
  };
  if (columns == 1)
    window(b.i32(0));
  else
    b.loop(0, columns, window);
}

SmallVector<Value>
rtwmc::forEachRow(KernelBuilder &b, const WindowRows &window, int64_t height,
                  ValueRange carried,
                  function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (height == 1)
    return body(window.first, carried);
  SmallVector<Value> start{window.first};
  start.append(carried.begin(), carried.end());
  ValueRange results = b.loop(0, height, start, [&](Value, ValueRange values) {
    SmallVector<Value> next = body(values[0], values.drop_front());
    Value row = b.offset(values[0], window.rowBytes);
    if (window.ringEnd) {
      Value wrapped = b.offset(row, -window.ringBytes);
      Value atEnd =
          LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, row, window.ringEnd);
      row = arith::SelectOp::create(b, atEnd, wrapped, row);
    }
    next.insert(next.begin(), row);
    return next;
  });
  return SmallVector<Value>(results.drop_front());
}
