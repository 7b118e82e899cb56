//===- CropMaps.cpp - Only rows and columns that somebody reads -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Crop.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace rtwmc {
#define GEN_PASS_DEF_CROPMAPS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;
using planning::Area;
using planning::Places;
using planning::WindowAxes;

namespace {

Area wholeOf(Value map) {
  return areaOf(describeShape(cast<RankedTensorType>(map.getType())));
}

/// `op` as a layer with rows and columns to leave out; null if it has none.
LayerOpInterface asLayer(Operation *op) {
  auto layer = dyn_cast_or_null<LayerOpInterface>(op);
  bool hasMaps = layer && llvm::all_of(layer->getOperandTypes(), hasMapShape) &&
                 llvm::all_of(layer->getResultTypes(), hasMapShape);
  return hasMaps ? layer : LayerOpInterface();
}

//===----------------------------------------------------------------------===//
// Layers with windows
//===----------------------------------------------------------------------===//

WindowAxes axesOf(LayerOpInterface layer) {
  WindowAxes axes = windowAxesOf(layer.getKernelShape());
  if (PoolAttr pool = layer.getFusedPool()) {
    axes[0].pooled = pool.getHeight();
    axes[1].pooled = pool.getWidth();
  }
  return axes;
}

/// Whether `layer` reads rows and columns under its windows, each once.
bool hasWindows(LayerOpInterface layer) {
  return isa<Conv2DOp, DepthwiseConv2DOp, MaxPool2DOp, SumPool2DOp>(layer) &&
         !layer.getKernelShape().repeatsRows();
}

void cropWindows(LayerOpInterface layer, const Area &made, const Area &read) {
  WindowAxes axes = axesOf(layer);
  for (int i : {0, 1})
    axes[i] = axes[i].cropped(made[i], read[i]);
  auto crop = [&](auto op) {
    op.setStride({axes[0].stride, axes[1].stride});
    op.setPad({axes[0].before, axes[0].after, axes[1].before, axes[1].after});
  };
  llvm::TypeSwitch<Operation *>(layer)
      .Case<Conv2DOp, DepthwiseConv2DOp, MaxPool2DOp, SumPool2DOp>(crop);
}

//===----------------------------------------------------------------------===//
// Other layers
//===----------------------------------------------------------------------===//

/// A program that asks for its row or column is told the one it had.
void cropProgram(ElementwiseOp op, const Area &made) {
  SmallVector<Operation *> asks;
  for (Operation &scalar : op.getBody().front())
    if (isa<RowOp, ColumnOp>(scalar))
      asks.push_back(&scalar);
  for (Operation *ask : asks) {
    const Places &places = made[isa<RowOp>(ask) ? 0 : 1];
    if (places.first == 0 && places.step == 1)
      continue;
    OpBuilder builder(op.getContext());
    builder.setInsertionPointAfter(ask);
    Location loc = ask->getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(builder, loc,
                                       builder.getI32IntegerAttr(value));
    };
    Value step = constant(places.step);
    Value first = constant(places.first);
    Value now = ask->getResult(0);
    auto times = arith::MulIOp::create(builder, loc, now, step);
    auto place = arith::AddIOp::create(builder, loc, times, first);
    now.replaceAllUsesExcept(place, times);
  }
}

std::array<GatherAxis, 2> axesOf(const GatherMap &map) {
  return {map.rows, map.columns};
}

/// What a gather along `axis` is for the outputs `made` and the inputs `read`.
GatherAxis cropped(GatherAxis axis, const Places &made, const Places &read) {
  axis.offset += made.first * axis.factor - read.first * axis.divisor;
  axis.factor *= made.step;
  return axis;
}

/// Whether the numbers of `cropped` stay in range, whatever is made and read.
bool canCrop(GatherOp op) {
  GatherMap map = GatherMap::get(op);
  auto in = cast<RankedTensorType>(op.getInput().getType());
  auto out = cast<RankedTensorType>(op.getOutput().getType());
  for (auto [i, axis] : llvm::enumerate(axesOf(map)))
    if (std::abs(axis.factor) * out.getDimSize(i + 1) + std::abs(axis.offset) +
            in.getDimSize(i + 1) * axis.divisor >
        maxGatherNumber)
      return false;
  return true;
}

Area readByGather(GatherOp op, const Area &made) {
  Area read = wholeOf(op.getInput());
  GatherMap map = GatherMap::get(op);
  // What is outside is then an element at the border.
  if (map.clamps)
    return read;
  std::array digits{map.digitRange(&GatherDigit::row),
                    map.digitRange(&GatherDigit::column)};
  for (auto [i, axis] : llvm::enumerate(axesOf(map))) {
    auto [least, most] =
        std::minmax({axis.at(made[i].first), axis.at(made[i].last())});
    least += digits[i].first;
    most += digits[i].second;
    read[i] = planning::clip({least, 1, most - least + 1}, read[i].count);
  }
  return read;
}

