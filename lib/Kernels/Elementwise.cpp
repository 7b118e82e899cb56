//===- Elementwise.cpp - Row kernels of scalar programs -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder/Instructions.h"
#include "Builder/Requantize.h"
#include "Input/Source.h"
#include "Layers.h"
#include "Output/Sink.h"
#include "ScalarPlane.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Where in the layer an element is.
struct Place {
  Value row, column, channel;
};

/// The scalar program of a layer, to be emitted once: its tables are in flash.
class Program {
public:
  Program(KernelContext &context, ElementwiseOp op)
      : b(context.builder), body(op.getBody().front()) {
    for (Operation &scalar : body.without_terminator())
      if (auto lookup = dyn_cast<LookupOp>(scalar))
        tables[lookup] = b.constantData(context.name + "_table",
                                        lookup.getTable(), widthOf(lookup));
  }

  /// Whether elements of a row are not all treated alike.
  bool readsPlace() const {
    return !body.getOps<ChannelOp>().empty() ||
           !body.getOps<ColumnOp>().empty();
  }

  /// Whether four elements can be computed at once.
  bool hasVectors() const;

  /// The result of the program on `elements`, which are at `place`; the
  /// elements may be vectors of four each, if the program has those.
  Value emit(ArrayRef<Value> elements, const Place &place);

private:
  static int64_t widthOf(LookupOp lookup) {
    return lookup.getTable().getElementType().getIntOrFloatBitWidth() / 8;
  }
  Value emit(ApplyScaleOp scale, Value value);
  Value emit(LookupOp lookup, Value index);

  KernelBuilder &b;
  Block &body;
  DenseMap<Operation *, LLVM::GlobalOp> tables;
};

bool Program::hasVectors() const {
  if (!b.core.mve)
    return false;
  return llvm::all_of(body.without_terminator(), [](Operation &scalar) {
    if (auto scale = dyn_cast<ApplyScaleOp>(scalar))
      return canScaleVectors(static_cast<int32_t>(scale.getMultiplier()),
                             static_cast<int32_t>(scale.getShift()));
    auto isWide = [](Type type) {
      return !type.isInteger() || type.getIntOrFloatBitWidth() > 32;
    };
    return isa<arith::ConstantOp>(scalar) ||
           (OpTrait::hasElementwiseMappableTraits(&scalar) &&
            llvm::none_of(scalar.getResultTypes(), isWide));
  });
}

Value Program::emit(ApplyScaleOp scale, Value value) {
  int64_t shift = scale.getShift();
  if (isa<VectorType>(value.getType()))
    return applyScaleToVector(b, value,
                              static_cast<int32_t>(scale.getMultiplier()),
                              static_cast<int32_t>(shift), scale.getRounding());
  Value multiplier = b.i32(static_cast<int32_t>(scale.getMultiplier()));
  return applyScale(b, value, multiplier, {b.i32(shift), shift},
                    scale.getRounding(), /*negativeIsClamped=*/false);
}

Value Program::emit(LookupOp lookup, Value index) {
  Value table = b.addressOf(tables[lookup]);
  Value at = b.offset(table, b.mul(index, widthOf(lookup)));
  return LLVM::LoadOp::create(b, lookup.getType(), at, widthOf(lookup));
}

/// The vector of four that stands for `type`.
static VectorType vectorOf(Type type) { return VectorType::get({4}, type); }

Value Program::emit(ArrayRef<Value> elements, const Place &place) {
  bool areVectors = isa<VectorType>(elements[0].getType());
  IRMapping mapping;
  mapping.map(body.getArguments(), elements);
  for (Operation &scalar : body.without_terminator()) {
    if (auto scale = dyn_cast<ApplyScaleOp>(scalar))
      mapping.map(scale.getResult(),
                  emit(scale, mapping.lookup(scale.getValue())));
    else if (auto lookup = dyn_cast<LookupOp>(scalar))
      mapping.map(lookup.getResult(),
                  emit(lookup, mapping.lookup(lookup.getIndex())));
    else if (auto which = dyn_cast<ChannelOp>(scalar))
      mapping.map(which.getResult(), place.channel);
    else if (auto which = dyn_cast<ColumnOp>(scalar))
      mapping.map(which.getResult(), place.column);
    else if (auto which = dyn_cast<RowOp>(scalar))
      mapping.map(which.getResult(), place.row);
    else if (auto constant = dyn_cast<arith::ConstantOp>(scalar);
             constant && areVectors)
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(
                      b, DenseElementsAttr::get(vectorOf(constant.getType()),
                                                constant.getValue())));
    else if (Operation *clone = b.clone(scalar, mapping); areVectors)
      for (Value result : clone->getResults())
        result.setType(vectorOf(result.getType()));
  }
  return mapping.lookupOrDefault(
      cast<YieldOp>(body.getTerminator()).getValue());
}

