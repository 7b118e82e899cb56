//===- BlockLeaves.cpp - Windows as blocks of channels --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of windows are found by their addresses in the frame, so that one
// function does for windows in the input, in a patch and in a ring.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

bool ConvolutionFrame::computesWindows(const Filters &given) const {
  auto resolved = resolve(self.kernel, given);
  if (!resolved) {
    llvm::consumeError(resolved.takeError());
    return false;
  }
  return !context.channel &&
         (resolved->first->blockWeights() || resolved->first->computesQuads() ||
          resolved->first->computesPairs() ||
          resolved->first->computesPoints() ||
          resolved->first->groupColumns(given));
}

int64_t ConvolutionFrame::windowsInPlace(Tile tile) const {
  const WindowGeometry &geometry = self.geometry;
  // Pixels that have one place for all come in their order, those at the sides
  // of the row too.
  bool mustBeInOrder = !sink->holdsRow();
  if (context.channel || context.columnCount || source.isPacked() ||
      geometry.isDilated() || (mustBeInOrder && context.layer.needsPatch()) ||
      source.width < geometry.kernelWidth)
    return 0;
  // Where columns are pooled together there may be one inside, but no two.
  for (int64_t columns : {mustBeInOrder ? 1 : tile.columns, int64_t(1)}) {
    auto [first, last] = columnsInside(columns);
    if (first <= last)
      return std::min(columns, last - first + 1);
  }
  return 0;
}

bool ConvolutionFrame::poolsPairs() const {
  return self.pool && self.pool.getReduction() == Reduction::Max &&
         self.pool.getWidth() == 2 &&
         *llvm::min_element(self.requant.getMultiplier()) >= 0;
}

SmallVector<Value> ConvolutionFrame::blockPixels(Value x, int64_t columns) {
  SmallVector<Value> pixels{sink->pixel(b, x)};
  if (columns > 1 && self.pool && !poolsPairs())
    pixels.push_back(sink->pixel(b, b.add(x, 1)));
  return pixels;
}

func::FuncOp ConvolutionFrame::makeBlockLeaf(StringRef suffix,
                                             int64_t columns) {
  bool isApart = columns > 1 && self.pool && !poolsPairs();
  SmallVector<Type> types(isApart ? 4 : 3, b.pointerType());
  return b.function(
      context.name + suffix.str(), types, [&](ValueRange arguments) {
        BlockKernel::Place place;
        place.columns = columns;
        place.rows = arguments[0];
        place.distance = self.geometry.stride[1] * source.channels;
        place.room = arguments[1];
        place.pixels = SmallVector<Value>(arguments.drop_front(2));
        if (!self.pool)
          place.pixelDistance = filters.channels * store.elementBytes();
        blockKernel->build(place);
      });
}

void ConvolutionFrame::walkWindows() {
  Value rows = b.stackSlot(b.pointerType(), filters.height);
  func::FuncOp leaf = groupKernel  ? makeGroupSingle()
                      : quadKernel ? makeDepthwiseLeaf("_pixel", 1)
                      : pairKernel ? makePairLeaf("_pixel", 1)
                                   : makeBlockLeaf("_pixel", 1);
  walk([&](ArrayRef<WindowRows> windows, ValueRange outputs) {
    const WindowRows &window = windows[0];
    Value row = window.first;
    for (int64_t ky = 0; ky < filters.height; ++ky) {
      storeRow(row, rows, ky);
      row = b.offset(row, window.rowBytes);
      if (!window.ringEnd)
        continue;
      Value wrapped = b.offset(row, -window.ringBytes);
      Value atEnd =
          LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, row, window.ringEnd);
      row = arith::SelectOp::create(b, atEnd, wrapped, row);
    }
    SmallVector<Value> arguments{rows};
    if (room)
      arguments.push_back(room);
    arguments.push_back(outputs[0]);
    func::CallOp::create(b, leaf, arguments);
  });
}

/// Sides that have code of their own.
static constexpr size_t mostSides = 4;

SmallVector<DepthwiseKernel::Part> ConvolutionFrame::findParts() const {
  const WindowGeometry &geometry = self.geometry;
  auto [first, last] = columnsInside(/*columnsTogether=*/1);
  SmallVector<DepthwiseKernel::Part> parts;
  for (int64_t x = 0; x < count; ++x) {
    if (x >= first && x <= last)
      continue;
    int64_t left = x * geometry.stride[1] - geometry.pad[2];
    parts.push_back({std::max<int64_t>(-left, 0),
                     std::min(geometry.kernelWidth, source.width - left)});
    if (parts.size() > mostSides)
      return {};
  }
  return parts;
}

void ConvolutionFrame::walkQuads() {
  const WindowGeometry &geometry = self.geometry;
  auto [first, last] = columnsInside(/*columnsTogether=*/1);
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  Value rows = b.stackSlot(b.pointerType(), geometry.kernelHeight);
  // A row begins where its first window does, which may be before it.
  SmallVector<Value> advance = findRows(top, /*column=*/0, rows);
  SmallVector<Type> types(2, b.pointerType());
  auto compute = [&](func::FuncOp leaf, Value x) {
    Value out = sink->pixel(b, x);
    func::CallOp::create(b, leaf, ValueRange{rows, out});
    sink->pixelDone(b, x);
    moveEachRow(rows, advance, 1);
  };
  int64_t part = 0;
  auto computeSide = [&](int64_t x) {
    func::FuncOp leaf =
        b.function(context.name + "_side" + std::to_string(part), types,
                   [&](ValueRange arguments) {
                     quadKernel->build(arguments[0], arguments[1], part);
                   });
    ++part;
    compute(leaf, b.i32(x));
  };
  for (int64_t x = 0; x < first; ++x)
    computeSide(x);
  func::FuncOp whole = makeDepthwiseLeaf("_pixel", 1);
  b.loop(first, last + 1, [&](Value x) { compute(whole, x); });
  for (int64_t x = last + 1; x < count; ++x)
    computeSide(x);
  sink->stepDone(b);
}
