//===- ShareCode.cpp - What kernels have in common ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShareCode.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace rtwmc;

void rtwmc::shareConstants(ModuleOp module) {
  SmallVector<LLVM::GlobalOp> globals(module.getOps<LLVM::GlobalOp>());
  DenseMap<std::pair<Attribute, int64_t>, LLVM::GlobalOp> kept;
  DenseMap<StringAttr, LLVM::GlobalOp> sameAs;
  // Those that were made first come last.
  for (LLVM::GlobalOp global : llvm::reverse(globals)) {
    Attribute value = global.getValueAttr();
    if (!value || !global.getConstant() ||
        global.getLinkage() != LLVM::Linkage::Internal)
      continue;
    std::pair key(value, int64_t(global.getAlignment().value_or(0)));
    auto [known, isNew] = kept.try_emplace(key, global);
    if (!isNew)
      sameAs[global.getSymNameAttr()] = known->second;
  }
  module.walk([&](LLVM::AddressOfOp address) {
    if (LLVM::GlobalOp same =
            sameAs.lookup(address.getGlobalNameAttr().getAttr()))
      address.setGlobalName(same.getSymName());
  });
  for (LLVM::GlobalOp global : globals)
    if (sameAs.contains(global.getSymNameAttr()))
      global.erase();
}

/// The functions that kernels have made for themselves.
static SmallVector<func::FuncOp> listLeaves(ModuleOp module) {
  DenseSet<StringAttr> called;
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(codeOfAttrName))
      function.walk([&](func::CallOp call) {
        called.insert(call.getCalleeAttr().getAttr());
      });
  SmallVector<func::FuncOp> leaves;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPrivate() && !function.isDeclaration() &&
        called.contains(function.getSymNameAttr()))
      leaves.push_back(function);
  return leaves;
}

/// Leaves one of the leaves that have the same body; whether there were any.
static bool shareLeaves(ModuleOp module) {
  DenseMap<StringAttr, func::FuncOp> sameAs;
  SmallVector<func::FuncOp> kept;
  for (func::FuncOp leaf : listLeaves(module)) {
    auto *same = llvm::find_if(kept, [&](func::FuncOp other) {
      return other.getFunctionType() == leaf.getFunctionType() &&
             OperationEquivalence::isRegionEquivalentTo(
                 &other.getBody(), &leaf.getBody(),
                 OperationEquivalence::IgnoreLocations);
    });
    if (same == kept.end())
      kept.push_back(leaf);
    else
      sameAs[leaf.getSymNameAttr()] = *same;
  }
  module.walk([&](func::CallOp call) {
    if (func::FuncOp same = sameAs.lookup(call.getCalleeAttr().getAttr()))
      call.setCallee(same.getSymName());
  });
  for (auto function :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (sameAs.contains(function.getSymNameAttr()))
      function.erase();
  return !sameAs.empty();
}

void rtwmc::shareStrips(ModuleOp module) {
  // Where leaves are the same, those that call them may be as well.
  while (shareLeaves(module))
    ;
}