void cropGather(GatherOp op, const Area &made, const Area &read) {
  GatherMap map = GatherMap::get(op);
  auto numbersOf = [](const GatherAxis &axis) {
    return SmallVector<int64_t>{axis.factor, axis.offset, axis.divisor,
                                axis.step};
  };
  op.setRows(numbersOf(cropped(map.rows, made[0], read[0])));
  op.setColumns(numbersOf(cropped(map.columns, made[1], read[1])));
}

//===----------------------------------------------------------------------===//
// All layers of a function
//===----------------------------------------------------------------------===//

/// What is read of the maps of a function, found from the last to the first and
/// in places of the maps as they were.
class ReadAreas {
public:
  explicit ReadAreas(Block &network) {
    // Areas only grow, so there is an end.
    while (hasGrown) {
      hasGrown = false;
      for (Operation &op : llvm::reverse(network))
        if (LayerOpInterface layer = asLayer(&op))
          visit(layer);
    }
  }

  /// Of `map`, what its layer has to compute; of other maps all.
  Area of(Value map) const {
    return asLayer(map.getDefiningOp()) ? areas.lookup(map) : wholeOf(map);
  }

private:
  void visit(LayerOpInterface layer);
  void add(Value map, const Area &area);

  DenseMap<Value, Area> areas;
  bool hasGrown = true;
};

} // namespace

static bool isPointwise(LayerOpInterface layer) {
  return isa<ElementwiseOp, ConcatOp>(layer);
}

/// What `layer` computes if `asked` is read of its result.
static Area computedBy(LayerOpInterface layer, const Area &asked) {
  if (hasWindows(layer)) {
    WindowAxes axes = axesOf(layer);
    return {axes[0].computed(asked[0]), axes[1].computed(asked[1])};
  }
  auto gather = dyn_cast<GatherOp>(*layer);
  bool canBeLess = isPointwise(layer) || (gather && canCrop(gather));
  return canBeLess ? asked : wholeOf(layer->getResult(0));
}

/// What `layer` reads of `input` to compute `made`.
static Area readBy(LayerOpInterface layer, Value input, const Area &made) {
  Area whole = wholeOf(input);
  if (hasWindows(layer)) {
    WindowAxes axes = axesOf(layer);
    return {axes[0].readBy(made[0]), axes[1].readBy(made[1])};
  }
  if (auto gather = dyn_cast<GatherOp>(*layer))
    return canCrop(gather) ? readByGather(gather, made) : whole;
  if (!isPointwise(layer))
    return whole;
  // One row or column may be for all.
  return {whole[0].count > 1 ? made[0] : whole[0],
          whole[1].count > 1 ? made[1] : whole[1]};
}

void ReadAreas::add(Value map, const Area &area) {
  Area &all = areas[map];
  for (int axis : {0, 1}) {
    Places more = unite(all[axis], area[axis]);
    hasGrown |= !(more == all[axis]);
    all[axis] = more;
  }
}

void ReadAreas::visit(LayerOpInterface layer) {
  Value output = layer->getResult(0);
  if (output.use_empty() || !llvm::all_of(output.getUsers(), asLayer))
    add(output, wholeOf(output));
  // The inputs of a program have its shape, whatever others read of them.
  if (isPointwise(layer))
    for (Value input : layer->getOperands())
      for (auto [axis, whole] : llvm::enumerate(wholeOf(input))) {
        Area more;
        more[axis] = whole.count > 1 ? of(input)[axis] : Places();
        add(output, more);
      }
  add(output, computedBy(layer, areas.lookup(output)));
  for (Value input : layer->getOperands())
    add(input, readBy(layer, input, areas.lookup(output)));
}

/// Makes `layer` compute no more than `areas` says; those before it are done.
static void crop(LayerOpInterface layer, const ReadAreas &areas) {
  Value output = layer->getResult(0);
  Area made = areas.of(output);
  if (hasWindows(layer))
    cropWindows(layer, made, areas.of(layer->getOperand(0)));
  else if (auto program = dyn_cast<ElementwiseOp>(*layer))
    cropProgram(program, made);
  else if (auto gather = dyn_cast<GatherOp>(*layer))
    cropGather(gather, made, areas.of(gather.getInput()));
  auto type = cast<RankedTensorType>(output.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] = made[0].count;
  shape[2] = made[1].count;
  output.setType(type.clone(shape));
}

namespace {

struct CropMapsPass : rtwmc::impl::CropMapsBase<CropMapsPass> {
  void runOnOperation() override {
    getOperation().walk([](func::FuncOp function) {
      if (!llvm::hasSingleElement(function.getBody()))
        return;
      Block &network = function.getBody().front();
      ReadAreas areas(network);
      for (Operation &op : network)
        if (LayerOpInterface layer = asLayer(&op))
          crop(layer, areas);
      for (auto gather : llvm::make_early_inc_range(network.getOps<GatherOp>()))
        if (gather.getInput().getType() == gather.getOutput().getType() &&
            GatherMap::get(gather).movesNothing()) {
          gather.getOutput().replaceAllUsesWith(gather.getInput());
          gather.erase();
        }
    });
  }
};

} // namespace
