//===- TfliteFile.cpp - What a .tflite file says of its boundary ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TfliteFile.h"
#include "rtwmc/Dialect/RTWMC/IR/Ports.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

static int32_t firstOf(ArrayRef<int32_t> tensors) {
  return tensors.empty() ? -1 : tensors.front();
}

/// The tensor of integers before or behind `index`, which `code` makes from
/// reals or reals from, through reshapes; -1 if there is none.
static int32_t beyond(const Model &model, int32_t index, Code code) {
  bool isForward = code == Code::Quantize;
  // Few moves in a row make sense, and a damaged file may have circles.
  for (int moves = 0; moves < 8 && index >= 0; ++moves) {
    int32_t moved = -1;
    for (const Operator &op : model.operators()) {
      int32_t mine = firstOf(isForward ? op.inputs : op.outputs);
      int32_t theirs = firstOf(isForward ? op.outputs : op.inputs);
      if (mine != index)
        continue;
      if (op.code == code)
        return theirs;
      if (isMove(op.code))
        moved = theirs;
    }
    index = moved;
  }
  return -1;
}

/// A port for each of `types`, as `tensors` are; none where their number
/// differs.
static SmallVector<Attribute> makePorts(const Model &model,
                                        ArrayRef<int32_t> tensors,
                                        TypeRange types, Code converts) {
  SmallVector<Attribute> result;
  if (tensors.size() != types.size())
    return result;
  for (auto [index, type] : llvm::zip(tensors, types)) {
    auto ranked = dyn_cast<RankedTensorType>(type);
    Tensor tensor = model.tensor(index);
    if (!ranked || !tensor.exists)
      return {};
    StringRef name = tensor.name;
    if (tensor.type == ElementType::Float32)
      tensor = model.tensor(beyond(model, index, converts));
    MLIRContext *context = type.getContext();
    FloatAttr scale;
    if (tensor.scale)
      scale = FloatAttr::get(Float32Type::get(context), *tensor.scale);
    result.push_back(
        PortAttr::get(context, name, ranked, scale, tensor.zeroPoint));
  }
  return result;
}

func::FuncOp rtwmc::soleFunction(ModuleOp module) {
  auto functions = module.getOps<func::FuncOp>();
  return llvm::hasSingleElement(functions) ? *functions.begin()
                                           : func::FuncOp();
}

void rtwmc::describeBoundary(const Model &model, ModuleOp module) {
  func::FuncOp network = soleFunction(module);
  if (!network)
    return;
  module.getContext()->getOrLoadDialect<RTWMCDialect>();
  OpBuilder builder(module.getContext());
  auto inputs = makePorts(model, model.inputs(), network.getArgumentTypes(),
                          Code::Quantize);
  auto outputs = makePorts(model, model.outputs(), network.getResultTypes(),
                           Code::Dequantize);
  if (!inputs.empty())
    network->setAttr(inputsAttrName, builder.getArrayAttr(inputs));
  if (!outputs.empty())
    network->setAttr(outputsAttrName, builder.getArrayAttr(outputs));
}

void rtwmc::describeLocations(const Model &model, StringRef path,
                              ModuleOp module) {
  MLIRContext *context = module.getContext();
  llvm::StringMap<const Operator *> writers;
  for (const Operator &op : model.operators())
    for (int32_t output : op.outputs)
      writers.try_emplace(model.tensor(output).name, &op);
  Location file = FileLineColLoc::get(context, path, 0, 0);
  module.walk([&](Operation *op) {
    Location place = file;
    if (auto name = dyn_cast<NameLoc>(op->getLoc())) {
      place = NameLoc::get(name.getName(), file);
      if (const Operator *writer = writers.lookup(name.getName()))
        place = FusedLoc::get({place},
                              StringAttr::get(context, model.describe(*writer)),
                              context);
    }
    op->setLoc(place);
  });
}
