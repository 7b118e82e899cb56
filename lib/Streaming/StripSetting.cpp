//===- StripSetting.cpp - What is to be in strips, and what is ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/SplitStrips.h"

using namespace mlir;
using namespace rtwmc;

std::optional<StripSetting> StripSetting::parse(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ':');
  StripSetting setting;
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty() ||
      parts[2].getAsInteger(10, setting.count))
    return std::nullopt;
  setting.first = parts[0];
  setting.last = parts[1];
  return setting;
}

std::string StripSetting::str() const {
  return first + ":" + last + ":" + std::to_string(count);
}

std::optional<StripOf> StripOf::get(func::FuncOp kernel) {
  auto members = kernel->getAttrOfType<DictionaryAttr>(stripAttrName);
  if (!members)
    return std::nullopt;
  auto of = members.getAs<StringAttr>("of");
  auto number = members.getAs<IntegerAttr>("strip");
  auto first = members.getAs<IntegerAttr>("first");
  auto end = members.getAs<IntegerAttr>("end");
  auto macs = members.getAs<IntegerAttr>("macs");
  if (!of || !number || !first || !end || !macs)
    return std::nullopt;
  return StripOf{
      of.str(), number.getInt(), {first.getInt(), end.getInt()}, macs.getInt()};
}

void StripOf::set(func::FuncOp kernel) const {
  Builder builder(kernel.getContext());
  NamedAttrList members;
  members.set("of", builder.getStringAttr(this->kernel));
  members.set("strip", builder.getI64IntegerAttr(number));
  members.set("first", builder.getI64IntegerAttr(columns.first));
  members.set("end", builder.getI64IntegerAttr(columns.end));
  members.set("macs", builder.getI64IntegerAttr(macs));
  kernel->setAttr(stripAttrName, members.getDictionary(kernel.getContext()));
}
