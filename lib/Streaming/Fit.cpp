//===- Fit.cpp - Which plan fits a budget ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Fit.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace rtwmc;

void Fit::set(func::FuncOp network) const {
  Builder builder(network.getContext());
  NamedAttrList members;
  if (budget)
    members.set("budget", builder.getI64IntegerAttr(*budget));
  if (lossless)
    members.set("lossless", builder.getUnitAttr());
  if (optimizeForSize)
    members.set("optimize_for_size", builder.getUnitAttr());
  members.set("arena", builder.getI64IntegerAttr(arena));
  members.set("stack", builder.getI64IntegerAttr(stack));
  network->setAttr(fitAttrName, members.getDictionary(network.getContext()));
}

FailureOr<std::optional<Fit>> Fit::get(func::FuncOp network) {
  Attribute attribute = network->getAttr(fitAttrName);
  if (!attribute)
    return std::optional<Fit>();
  auto fail = [&] {
    return network.emitError("expects attribute '")
           << fitAttrName << "' as rtwmc-fit leaves it, got " << attribute;
  };
  auto members = dyn_cast<DictionaryAttr>(attribute);
  if (!members)
    return fail();
  Fit fit;
  std::optional<int64_t> arena, stack;
  for (NamedAttribute member : members) {
    StringRef name = member.getName();
    auto number = dyn_cast<IntegerAttr>(member.getValue());
    bool isBytes = number && number.getType().isSignlessInteger(64) &&
                   number.getInt() >= 0;
    if (name == "budget" && isBytes)
      fit.budget = number.getInt();
    else if (name == "arena" && isBytes)
      arena = number.getInt();
    else if (name == "stack" && isBytes)
      stack = number.getInt();
    else if (name == "lossless" && isa<UnitAttr>(member.getValue()))
      fit.lossless = true;
    else if (name == "optimize_for_size" && isa<UnitAttr>(member.getValue()))
      fit.optimizeForSize = true;
    else
      return fail();
  }
  if (!arena || !stack)
    return fail();
  fit.arena = *arena;
  fit.stack = *stack;
  return std::optional(fit);
}