/// The inputs of a layer, in the order of its program's arguments.
class Elements {
public:
  Elements(KernelContext &context, ElementwiseOp op);

  /// Whether an input has one element for several positions.
  bool areBroadcast() const { return llvm::is_contained(broadcast, true); }
  /// The rows that step `step` reads.
  void findRows(Value step);
  /// The elements at column `x` and, of `channels` in a pixel, `channel`; with
  /// `areVectors` that and the next three.
  SmallVector<Value> load(Value x, Value channel, int64_t channels,
                          bool areVectors);
  /// Where those of channel `channel` are.
  SmallVector<Value> addresses(Value x, Value channel, int64_t channels);

private:
  Value address(const Source &source, Value row, Value x, Value channel);

  KernelBuilder &b;
  Block &body;
  SmallVector<Source> sources;
  SmallVector<bool> broadcast;
  SmallVector<Value> rows;
};

Elements::Elements(KernelContext &context, ElementwiseOp op)
    : b(context.builder), body(op.getBody().front()) {
  // Buffers come in the order of the kernel's arguments, each once.
  SmallVector<Source> byArgument;
  for (auto [index, argument] :
       llvm::enumerate(context.kernel.getArgumentTypes())) {
    if (index == getContinuedArgument(context.kernel))
      continue;
    bool hasChannels = getMapType(argument).getShape().back() > 1;
    byArgument.push_back(
        makeSource(context, index, 0, hasChannels ? context.channel : Value()));
  }
  SmallVector<int64_t> shape = op.getProgramShape();
  for (Value input : op.getInputs()) {
    sources.push_back(byArgument[argumentOf(input)]);
    broadcast.push_back(cast<RankedTensorType>(input.getType()).getShape() !=
                        ArrayRef(shape));
  }
}

void Elements::findRows(Value step) {
  for (const Source &source : sources)
    rows.push_back(source.row(b, source.height == 1 ? b.i32(0) : step));
}

/// Where an element is of an input with one element for several positions.
Value Elements::address(const Source &source, Value row, Value x,
                        Value channel) {
  if (source.width == 1)
    x = b.i32(0);
  if (source.onlyChannel)
    return source.element(b, row, x);
  Value index = b.mul(source.place(b, x), source.channels);
  if (source.channels > 1)
    index = b.add(index, channel);
  return b.offset(row, b.mul(index, source.elementBytes));
}

SmallVector<Value> Elements::addresses(Value x, Value channel,
                                       int64_t channels) {
  SmallVector<Value> result;
  Value first = b.mul(x, channels);
  for (auto [row, source, isBroadcast] : llvm::zip(rows, sources, broadcast)) {
    Value at;
    if (isBroadcast) {
      at = address(source, row, x, channel);
    } else if (source.onlyChannel) {
      at = source.element(b, row, x);
    } else {
      Value begin =
          source.firstColumn ? b.mul(source.place(b, x), channels) : first;
      Value index = b.mul(b.add(begin, channel), source.elementBytes);
      at = b.offset(row, index);
    }
    result.push_back(at);
  }
  return result;
}

SmallVector<Value> Elements::load(Value x, Value channel, int64_t channels,
                                  bool areVectors) {
  SmallVector<Value> result;
  SmallVector<Value> places = addresses(x, channel, channels);
  for (auto [at, source, argument] :
       llvm::zip(places, sources, body.getArguments())) {
    Type type = argument.getType();
    if (areVectors)
      type = vectorOf(type);
    result.push_back(LLVM::LoadOp::create(b, type, at, source.elementBytes));
  }
  return result;
}

} // namespace

