//===- SplitStrips.cpp - Kernels for strips of columns --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/SplitStrips.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"

namespace rtwmc {
#define GEN_PASS_DEF_SPLITSTRIPS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;
using planning::ColumnRange;
using planning::LayerStrip;
using planning::SegmentLayer;

namespace {

RankedTensorType withColumns(Type type, int64_t columns) {
  auto map = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(map.getShape());
  shape[2] = columns;
  return map.clone(shape);
}

/// Makes the calls of a segment calls of kernels for its strips.
class Splitter {
public:
  Splitter(ModuleOp module, const Segment &segment)
      : symbols(module), segment(segment),
        builder(segment.calls.back()->getContext()) {}

  void split(ArrayRef<planning::Strip> strips);

private:
  /// What `layer` makes in a strip; `made` is what those before it made, and
  /// `before` the segment's result without this strip.
  Value callStrip(size_t layer, const planning::Strip &strip,
                  ArrayRef<Value> made, Value before);
  /// The kernel of `layer` for one strip of it.
  func::FuncOp makeKernel(size_t layer, const planning::Strip &strip);
  /// Lets `op` compute `self`.
  void narrow(LayerOpInterface op, const SegmentLayer &layer,
              const LayerStrip &self);
  /// Lets `op`, fully connected, sum what a strip of its input adds.
  void narrowFullyConnected(Conv2DOp op, ColumnRange columns);
  /// Makes the layer's result a part of the map that was the kernel's.
  void putInto(func::FuncOp kernel, Type map, bool isSum, int64_t first,
               RequantizationAttr requant);

  func::FuncOp kernelOf(size_t layer) {
    return symbols.lookup<func::FuncOp>(
        func::CallOp(segment.calls[layer]).getCallee());
  }

