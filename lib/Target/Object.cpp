//===- Object.cpp - From LLVM IR to a proven object file ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Target/Object.h"

#include "Codegen.h"
#include "Libcalls.h"
#include "Linking.h"
#include "ObjectReader.h"
#include "Stack.h"
#include "rtwmc/Cores/CallsBack.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

namespace {

/// An object of which nothing is undefined, with its stack sizes.
struct WholeObject {
  SmallVector<char, 0> bytes;
  ObjectContents contents;
};

} // namespace

/// Optimizes `module` and adds helper functions until nothing is undefined.
static Expected<WholeObject> complete(Module &module, const Codegen &codegen,
                                      ArrayRef<std::string> entries) {
  if (Error error = codegen.optimize(module, entries))
    return error;
  // Helper functions call helper functions: the code generator says which.
  while (true) {
    auto bytes = codegen.emit(module, EmitKind::Object);
    if (!bytes)
      return bytes.takeError();
    Expected<ObjectContents> contents = readObject(*bytes, codegen.getCore());
    if (!contents)
      return contents.takeError();
    if (contents->undefined.empty())
      return WholeObject{std::move(*bytes), std::move(*contents)};
    if (Error error = linkLibcalls(module, codegen, contents->undefined))
      return error;
  }
}

/// The proof: fails if `contents` is not what an object may contain, and fills
/// in the stacks.
static Error prove(ObjectContents &contents) {
  if (!contents.writable.empty())
    return createStringError("writable data: " + join(contents.writable, ", "));
  for (const FunctionSize &function : contents.functions)
    if (function.frame < 0)
      return createStringError("the stack frame of function '" + function.name +
                               "' is not known");
  return computeStacks(contents.functions);
}

Expected<rtwmc::target::ObjectFile>
rtwmc::target::emitObject(std::unique_ptr<Module> module, const Core &core,
                          ArrayRef<std::string> entries, bool optimizeForSize) {
  Expected<Codegen> codegen = Codegen::create(core, optimizeForSize);
  if (!codegen)
    return codegen.takeError();
  Expected<WholeObject> whole = complete(*module, *codegen, entries);
  if (!whole)
    return whole.takeError();
  ObjectContents &contents = whole->contents;
  // A call pushes the return address on the host; Arm has it in a register.
  if (core.isHost())
    for (FunctionSize &function : contents.functions)
      if (function.frame >= 0)
        function.frame += core.pointerBits / 8;
  if (Error error = prove(contents))
    return error;

  // The stack sizes are ours, not the user's.
  auto bytes = removeNotes(whole->bytes, core);
  if (!bytes)
    return bytes.takeError();
  Expected<ObjectContents> final = readObject(*bytes, core);
  if (!final)
    return final.takeError();
  if (final->text != contents.text || !final->undefined.empty() ||
      !final->writable.empty())
    return createStringError("the object for " + core.name +
                             " is not the same without stack sizes");

  ObjectFile result;
  result.bytes = std::move(*bytes);
  result.code = contents.code;
  result.constants = contents.constants;
  result.functions = std::move(contents.functions);
  result.constantsByName = std::move(contents.constantsByName);
  result.stack = 0;
  for (StringRef entry : entries) {
    auto start = find_if(result.functions, [&](const FunctionSize &function) {
      return function.name == entry;
    });
    if (start == result.functions.end())
      return createStringError("the entry function '" + entry +
                               "' is not in the object");
    result.stack = std::max<int64_t>(result.stack, alignTo(start->stack, 8));
    if (module->getFunction(entry)->hasFnAttribute(callsBackAttrName))
      result.stackAtCallback = std::max<int64_t>(
          result.stackAtCallback.value_or(0), alignTo(start->frame, 8));
  }
  return result;
}

Expected<std::string> rtwmc::target::emitText(std::unique_ptr<Module> module,
                                              const Core &core,
                                              ArrayRef<std::string> entries,
                                              bool assembly,
                                              bool optimizeForSize) {
  Expected<Codegen> codegen = Codegen::create(core, optimizeForSize);
  if (!codegen)
    return codegen.takeError();
  Expected<WholeObject> whole = complete(*module, *codegen, entries);
  if (!whole)
    return whole.takeError();
  if (Error error = prove(whole->contents))
    return error;
  std::string text;
  if (assembly) {
    auto bytes = codegen->emit(*module, EmitKind::Assembly);
    if (!bytes)
      return bytes.takeError();
    text = removeStackNote(toStringRef(*bytes), core);
  } else {
    raw_string_ostream stream(text);
    module->print(stream, nullptr);
  }
  return text;
}