/// Computes `count` elements behind each other, at the addresses `inputs`, to
/// `out`.
static void emitPlane(KernelBuilder &b, const ScalarPlane &self,
                      ArrayRef<Value> inputs, Value out, int64_t count) {
  const auto &[plane, ranges] = self;
  auto emit = [&](ValueRange pointers, int64_t elements) {
    SmallVector<Value> at;
    for (Value pointer : pointers)
      at.push_back(b.opaque(pointer));
    for (int64_t i = 0; i < elements; ++i) {
      Value x = b.loadByte(at[1], i, ranges.firstLow == 0);
      Value sum = b.add(b.mul(x, plane.first), plane.offset);
      if (at.size() > 2) {
        Value y = b.loadByte(at[2], i, ranges.secondLow == 0);
        sum = b.add(sum, b.mul(y, plane.second));
      }
      Value element = shiftAndClamp(b, sum, plane.shift, plane.min, plane.max);
      b.storeByte(element, at[0], i);
    }
    SmallVector<Value> next;
    for (Value pointer : at)
      next.push_back(b.offset(pointer, elements));
    return next;
  };
  int64_t atOnce = 4;
  for (int64_t fewer : {4, 3, 2})
    if (count % fewer == 0 && count % atOnce != 0)
      atOnce = fewer;
  SmallVector<Value> pointers{out};
  pointers.append(inputs.begin(), inputs.end());
  if (int64_t turns = count / atOnce) {
    Value end = b.offset(out, turns * atOnce);
    pointers = b.loopTo(end, turns, pointers, [&](ValueRange carried) {
      return emit(carried, atOnce);
    });
  }
  if (count % atOnce)
    emit(pointers, count % atOnce);
}

/// The reduction of what `compute` gives for each of `channels`.
static Value reduceChannels(KernelBuilder &b, Reduction reduction,
                            IntegerType type, int64_t channels,
                            function_ref<Value(Value channel)> compute) {
  bool isSum = reduction == Reduction::Sum;
  APInt start = isSum ? APInt::getZero(type.getWidth())
                      : APInt::getSignedMinValue(type.getWidth());
  Value first = arith::ConstantOp::create(b, b.getIntegerAttr(type, start));
  return b.loop(0, channels, first, [&](Value channel, ValueRange carried) {
    Value element = compute(channel);
    Value next =
        isSum ? arith::AddIOp::create(b, carried[0], element).getResult()
              : arith::MaxSIOp::create(b, carried[0], element).getResult();
    return SmallVector<Value>{next};
  })[0];
}

void rtwmc::buildElementwise(KernelContext &context, ElementwiseOp op) {
  KernelBuilder &b = context.builder;
  Program program(context, op);
  Elements elements(context, op);
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  auto type = cast<RankedTensorType>(op.getType());
  // Whole rows that are stored as they are, of elements that are treated alike,
  // need no pixels.
  std::optional<Reduction> reduction = op.getReduction();
  bool byPixel = !sink->holdsRow() || context.channel || context.columnCount ||
                 program.readsPlace() || elements.areBroadcast() || reduction;
  int64_t channels = op.getProgramShape().back();
  int64_t width =
      type.getNumElements() / getRows(type) / type.getShape().back();
  int64_t columns = byPixel ? context.countColumns(width) : 1;
  if (context.channel)
    channels = 1;
  if (!byPixel)
    channels *= width;
  int64_t outBytes = (type.getElementTypeBitWidth() + 7) / 8;
  elements.findRows(context.step);
  b.loop(0, columns, [&](Value index) {
    Value x = context.column(index);
    Value out = sink->pixel(b, x);
    auto compute = [&](Value channel, bool areVectors) {
      SmallVector<Value> scalars =
          elements.load(x, channel, channels, areVectors);
      return program.emit(
          scalars,
          {context.step, x, context.channel ? context.channel : channel});
    };
    auto store = [&](Value channel, bool areVectors) {
      Value result = compute(channel, areVectors);
      Value to = b.offset(out, b.mul(channel, outBytes));
      LLVM::StoreOp::create(b, result, to, outBytes);
    };
    if (reduction) {
      Value result = reduceChannels(
          b, *reduction, cast<IntegerType>(type.getElementType()), channels,
          [&](Value channel) { return compute(channel, false); });
      LLVM::StoreOp::create(b, result, out, outBytes);
      return sink->pixelDone(b, x);
    }
    int64_t done = 0;
    std::optional<ScalarPlane> plane;
    if (!byPixel && !program.hasVectors())
      plane = findScalarPlane(op);
    if (plane) {
      SmallVector<Value> inputs = elements.addresses(x, b.i32(0), channels);
      emitPlane(b, *plane, inputs, out, channels);
      done = channels;
    }
    if (!byPixel && program.hasVectors()) {
      b.loop(0, channels / 4,
             [&](Value index) { store(b.mul(index, 4), true); });
      done = channels / 4 * 4;
    }
    if (done < channels)
      b.loop(done, channels, [&](Value channel) { store(channel, false); });
    sink->pixelDone(b, x);
  });
  sink->stepDone(b);
}
