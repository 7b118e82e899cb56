//===- PairLeaves.cpp - Pairs of windows as fields of words ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function computes any two windows: neighbours in the input, or both sides
// of a row in patches. Another one computes what is left over.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

func::FuncOp ConvolutionFrame::makePairLeaf(StringRef suffix, int64_t columns) {
  // Rows, room and pixels, all of them pointers; the distance of two windows.
  bool isApart = columns == 2 && !poolsPairs();
  SmallVector<Type> types(isApart ? 4 : 3, b.pointerType());
  if (columns == 2)
    types.push_back(b.getI32Type());
  return b.function(context.name + suffix.str(), types,
                    [&](ValueRange arguments) {
                      PairKernel::Place place;
                      place.rows = arguments[0];
                      place.room = arguments[1];
                      ValueRange rest = arguments.drop_front(2);
                      if (columns == 2) {
                        place.distance = rest.back();
                        rest = rest.drop_back();
                      }
                      place.pixels.assign(rest.begin(), rest.end());
                      pairKernel->build(place);
                    });
}

void ConvolutionFrame::walkPairs() {
  const WindowGeometry &geometry = self.geometry;
  auto [first, last] = columnsInside(together);
  int64_t groups = (last - first + 1) / together;
  int64_t rest = (last - first + 1) % together;
  int64_t sides = first + count - 1 - last;
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  Value rows = b.stackSlot(b.pointerType(), geometry.kernelHeight);
  // Where no row is padding all are alike, and a loop takes less flash.
  bool areAlike = !context.layer.needsPatch();
  auto forEachPlace = [&](function_ref<void(Value, Value)> body) {
    b.loop(0, geometry.kernelHeight,
           [&](Value ky) { body(ky, placeOfRow(rows, ky)); });
  };
  int64_t stride = geometry.stride[1] * source.channels;
  SmallVector<Value> advance;
  if (areAlike)
    forEachPlace([&](Value ky, Value place) {
      Value row = source.row(b, b.add(top, ky));
      row = b.offset(row, first * stride - geometry.pad[2] * source.channels);
      LLVM::StoreOp::create(b, row, place);
    });
  else
    advance = findRows(top, first, rows);
  bool isAlone = together == 1;
  // At the sides; pixels that are pooled in pairs are of neighbours.
  int64_t atOnce = isAlone || poolsPairs() ? 1 : 2;
  func::FuncOp pair, single;
  if (!isAlone)
    pair = makePairLeaf("_pair", 2);
  if (isAlone || rest || sides % atOnce)
    single = makePairLeaf("_pixel", 1);
  auto call = [&](ArrayRef<Value> xs, int64_t distance) {
    bool areTwo = xs.size() == 2;
    func::FuncOp leaf = !areTwo && single ? single : pair;
    SmallVector<Value> arguments{rows, room};
    for (Value x : xs)
      arguments.push_back(sink->pixel(b, x));
    if (leaf == pair) {
      if (poolsPairs())
        arguments.truncate(3);
      else if (!areTwo)
        arguments.push_back(arguments.back());
      arguments.push_back(b.i32(areTwo ? distance : 0));
    }
    func::CallOp::create(b, leaf, arguments);
    for (Value x : xs)
      sink->pixelDone(b, x);
  };
  auto walkInside = [&](int64_t from, int64_t turns, int64_t columns) {
    b.loop(0, turns, [&](Value index) {
      SmallVector<Value> xs{b.add(b.mul(index, columns), from)};
      if (columns == 2)
        xs.push_back(b.add(xs[0], 1));
      call(xs, stride);
      if (areAlike)
        forEachPlace([&](Value, Value place) {
          Value row = LLVM::LoadOp::create(b, b.pointerType(), place);
          row = b.offset(row, columns * stride);
          LLVM::StoreOp::create(b, row, place);
        });
      moveEachRow(rows, advance, columns);
    });
  };
  walkInside(first, groups, together);
  if (rest)
    walkInside(last + 1 - rest, rest, 1);
  if (!sides)
    return sink->stepDone(b);

  int64_t patchBytes =
      geometry.kernelHeight * geometry.kernelWidth * source.channels;
  readPatch(rows, geometry);
  auto gatherSide = [&](Value index, int64_t which) {
    Value x = outside(index, first, last + 1 - first);
    Value place = b.offset(patch, which * patchBytes);
    gatherWindow(b, source, geometry, top, x, place,
                 static_cast<int8_t>(self.inputZp));
    return x;
  };
  b.loop(0, sides / atOnce, [&](Value index) {
    Value at = b.mul(index, atOnce);
    SmallVector<Value> xs{gatherSide(at, 0)};
    if (atOnce == 2)
      xs.push_back(gatherSide(b.add(at, 1), 1));
    call(xs, patchBytes);
  });
  if (sides % atOnce)
    call(gatherSide(b.i32(sides - 1), 0), 0);
  sink->stepDone(b);
}
