//===- PointLeaves.cpp - Neighbouring windows at points -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row is groups of neighbours. The last overlaps the one before if there are
// too few columns for it; where columns are added up it leaves out those that
// were. Groups that reach outside the input at a side are gathered, all columns
// under them at once.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

bool ConvolutionFrame::computesPoints(Tile tile) const {
  const WindowGeometry &geometry = self.geometry;
  bool addsColumns = self.pool && self.pool.getReduction() == Reduction::Sum &&
                     self.pool.getWidth() == count;
  bool hasPlaces =
      !self.pool || addsColumns || (poolsPairs() && tile.columns % 2 == 0);
  return hasPlaces && !geometry.isDilated() && !context.channel &&
         !context.columnCount && !source.isPacked() && sink->holdsRow() &&
         count >= tile.columns &&
         source.width >= tile.columns + geometry.kernelWidth - 1;
}

void ConvolutionFrame::walkPoints() {
  WindowGeometry wide = self.geometry;
  int64_t columns = pointKernel->columns(), left = wide.pad[2];
  wide.kernelWidth = pointKernel->inputColumns();
  // Groups from `first` to `last` lie inside the input.
  int64_t groups = count / columns;
  int64_t first = llvm::divideCeil(std::max<int64_t>(left, 0), columns);
  int64_t last =
      std::min((source.width - wide.kernelWidth + left) / columns, groups - 1);
  bool overlaps = count % columns != 0;
  int64_t end = count - columns;
  bool endIsInside = end - left + wide.kernelWidth <= source.width;
  bool addsColumns = self.pool && !poolsPairs();
  int64_t shared = addsColumns && overlaps ? columns - count % columns : 0;
  SmallVector<Type> types(3, b.pointerType());
  if (shared)
    types.push_back(b.getI1Type());
  func::FuncOp leaf =
      b.function(context.name + "_group", types, [&](ValueRange arguments) {
        pointKernel->build({arguments[0], arguments[1], arguments[2], shared,
                            shared ? arguments[3] : Value()});
      });
  Value top = b.add(b.mul(context.step, wide.stride[0]), -wide.pad[0]);
  Value rows = b.stackSlot(b.pointerType(), wide.kernelHeight);
  SmallVector<Value> advance = findRows(top, first * columns, rows);
  auto compute = [&](Value x) {
    SmallVector<Value> arguments{rows, room};
    arguments.push_back(sink->pixel(b, x));
    if (shared)
      arguments.push_back(
          arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, b.i32(end)));
    func::CallOp::create(b, leaf, arguments);
  };
  if (first <= last)
    b.loop(first, last + 1, [&](Value index) {
      compute(b.mul(index, columns));
      moveEachRow(rows, advance, columns);
    });
  if (overlaps && endIsInside && first <= last) {
    moveEachRow(rows, advance, end - (last + 1) * columns);
    compute(b.i32(end));
    overlaps = false;
  }
  int64_t inside = std::max<int64_t>(last + 1 - first, 0);
  int64_t sides = groups - inside + overlaps;
  if (sides == 0)
    return sink->stepDone(b);
  readPatch(rows, wide);
  b.loop(0, sides, [&](Value index) {
    Value group = outside(index, first, inside);
    Value x = b.mul(group, columns);
    Value most = b.i32(end);
    x = arith::MinSIOp::create(b, x, most);
    gatherWindow(b, source, wide, top, x, patch,
                 static_cast<int8_t>(self.inputZp));
    compute(x);
  });
  sink->stepDone(b);
}
