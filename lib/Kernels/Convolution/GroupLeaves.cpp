//===- GroupLeaves.cpp - A row as groups of columns -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups are computed from the left to the right. The last one ends where the
// row does, even if it computes columns again, unless columns are added up or a
// single one is left over: those are computed alone. Where groups reach outside
// the input there is a function for what is inside of them.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Such functions, for groups at the sides and inside.
static constexpr size_t mostParts = 5;

/// How many columns are computed alone.
int64_t ConvolutionFrame::countAlone(const Variant &chosen,
                                     int64_t columns) const {
  int64_t rest = count % columns;
  if (&chosen.forSingleWindows() != &chosen)
    return 0;
  bool addsColumns = self.pool && self.pool.getReduction() == Reduction::Sum;
  return rest == 1 || addsColumns ? rest : 0;
}

SmallVector<ConvolutionFrame::Group>
ConvolutionFrame::listGroups(const Variant &chosen,
                             const Filters &given) const {
  const WindowGeometry &geometry = self.geometry;
  int64_t stride = geometry.stride[1];
  int64_t columns = chosen.groupColumns(given);
  SmallVector<Group> groups;
  auto add = [&](int64_t x, int64_t size) {
    int64_t left = x * stride - geometry.pad[2];
    int64_t reach = geometry.kernelWidth + (size - 1) * stride;
    int64_t first = std::clamp<int64_t>(-left, 0, reach);
    int64_t last = std::clamp<int64_t>(source.width - left, first, reach);
    groups.push_back({x, size, {first, last, size}});
  };
  for (int64_t x = 0; x + columns <= count; x += columns)
    add(x, columns);
  int64_t rest = count % columns, narrow = chosen.narrowColumns(given);
  if (rest > countAlone(chosen, columns)) {
    int64_t size = rest <= narrow ? narrow : columns;
    add(count - size, size);
  }
  return groups;
}

bool ConvolutionFrame::canWalkGroups(const Variant &chosen,
                                     const Filters &given) const {
  int64_t columns = chosen.groupColumns(given);
  int64_t narrow = chosen.narrowColumns(given);
  bool isMax = self.pool && self.pool.getReduction() == Reduction::Max;
  bool isEven = columns % 2 == 0 && narrow % 2 == 0;
  bool hasPlaces = !self.pool || (poolsPairs() && isEven) ||
                   self.pool.getWidth() == (isMax ? 1 : count);
  // What is computed twice would be added twice.
  bool addsTwice = self.pool && !isMax && count % columns &&
                   countAlone(chosen, columns) == 0;
  if (context.channel || context.columnCount || addsTwice ||
      source.isPacked() || !sink->holdsRow() || source.elementBytes != 1 ||
      count < columns || self.geometry.isDilated() ||
      source.width < self.geometry.kernelWidth || !hasPlaces)
    return false;
  SmallVector<GroupKernel::Part> parts;
  for (const Group &group : listGroups(chosen, given))
    if (!llvm::is_contained(parts, group.inside))
      parts.push_back(group.inside);
  return parts.size() <= mostParts;
}

void ConvolutionFrame::moveRows(Value rows, ValueRange advance,
                                int64_t columns) {
  if (advance.size() > 2 && llvm::all_equal(advance)) {
    Value bytes = b.mul(advance[0], columns);
    return b.loop(0, advance.size(), [&](Value ky) {
      Value place = placeOfRow(rows, ky);
      Value row = LLVM::LoadOp::create(b, b.pointerType(), place);
      LLVM::StoreOp::create(b, b.offset(row, bytes), place);
    });
  }
  moveEachRow(rows, advance, columns);
}

void ConvolutionFrame::computeAlone(Value x, Value top, Value rows,
                                    func::FuncOp leaf) {
  if (context.layer.needsPatch()) {
    readPatch(rows, self.geometry);
    gatherWindow(b, source, self.geometry, top, x, patch,
                 static_cast<int8_t>(self.inputZp));
  }
  Value pixel = sink->pixel(b, x);
  SmallVector<Value> arguments{rows};
  if (room)
    arguments.push_back(room);
  arguments.push_back(pixel);
  func::CallOp::create(b, leaf, arguments);
}