  SymbolTable symbols;
  const Segment &segment;
  OpBuilder builder;
  /// How many strips there are, and the one that is made.
  size_t count = 0, number = 0;
};

} // namespace

void Splitter::narrow(LayerOpInterface op, const SegmentLayer &layer,
                      const LayerStrip &self) {
  int64_t columns = self.output.count();
  bool isSum = layer.sumsColumns();
  if (auto pad = op->getAttrOfType<DenseI64ArrayAttr>("pad")) {
    SmallVector<int64_t> sides(pad.asArrayRef());
    sides[2] = self.padLeft;
    sides[3] = self.padRight;
    op->setAttr("pad", builder.getDenseI64ArrayAttr(sides));
  }
  if (auto sum = dyn_cast<SumPool2DOp>(op.getOperation()); sum && isSum)
    sum.setKernel({sum.getKernel()[0], columns});
  if (PoolAttr pool = op.getFusedPool(); pool && isSum)
    op->setAttr("pool",
                PoolAttr::get(builder.getContext(), Reduction::Sum,
                              pool.getHeight(), columns, pool.getZeroPoint()));
  Value result = op->getResult(0);
  result.setType(withColumns(result.getType(), isSum ? 1 : columns));
  if (auto conv = dyn_cast<Conv2DOp>(op.getOperation());
      conv && isSum && !op.getFusedPool())
    narrowFullyConnected(conv, self.output);
}

/// The filters in columns `columns` of their window.
static DenseElementsAttr takeFilters(DenseElementsAttr weight,
                                     ColumnRange columns) {
  auto type = cast<RankedTensorType>(weight.getType());
  int64_t width = type.getDimSize(2), channels = type.getDimSize(3);
  SmallVector<int8_t> taken;
  for (auto [index, value] : llvm::enumerate(weight.getValues<int8_t>()))
    if (int64_t column = int64_t(index) / channels % width;
        column >= columns.first && column < columns.end)
      taken.push_back(value);
  return DenseElementsAttr::get(withColumns(type, columns.count()),
                                ArrayRef(taken));
}

/// What the input's zero point takes from the accumulators of each channel.
static SmallVector<int32_t> zeroPointSums(Conv2DOp op,
                                          DenseElementsAttr weight) {
  int64_t channels = weight.getType().getDimSize(0);
  int64_t each = weight.getNumElements() / channels;
  SmallVector<int32_t> sums(channels, 0);
  for (auto [index, value] : llvm::enumerate(weight.getValues<int8_t>()))
    sums[int64_t(index) / each] += value - int32_t(op.getWeightZp());
  for (int32_t &sum : sums)
    sum = static_cast<int32_t>(int64_t(sum) * int32_t(op.getInputZp()));
  return sums;
}

void Splitter::narrowFullyConnected(Conv2DOp op, ColumnRange columns) {
  auto whole = cast<DenseElementsAttr>(op.getWeight());
  DenseElementsAttr weight = takeFilters(whole, columns);
  SmallVector<int32_t> ofStrip = zeroPointSums(op, weight);
  SmallVector<int32_t> ofAll = zeroPointSums(op, whole);
  // The first strip starts where all of them would; a bias that leaves nothing
  // to start is what the others have.
  SmallVector<int32_t> bias(ofStrip);
  if (number == 0)
    for (auto [channel, given] : llvm::enumerate(
             cast<DenseElementsAttr>(op.getBias()).getValues<int32_t>()))
      bias[channel] = static_cast<int32_t>(int64_t(given) - ofAll[channel] +
                                           ofStrip[channel]);
  auto biasType = cast<RankedTensorType>(op.getBias().getType());
  op.setWeightAttr(weight);
  op.setBiasAttr(DenseElementsAttr::get(biasType, ArrayRef(bias)));
  op.removeRequantAttr();
  auto result = cast<RankedTensorType>(op.getType());
  op.getResult().setType(result.clone(builder.getI32Type()));
}

void Splitter::putInto(func::FuncOp kernel, Type map, bool isSum, int64_t first,
                       RequantizationAttr requant) {
  Block &body = kernel.front();
  bool goesOn = number > 0, isLast = number + 1 == count;
  Operation *end = body.getTerminator();
  Location loc = kernel.getLoc();
  Value part = end->getOperand(0);
  Type partial = requant ? part.getType() : map;
  Value into = goesOn ? body.addArgument(partial, loc) : Value();
  builder.setInsertionPoint(end);
  if (!isSum)
    end->setOperand(0,
                    PutColumnsOp::create(builder, loc, map, part, first, into));
  else if (requant && isLast)
    end->setOperand(
        0, FinishSumsOp::create(builder, loc, map, part, into, requant));
  else if (goesOn)
    end->setOperand(0, AddSumsOp::create(builder, loc, part, into));
}

func::FuncOp Splitter::makeKernel(size_t index, const planning::Strip &strip) {
  const SegmentLayer &layer = segment.layers[index];
  const LayerStrip &self = strip[index];
  func::FuncOp kernel = kernelOf(index);
  Type map = kernel.getResultTypes()[0];
  auto copy = cast<func::FuncOp>(kernel->clone());
  copy.setName((kernel.getName() + "_s" + Twine(number)).str());
  symbols.insert(copy, kernel->getIterator());
  StripOf{kernel.getName().str(), int64_t(number), self.output, layer.macs}.set(
      copy);
  Block &body = copy.front();
  LayerOpInterface op = getLayer(copy);
  builder.setInsertionPointToStart(&body);
  for (BlockArgument argument : body.getArguments()) {
    size_t input = 0;
    while (op->getOperand(input) != argument)
      ++input;
    int producer = layer.inputs[input].producer;
    ColumnRange there = producer < 0 ? ColumnRange{0, layer.inputs[input].width}
                                     : strip[producer].output;
    ColumnRange read = self.inputs[input];
    argument.setType(withColumns(argument.getType(), there.count()));
    if (read == there)
      continue;
    auto take = TakeColumnsOp::create(
        builder, copy.getLoc(), withColumns(argument.getType(), read.count()),
        argument, read.first - there.first);
    argument.replaceAllUsesExcept(take, take);
  }
  auto requant = layer.shape.accumulatesRows()
                     ? op->getAttrOfType<RequantizationAttr>("requant")
                     : RequantizationAttr();
  narrow(op, layer, self);
  if (index + 1 == segment.layers.size())
    putInto(copy, map, layer.sumsColumns(), self.output.first, requant);
  copy.setType(builder.getFunctionType(
      body.getArgumentTypes(), body.getTerminator()->getOperandTypes()));
  return copy;
}

Value Splitter::callStrip(size_t index, const planning::Strip &strip,
                          ArrayRef<Value> made, Value before) {
  func::CallOp call = segment.calls[index];
  bool isLast = index + 1 == segment.layers.size();
  func::FuncOp kernel = makeKernel(index, strip);
  SmallVector<Value> operands;
  for (Value operand : call.getOperands()) {
    auto *producer = llvm::find(segment.calls, operand.getDefiningOp());
    operands.push_back(producer == segment.calls.end()
                           ? operand
                           : made[producer - segment.calls.begin()]);
  }
  if (isLast && before)
    operands.push_back(before);
  builder.setInsertionPoint(segment.calls.back());
  return func::CallOp::create(builder, call.getLoc(), kernel, operands)
      .getResult(0);
}

void Splitter::split(ArrayRef<planning::Strip> strips) {
  Value before;
  count = strips.size();
  for (const planning::Strip &strip : strips) {
    SmallVector<Value> made;
    for (size_t layer = 0; layer < segment.layers.size(); ++layer)
      made.push_back(callStrip(layer, strip, made, before));
    before = made.back();
    ++number;
  }
  func::CallOp last = segment.calls.back();
  SmallVector<func::FuncOp> kernels;
  for (size_t layer = 0; layer < segment.layers.size(); ++layer)
    kernels.push_back(kernelOf(layer));
  last.getResult(0).replaceAllUsesWith(before);
  for (func::CallOp call : llvm::reverse(segment.calls))
    call.erase();
  for (func::FuncOp kernel : kernels)
    symbols.erase(kernel);
}

static LogicalResult splitSegment(ModuleOp module,
                                  const StripSetting &setting) {
  auto fail = [&] {
    return emitError(UnknownLoc::get(module.getContext()))
           << "strips=" << setting.str() << ": ";
  };
  func::FuncOp network = findNetwork(module);
  if (!network || network.getBody().getBlocks().size() != 1)
    return module.emitError("expects one function, the network, of one block");
  SmallVector<func::CallOp> calls = listCalls(network);
  SmallVector<StringRef> names;
  for (func::CallOp call : calls)
    names.push_back(call.getCallee());
  size_t begin = llvm::find(names, setting.first) - names.begin();
  size_t end = llvm::find(names, setting.last) - names.begin() + 1;
  for (auto [at, name] :
       {std::pair(begin, &setting.first), std::pair(end - 1, &setting.last)})
    if (at == names.size())
      return fail() << "the network has no layer '" << *name << "'; it has "
                    << llvm::join(names, ", ");
  if (begin >= end)
    return fail() << "'" << setting.last << "' is computed before '"
                  << setting.first << "'";
  Segment segment;
  if (std::string problem = segment.read(calls, begin, end); !problem.empty())
    return fail() << problem;
  auto strips = planning::splitIntoStrips(segment.layers, setting.count);
  if (!strips)
    return fail() << strips.error();
  Splitter(module, segment).split(*strips);
  return success();
}

LogicalResult rtwmc::splitStrips(ModuleOp module,
                                 ArrayRef<StripSetting> settings) {
  for (const StripSetting &setting : settings)
    if (failed(splitSegment(module, setting)))
      return failure();
  return success();
}

namespace {

struct SplitStripsPass : rtwmc::impl::SplitStripsBase<SplitStripsPass> {
  using SplitStripsBase::SplitStripsBase;

  void runOnOperation() override {
    SmallVector<StripSetting> settings;
    for (const std::string &text : strips) {
      std::optional<StripSetting> setting = StripSetting::parse(text);
      if (!setting) {
        getOperation().emitError("strips=")
            << text << ": expects FIRST:LAST:COUNT";
        return signalPassFailure();
      }
      settings.push_back(*setting);
      numStrips += setting->count;
    }
    if (failed(splitStrips(getOperation(), settings)))
      signalPassFailure();
  }
};

} // namespace
