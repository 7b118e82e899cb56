//===- Libcalls.cpp - The helper functions of the code generator ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They are LLVM IR (Libcalls/*.ll) and skip the optimizer: it would recognize
// what, say, __clzsi2 computes, and make it call itself.
//
//===----------------------------------------------------------------------===//

#include "Libcalls.h"
#include "Stack.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

static constexpr StringLiteral armText =
#include "LibcallsArm.inc"
    ;
static constexpr StringLiteral hostText =
#include "LibcallsHost.inc"
    ;

Error rtwmc::target::linkLibcalls(Module &module, const Codegen &codegen,
                                  ArrayRef<std::string> names) {
  SMDiagnostic diagnostic;
  MemoryBufferRef text(codegen.getCore().isHost() ? hostText : armText, "");
  std::unique_ptr<Module> library =
      parseAssembly(text, diagnostic, module.getContext());
  if (!library)
    return createStringError("helper functions: " + diagnostic.getMessage());
  library->setDataLayout(module.getDataLayout());
  library->setTargetTriple(module.getTargetTriple());
  library->setSourceFileName(module.getSourceFileName());

  for (StringRef name : names) {
    Function *function = library->getFunction(name);
    if (!function || function->isDeclaration())
      return createStringError("undefined symbol: " + name);
  }
  for (Function &function : *library) {
    if (function.isDeclaration())
      continue;
    if (is_contained(names, function.getName()))
      codegen.setAttributes(function);
    else
      function.deleteBody();
  }
  for (Function &function : make_early_inc_range(*library))
    if (function.isDeclaration() && function.use_empty())
      function.eraseFromParent();
  if (Error error = checkModule(*library, codegen.getCore()))
    return error;
  if (Linker::linkModules(module, std::move(library)))
    return createStringError("the helper functions cannot be linked");
  for (StringRef name : names) {
    Function *function = module.getFunction(name);
    function->setLinkage(GlobalValue::InternalLinkage);
    function->setDSOLocal(true);
  }
  return Error::success();
}