func::FuncOp ConvolutionFrame::makeGroupSingle() {
  SmallVector<Type> types(room ? 3 : 2, b.pointerType());
  return b.function(context.name + "_pixel", types, [&](ValueRange arguments) {
    groupKernel->computeOne(arguments[0], room ? arguments[1] : Value(),
                            arguments.back());
  });
}

void ConvolutionFrame::walkGroups() {
  Value top = b.add(b.mul(context.step, self.geometry.stride[0]),
                    -self.geometry.pad[0]);
  Value rows = b.stackSlot(b.pointerType(), self.geometry.kernelHeight);
  // A row begins where its first window does, which may be before it.
  SmallVector<Value> advance = findRows(top, /*column=*/0, rows);
  SmallVector<Type> types(2, b.pointerType());
  // Of so many columns.
  SmallVector<std::pair<int64_t, func::FuncOp>> computers;
  auto computerOf = [&](int64_t columns) {
    for (auto [size, function] : computers)
      if (size == columns)
        return function;
    func::FuncOp function =
        b.function(context.name + (computers.empty() ? "_columns" : "_narrow"),
                   types, [&](ValueRange arguments) {
                     groupKernel->compute(arguments[0], arguments[1], columns);
                   });
    computers.push_back({columns, function});
    return function;
  };
  if (room)
    computerOf(together);
  // Of windows that lie in the input as the part says.
  SmallVector<std::pair<GroupKernel::Part, func::FuncOp>> leaves;
  auto leafOf = [&](GroupKernel::Part inside) {
    for (auto [part, leaf] : leaves)
      if (part == inside)
        return leaf;
    func::FuncOp leaf = b.function(
        context.name + (room ? "_gather" : "_columns") +
            std::to_string(leaves.size()),
        types, [&](ValueRange arguments) {
          if (room)
            groupKernel->gather(arguments[0], arguments[1], inside);
          else
            groupKernel->computePart(arguments[0], arguments[1], inside);
        });
    leaves.push_back({inside, leaf});
    return leaf;
  };
  auto computeGroup = [&](Value x, func::FuncOp leaf, int64_t columns) {
    Value pixel = sink->pixel(b, x);
    if (!room)
      return (void)func::CallOp::create(b, leaf, ValueRange{rows, pixel});
    func::CallOp::create(b, leaf, ValueRange{rows, room});
    func::CallOp::create(b, computerOf(columns), ValueRange{room, pixel});
  };
  SmallVector<Group> groups = listGroups(*variant, filters);
  int64_t at = 0;
  for (size_t i = 0; i < groups.size();) {
    const Group &first = groups[i];
    if (first.x != at)
      moveRows(rows, advance, first.x - at);
    // Groups of one kind that follow each other are a loop.
    size_t end = i + 1;
    while (end < groups.size() && groups[end].inside == first.inside &&
           groups[end].x == groups[end - 1].x + together)
      ++end;
    func::FuncOp leaf = leafOf(first.inside);
    int64_t turns = end - i;
    if (turns == 1)
      computeGroup(b.i32(first.x), leaf, first.columns);
    else
      b.loop(0, turns, [&](Value index) {
        Value x = b.add(b.mul(index, together), first.x);
        computeGroup(x, leaf, together);
        moveRows(rows, advance, together);
      });
    at = turns == 1 ? first.x : first.x + turns * together;
    i = end;
  }
  if (int64_t alone = countAlone(*variant, together)) {
    int64_t first = count - alone;
    if (at != first)
      moveRows(rows, advance, first - at);
    func::FuncOp leaf = makeGroupSingle();
    b.loop(first, count, [&](Value x) {
      computeAlone(x, top, rows, leaf);
      if (alone > 1 && !context.layer.needsPatch())
        moveRows(rows, advance, 1);
    });
  }
  sink->stepDone(b);
}
