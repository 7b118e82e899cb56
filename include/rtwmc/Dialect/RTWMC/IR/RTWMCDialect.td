//===- RTWMCDialect.td - The rtwmc dialect -----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_TD
#define RTWMC_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def RTWMC_Dialect : Dialect {
  let name = "rtwmc";
  let cppNamespace = "::rtwmc";
  let summary = "Run-time working-memory compression of quantized networks";
  let description = [{
    The dialect has three levels, each a refinement of the one above:

    - *pruning*: `prune` turns a feature map into a `!rtwmc.pruned` value that
      holds at most `keep` elements, `unprune` turns it back;
    - *layers*: quantized layers (`conv2d`, `max_pool2d`, ...) whose
      accumulation, requantization and clamp are one operation;
    - *streaming*: what runs on the device. Kernels compute rows, buffers have
      offsets in one arena, and a pruned map is a tiny buffer, a selection, a
      bitmap and a packed store (Wang et al. 2021, Figure 2).
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

class RTWMC_Op<string mnemonic, list<Trait> traits = []>
    : Op<RTWMC_Dialect, mnemonic, traits>;

#endif // RTWMC_DIALECT_TD
