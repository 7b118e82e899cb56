//===- Stack.cpp - Worst-case stack, and what makes one known -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stack.h"

#include "rtwmc/Cores/CallsBack.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

static Error checkCall(const CallBase &call) {
  const Function *caller = call.getFunction();
  if (const auto *assembly = dyn_cast<InlineAsm>(call.getCalledOperand())) {
    // A barrier is no code; of anything else the stack is not known.
    if (StringRef(assembly->getAsmString()).trim().empty())
      return Error::success();
    return createStringError("function '" + caller->getName() +
                             "' contains inline assembly, whose use of the "
                             "stack is not known");
  }
  const Value *called = call.getCalledOperand()->stripPointerCasts();
  const auto *callee = dyn_cast<Function>(called);
  if (isa<Argument>(called) && !caller->hasLocalLinkage() &&
      caller->hasFnAttribute(callsBackAttrName))
    return Error::success();
  if (!callee)
    return createStringError("function '" + caller->getName() +
                             "' calls through a pointer, so its stack is not "
                             "known");
  if (callee == caller)
    return createStringError("recursion: " + caller->getName() + " -> " +
                             caller->getName());
  return Error::success();
}

static Error checkAlloca(const AllocaInst &slot, const Core &core) {
  StringRef name = slot.getFunction()->getName();
  if (!slot.isStaticAlloca())
    return createStringError(
        "function '" + name +
        "' allocates an amount of stack that is not fixed");
  MaybeAlign limit = slot.getDataLayout().getStackAlignment();
  if (limit && slot.getAlign() > *limit)
    return createStringError(
        "function '" + name + "' needs a stack slot aligned to " +
        Twine(slot.getAlign().value()) + " bytes; the stack of " + core.name +
        " is aligned to " + Twine(limit->value()));
  return Error::success();
}

Error rtwmc::target::checkModule(const Module &module, const Core &core) {
  if (!module.getModuleInlineAsm().empty())
    return createStringError("the module contains assembly, whose use of the "
                             "stack is not known");
  for (const GlobalVariable &global : module.globals())
    if (!global.isDeclaration() && !global.isConstant() &&
        global.getSection() != "llvm.metadata")
      return createStringError("writable data: '" + global.getName() + "'");
  for (const Function &function : module) {
    for (const Instruction &instruction : instructions(function)) {
      if (const auto *call = dyn_cast<CallBase>(&instruction))
        if (Error error = checkCall(*call))
          return error;
      if (const auto *slot = dyn_cast<AllocaInst>(&instruction))
        if (Error error = checkAlloca(*slot, core))
          return error;
    }
  }
  return Error::success();
}

namespace {

/// Depth-first over the calls; `path` is the chain that leads to a function.
class StackSearch {
public:
  explicit StackSearch(std::vector<FunctionSize> &functions)
      : functions(functions), state(functions.size(), State::New) {
    for (auto [index, function] : enumerate(functions))
      indices[function.name] = index;
  }

  Error visit(size_t index) {
    FunctionSize &function = functions[index];
    if (state[index] == State::Done)
      return Error::success();
    path.push_back(function.name);
    if (state[index] == State::Open) {
      auto first = llvm::find(path, function.name);
      return createStringError("recursion: " +
                               join(make_range(first, path.end()), " -> "));
    }
    state[index] = State::Open;
    int64_t deepest = 0;
    for (const std::string &callee : function.callees) {
      size_t target = indices.lookup(callee);
      if (Error error = visit(target))
        return error;
      deepest = std::max(deepest, functions[target].stack);
    }
    function.stack = function.frame + deepest;
    state[index] = State::Done;
    path.pop_back();
    return Error::success();
  }

private:
  enum class State { New, Open, Done };

  std::vector<FunctionSize> &functions;
  std::vector<State> state;
  StringMap<size_t> indices;
  std::vector<std::string> path;
};

} // namespace

Error rtwmc::target::computeStacks(std::vector<FunctionSize> &functions) {
  StackSearch search(functions);
  for (size_t index = 0; index < functions.size(); ++index)
    if (Error error = search.visit(index))
      return error;
  return Error::success();
}
