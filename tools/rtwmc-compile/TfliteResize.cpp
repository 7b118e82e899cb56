//===- TfliteResize.cpp - Resizes as TensorFlow Lite does them ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TensorFlow Lite finds the nearest pixel in floating point and takes the floor
// of it, where TOSA rounds a fraction. It interpolates by 1024ths of a pixel,
// whatever the ratio, and rounds halves away from zero. Both can be said in
// TOSA, but the converter writes the ratio and TOSA's own rounding.
//
//===----------------------------------------------------------------------===//

#include "TfliteRepairs.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Verifier.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

namespace {

/// One axis of a resize, of TOSA 1.0: pixel `i` is at
/// `(i * denominator + offset) / numerator`.
struct Axis {
  int64_t input = 0, output = 0;
  int64_t numerator = 0, denominator = 0, offset = 0;

  /// What the verifier wants to see of the last pixel.
  int64_t border() const {
    return (output - 1) * denominator - (input - 1) * numerator + offset;
  }
};

/// The flags of both operators.
struct Flags {
  bool alignsCorners, hasHalfPixelCenters;
};

} // namespace

static std::optional<SmallVector<int64_t>> constantShape(Value value,
                                                         int64_t size) {
  auto shape = value.getDefiningOp<tosa::ConstShapeOp>();
  if (!shape || shape.getValues().getNumElements() != size)
    return std::nullopt;
  return SmallVector<int64_t>(shape.getValues().getValues<int64_t>());
}

/// Rows and columns; nothing where they are not known.
static std::optional<std::array<Axis, 2>> readAxes(tosa::ResizeOp resize) {
  auto input = dyn_cast<RankedTensorType>(resize.getInput().getType());
  auto output = dyn_cast<RankedTensorType>(resize.getType());
  auto scale = constantShape(resize.getScale(), 4);
  auto offset = constantShape(resize.getOffset(), 2);
  if (!input || !output || input.getRank() != 4 || output.getRank() != 4 ||
      !scale || !offset)
    return std::nullopt;
  std::array<Axis, 2> axes;
  for (auto [dim, axis] : llvm::enumerate(axes)) {
    axis = {input.getDimSize(dim + 1), output.getDimSize(dim + 1),
            (*scale)[2 * dim], (*scale)[2 * dim + 1], (*offset)[dim]};
    constexpr int64_t most = 16384;
    if (axis.input < 1 || axis.output < 1 || axis.input > most ||
        axis.output > most || axis.numerator < 1)
      return std::nullopt;
  }
  return axes;
}

static LogicalResult writeAxes(tosa::ResizeOp resize,
                               const std::array<Axis, 2> &axes) {
  OpBuilder builder(resize);
  auto constant = [&](ArrayRef<int64_t> values) -> Value {
    return tosa::ConstShapeOp::create(
        builder, resize.getLoc(),
        tosa::shapeType::get(builder.getContext(), values.size()),
        builder.getIndexTensorAttr(values));
  };
  auto [rows, columns] = axes;
  Value scale = constant({rows.numerator, rows.denominator, columns.numerator,
                          columns.denominator});
  Value offset = constant({rows.offset, columns.offset});
  Value border = constant({rows.border(), columns.border()});
  resize.getScaleMutable().assign(scale);
  resize.getOffsetMutable().assign(offset);
  resize.getBorderMutable().assign(border);
  return verify(resize);
}

//===----------------------------------------------------------------------===//
// To the nearest
//===----------------------------------------------------------------------===//

/// The pixels that TensorFlow Lite takes (GetNearestNeighbor, in its
/// precision), one for each of the output.
static SmallVector<int64_t> wantedPixels(Flags flags, const Axis &axis) {
  float scale =
      static_cast<float>(axis.input) / static_cast<float>(axis.output);
  if (flags.alignsCorners && axis.output > 1)
    scale = static_cast<float>(axis.input - 1) /
            static_cast<float>(axis.output - 1);
  float offset = flags.hasHalfPixelCenters ? 0.5F : 0.0F;
  SmallVector<int64_t> pixels;
  for (int64_t i = 0; i < axis.output; ++i) {
    float at = (static_cast<float>(i) + offset) * scale;
    at = flags.alignsCorners ? std::round(at) : std::floor(at);
    pixels.push_back(
        std::clamp<int64_t>(static_cast<int64_t>(at), 0, axis.input - 1));
  }
  return pixels;
}

/// Those that TOSA takes.
static SmallVector<int64_t> takenPixels(const Axis &axis) {
  SmallVector<int64_t> pixels;
  for (int64_t i = 0; i < axis.output; ++i) {
    int64_t twice = 2 * (i * axis.denominator + axis.offset) + axis.numerator;
    int64_t at = llvm::divideFloorSigned(twice, 2 * axis.numerator);
    pixels.push_back(std::clamp<int64_t>(at, 0, axis.input - 1));
  }
  return pixels;
}

