//===- InPlace.cpp - Neighbouring windows, read where they are ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Windows of neighbouring columns lie in the same rows, a fixed distance apart.
// Where they reach neither to the left nor to the right of the input they are
// read there, several at once; rows above and below it are padding in flash,
// the same for all columns. Windows at the sides are gathered, unless a variant
// can leave out their columns outside.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Vectors.h"
#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Pixels of four columns are stored at offsets of 16 bits.
static constexpr int64_t mostChannels = (1 << 16) / 4 - 1;

std::pair<int64_t, int64_t>
ConvolutionFrame::columnsInside(int64_t columnsTogether) const {
  const WindowGeometry &geometry = self.geometry;
  int64_t stride = geometry.stride[1], left = geometry.pad[2];
  int64_t first = llvm::divideCeil(std::max<int64_t>(left, 0), stride);
  int64_t last = (source.width - geometry.kernelWidth + left) / stride;
  // Columns that are pooled together stay together.
  if (columnsTogether > 1 && self.pool &&
      self.pool.getReduction() == Reduction::Max)
    first = llvm::alignTo(first, self.pool.getWidth());
  return {first, std::min(last, count - 1)};
}

/// Whether pixels of `columns` neighbours reach the map as `pool` says.
static bool canPool(PoolAttr pool, int64_t columns, int64_t all) {
  if (!pool)
    return true;
  if (pool.getReduction() == Reduction::Max)
    return columns == 1 || pool.getWidth() == 2;
  return columns > 1 && pool.getWidth() == all;
}

int64_t ConvolutionFrame::columnsInPlace(const Filters &given) const {
  auto resolved = resolve(self.kernel, given);
  if (!resolved) {
    llvm::consumeError(resolved.takeError());
    return 0;
  }
  auto [chosen, size] = *resolved;
  if (int64_t group = chosen->groupColumns(given))
    return canWalkGroups(*chosen, given) ? group : 0;
  if (chosen->computesPoints())
    return computesPoints(size) ? size.columns : windowsInPlace(Tile{1, 2});
  if (chosen->blockWeights() || chosen->computesQuads() ||
      chosen->computesPairs())
    return windowsInPlace(size);
  int64_t columns = chosen->columnsInPlace();
  const WindowGeometry &geometry = self.geometry;
  if (!self.multiplier && columns == 1)
    return 0;
  if (self.multiplier) {
    if (size.channels != vectorBytes)
      return 0;
    // Its channels are in lanes; where there are few, of several columns.
    bool areSideBySide = geometry.stride[1] == 1 && !self.pool;
    columns =
        areSideBySide ? std::max<int64_t>(vectorBytes / given.channels, 1) : 1;
  }
  if (context.channel || context.columnCount || source.isPacked() ||
      !sink->holdsRow() || source.elementBytes != 1 || geometry.isDilated() ||
      given.channels > mostChannels || !canScaleVectors(self.requant) ||
      !canPool(self.pool, columns, count))
    return 0;
  // Four columns, or else two.
  for (int64_t several : {columns, int64_t(2)}) {
    auto [first, last] = columnsInside(several);
    int64_t inside = last - first + 1;
    if (source.width < geometry.kernelWidth || inside < 1)
      return 0;
    if (self.multiplier)
      return std::min(columns, inside);
    if (inside >= several)
      return several;
  }
  return 0;
}

Value ConvolutionFrame::placeOfRow(Value rows, int64_t ky) {
  return LLVM::GEPOp::create(b, b.pointerType(), b.pointerType(), rows,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(ky)});
}

Value ConvolutionFrame::placeOfRow(Value rows, Value ky) {
  return LLVM::GEPOp::create(b, b.pointerType(), b.pointerType(), rows, ky);
}

void ConvolutionFrame::storeRow(Value row, Value rows, int64_t ky) {
  LLVM::StoreOp::create(b, row, placeOfRow(rows, ky));
}

Value ConvolutionFrame::loadRow(Value rows, int64_t ky) {
  return LLVM::LoadOp::create(b, b.pointerType(), placeOfRow(rows, ky));
}

void ConvolutionFrame::moveEachRow(Value rows, ValueRange advance,
                                   int64_t columns) {
  for (auto [ky, bytes] : llvm::enumerate(advance)) {
    Value row = loadRow(rows, ky);
    storeRow(b.offset(row, b.mul(bytes, columns)), rows, ky);
  }
}

void ConvolutionFrame::readPatch(Value rows, const WindowGeometry &geometry) {
  int64_t line = geometry.kernelWidth * source.channels;
  for (int64_t ky = 0; ky < geometry.kernelHeight; ++ky)
    storeRow(b.offset(patch, ky * line), rows, ky);
}

Value ConvolutionFrame::outside(Value index, int64_t first, int64_t inside) {
  Value isRight =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sge, index, b.i32(first));
  Value right = b.add(index, inside);
  return arith::SelectOp::create(b, isRight, right, index);
}

