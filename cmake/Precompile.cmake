# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# MLIR's headers and the dialect's take longer to read than our files to compile.
# With RTWMC_PRECOMPILE_HEADERS they are read once for a whole build. A compiler
# cache works better without. To be included after all targets are defined.
option(RTWMC_PRECOMPILE_HEADERS "Read the headers that most files include once" OFF)
if(NOT RTWMC_PRECOMPILE_HEADERS)
  return()
endif()

target_precompile_headers(obj.RTWMCDialect PRIVATE
  <llvm/ADT/STLExtras.h>
  <llvm/ADT/StringExtras.h>
  <llvm/ADT/TypeSwitch.h>
  <llvm/IR/Module.h>
  <llvm/Support/FormatVariadic.h>
  <llvm/Support/MathExtras.h>
  <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/Dialect/Func/IR/FuncOps.h>
  <mlir/Dialect/LLVMIR/LLVMDialect.h>
  <mlir/Dialect/MemRef/IR/MemRef.h>
  <mlir/Dialect/SCF/IR/SCF.h>
  <mlir/Dialect/Tensor/IR/Tensor.h>
  <mlir/Dialect/Tosa/IR/TosaOps.h>
  <mlir/IR/BuiltinOps.h>
  <mlir/IR/IRMapping.h>
  <mlir/IR/Matchers.h>
  <mlir/Interfaces/FunctionInterfaces.h>
  <mlir/Pass/Pass.h>
  <mlir/Pass/PassManager.h>
  <mlir/Transforms/DialectConversion.h>
  <mlir/Transforms/GreedyPatternRewriteDriver.h>
  <rtwmc/Dialect/RTWMC/IR/RTWMC.h>
  <rtwmc/Dialect/RTWMC/IR/Kernel.h>)

get_property(libraries GLOBAL PROPERTY MLIR_EXPORTS)
list(TRANSFORM libraries PREPEND obj.)
list(REMOVE_ITEM libraries obj.RTWMCDialect)
foreach(target ${libraries} rtwmc-compile rtwmc-opt rtwmc-lsp-server)
  if(TARGET ${target})
    target_precompile_headers(${target} REUSE_FROM obj.RTWMCDialect)
  endif()
endforeach()