/// Rounding takes the floor of what lies half a pixel before.
static LogicalResult repairNearest(Flags flags, tosa::ResizeOp resize) {
  auto refuse = [&] {
    return resize.emitError("the converter writes a resize that takes other "
                            "pixels; let half_pixel_centers be true");
  };
  auto axes = readAxes(resize);
  if (!axes)
    return refuse();
  for (Axis &axis : *axes) {
    SmallVector<int64_t> wanted = wantedPixels(flags, axis);
    if (takenPixels(axis) == wanted)
      continue;
    axis.offset -= axis.numerator / 2;
    if (takenPixels(axis) != wanted)
      return refuse();
  }
  return writeAxes(resize, *axes);
}

//===----------------------------------------------------------------------===//
// Bilinear
//===----------------------------------------------------------------------===//

/// ResizeBilinearInteger of TensorFlow Lite: a pixel has 1024 parts.
static void setWantedParts(Flags flags, Axis &axis) {
  constexpr int64_t parts = 1024;
  int64_t input = axis.input, output = axis.output;
  if (flags.alignsCorners && output > 1) {
    --input;
    --output;
  }
  axis.numerator = parts;
  axis.denominator = (parts * input + output / 2) / output;
  axis.offset =
      flags.hasHalfPixelCenters ? axis.denominator / 2 - parts / 2 : 0;
}

/// The sum has 20 bits behind the point: `rescale` drops them.
static void roundHalvesAway(tosa::ResizeOp resize, tosa::RescaleOp rescale) {
  OpBuilder builder(rescale);
  Location loc = rescale.getLoc();
  Type type = resize.getType();
  // Halves are rounded up: negative ones are not halves when they are 1 less.
  Value minusOne = tosa::ClampOp::create(
      builder, loc, type, resize, builder.getI32IntegerAttr(-1),
      builder.getI32IntegerAttr(0),
      tosa::NanPropagationModeAttr::get(builder.getContext(),
                                        tosa::NanPropagationMode::PROPAGATE));
  Value sum = tosa::AddOp::create(builder, loc, type, resize, minusOne);
  auto constant = [&](IntegerAttr value) -> Value {
    auto type = RankedTensorType::get(1, value.getType());
    return tosa::ConstOp::create(builder, loc, type,
                                 DenseElementsAttr::get(type, value));
  };
  Value multiplier = constant(builder.getI32IntegerAttr(1 << 30));
  Value shift = constant(builder.getI8IntegerAttr(20 + 30));
  rescale.getInputMutable().assign(sum);
  rescale.getMultiplierMutable().assign(multiplier);
  rescale.getShiftMutable().assign(shift);
}

static LogicalResult repairBilinear(Flags flags, tosa::ResizeOp resize) {
  auto axes = readAxes(resize);
  auto rescale = resize->hasOneUse()
                     ? dyn_cast<tosa::RescaleOp>(*resize->user_begin())
                     : tosa::RescaleOp();
  auto isOf = [](Value value, unsigned bits) {
    return getElementTypeOrSelf(value.getType()).isSignlessInteger(bits);
  };
  if (!axes || !rescale || !isOf(resize.getInput(), 8) || !isOf(resize, 32) ||
      !isOf(rescale, 8) || !rescale.getScale32() ||
      rescale.getRoundingMode() != tosa::RoundingMode::SINGLE_ROUND)
    return resize.emitError("the converter writes a resize that rounds in "
                            "another way, which is mended for int8 only");
  for (Axis &axis : *axes)
    setWantedParts(flags, axis);
  roundHalvesAway(resize, rescale);
  return writeAxes(resize, *axes);
}

LogicalResult rtwmc::repairResizes(const Model &model, ModuleOp module) {
  llvm::SmallPtrSet<Operation *, 4> known;
  for (const Operator &op : model.operators()) {
    bool isNearest = op.code == Code::ResizeNearestNeighbor;
    if (!isNearest && op.code != Code::ResizeBilinear)
      continue;
    // Of a bilinear one, its first field, the new height, is obsolete.
    unsigned first = isNearest ? 0 : 2;
    Flags flags{op.options.scalar<int8_t>(first) != 0,
                op.options.scalar<int8_t>(first + 1) != 0};
    for (Operation *each :
         findConverted<tosa::ResizeOp>(module, model.resultOf(op).name)) {
      auto resize = cast<tosa::ResizeOp>(each);
      if (!known.insert(each).second)
        continue;
      if (failed(isNearest ? repairNearest(flags, resize)
                           : repairBilinear(flags, resize)))
        return failure();
    }
  }
  WalkResult result = module.walk([&](tosa::ResizeOp resize) {
    if (known.contains(resize))
      return WalkResult::advance();
    resize.emitError("which pixels the model takes cannot be told: the "
                     "converter lost the name of its result");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}