SmallVector<Value> ConvolutionFrame::findRows(Value top, int64_t column,
                                              Value rows) {
  const WindowGeometry &geometry = self.geometry;
  int64_t stride = geometry.stride[1] * source.channels;
  int64_t left = column * stride - geometry.pad[2] * source.channels;
  int64_t bottom = (self.size.first - 1) * geometry.stride[0] -
                   geometry.pad[0] + geometry.kernelHeight;
  bool mayBeOutside = geometry.pad[0] > 0 || bottom > source.height;
  Value padding;
  if (mayBeOutside) {
    std::vector<int8_t> bytes((together - 1) * stride +
                                  geometry.kernelWidth * source.channels,
                              static_cast<int8_t>(self.inputZp));
    padding = b.addressOf(b.constantBytes(context.name + "_padding", bytes));
  }
  SmallVector<Value> advance;
  Value next = b.i32(stride), none = b.i32(0);
  if (hasShortWalk() && !mayBeOutside && geometry.kernelHeight > 2) {
    b.loop(0, geometry.kernelHeight, [&](Value ky) {
      Value row = b.offset(source.row(b, b.add(top, ky)), left);
      LLVM::StoreOp::create(b, row, placeOfRow(rows, ky));
    });
    return SmallVector<Value>(geometry.kernelHeight, next);
  }
  for (int64_t ky = 0; ky < geometry.kernelHeight; ++ky) {
    Value r = b.add(top, ky);
    if (!mayBeOutside) {
      storeRow(b.offset(source.row(b, r), left), rows, ky);
      advance.push_back(next);
      continue;
    }
    Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, r,
                                         b.i32(source.height));
    Value known = b.clamp(r, 0, source.height - 1);
    Value row = b.offset(source.row(b, known), left);
    row = arith::SelectOp::create(b, inside, row, padding);
    storeRow(row, rows, ky);
    advance.push_back(arith::SelectOp::create(b, inside, next, none));
  }
  return advance;
}

void ConvolutionFrame::walkInPlace() {
  if (quadKernel && !quadKernel->getParts().empty())
    return walkQuads();
  if (pointKernel)
    return walkPoints();
  if (pairKernel)
    return walkPairs();
  if (groupKernel)
    return walkGroups();
  const WindowGeometry &geometry = self.geometry;
  auto [first, last] = columnsInside(together);
  int64_t groups = (last - first + 1) / together;
  int64_t rest = (last - first + 1) % together;
  int64_t sides = parts.empty() ? first + count - 1 - last : 0;
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  // In memory, so that no register holds what is read once a block.
  Value rows = b.stackSlot(b.pointerType(), geometry.kernelHeight);
  SmallVector<Value> advance = findRows(top, parts.empty() ? first : 0, rows);
  func::FuncOp several, pair, single;
  if (self.multiplier) {
    if (together == 1 || rest || sides)
      single = makeDepthwiseLeaf("_pixel", 1);
    several = together == 1 ? single : makeDepthwiseLeaf("_columns", together);
  } else if (blockKernel) {
    several = makeBlockLeaf("_columns", together);
    if (together == 1)
      single = several;
    else if (rest || sides)
      single = makeBlockLeaf("_pixel", 1);
  } else {
    several = makeLeaf("_columns", together);
    if (rest > 1)
      pair = makeLeaf("_pair", 2);
    if (rest % 2 || sides)
      single = makeLeaf("_pixel", 1);
  }
  auto call = [&](func::FuncOp leaf, Value x, int64_t columns) {
    SmallVector<Value> arguments{rows};
    if (blockKernel) {
      arguments.push_back(room);
      arguments.append(blockPixels(x, columns));
    } else {
      arguments.push_back(sink->pixel(b, x));
    }
    func::CallOp::create(b, leaf, arguments);
    for (int64_t i = 0; i < columns; ++i)
      sink->pixelDone(b, b.add(x, i));
  };
  auto walkInside = [&](int64_t from, int64_t turns, func::FuncOp leaf,
                        int64_t columns) {
    b.loop(0, turns, [&](Value index) {
      call(leaf, b.add(b.mul(index, columns), from), columns);
      if (hasShortWalk())
        moveRows(rows, advance, columns);
      else
        moveEachRow(rows, advance, columns);
    });
  };
  int64_t part = 0;
  auto computeSide = [&](int64_t x) {
    func::FuncOp leaf =
        makeLeaf("_side" + std::to_string(part), /*columns=*/1, part);
    ++part;
    call(leaf, b.i32(x), 1);
    moveEachRow(rows, advance, 1);
  };
  for (int64_t x = 0; x < first && !parts.empty(); ++x)
    computeSide(x);
  walkInside(first, groups, several, together);
  if (pair)
    walkInside(last + 1 - rest, 1, pair, 2);
  if (int64_t singles = pair ? rest % 2 : rest)
    walkInside(last + 1 - singles, singles, single, 1);
  for (int64_t x = last + 1; x < count && !parts.empty(); ++x)
    computeSide(x);
  if (sides) {
    readPatch(rows, geometry);
    b.loop(0, sides, [&](Value index) {
      Value x = outside(index, first, last + 1 - first);
      gatherWindow(b, source, geometry, top, x, patch,
                   static_cast<int8_t>(self.inputZp));
      call(single, x, 1);
    });
  }
  sink->stepDone(b);
}
