//===- RTWMCInterfaces.td - What every layer answers -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_INTERFACES_TD
#define RTWMC_INTERFACES_TD

include "mlir/IR/OpBase.td"

def RTWMC_LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::rtwmc";
  let description = [{
    A layer: an operation whose result is computed row by row by a kernel of
    ours. What planning, fusing and reporting must know of it is asked here,
    never by the operation's name.
  }];
  let methods = [
    InterfaceMethod<[{
      Windows, strides and sizes: what the planner derives the rows that are
      read, patches and cursors from.
    }], "::rtwmc::planning::KernelShape", "getKernelShape">,
    InterfaceMethod<[{
      What the field calls such a layer: the stem of its kernel's name.
    }], "::llvm::StringRef", "getNameStem">,
    InterfaceMethod<[{
      Multiply-accumulates of one inference.
    }], "int64_t", "countMacs", (ins), "", [{ return 0; }]>,
    InterfaceMethod<[{
      The pooling that the layer applies to its own pixels; null if none.
    }], "::rtwmc::PoolAttr", "getFusedPool", (ins), "", [{ return {}; }]>,
    InterfaceMethod<[{
      Lets the layer pool its own pixels; `pooled` is the type that its result
      then has. Fails without effect where it cannot, or pools already.
    }], "::llvm::LogicalResult", "fusePool",
      (ins "::rtwmc::PoolAttr":$pool, "::mlir::RankedTensorType":$pooled), "",
      [{ return ::mlir::failure(); }]>,
    InterfaceMethod<[{
      The zero point with which the layer reads its inputs, if it knows one.
    }], "::std::optional<int32_t>", "getReadZeroPoint", (ins), "",
      [{ return ::std::nullopt; }]>,
    InterfaceMethod<[{
      The zero point that the layer gives to its result, if it knows one.
    }], "::std::optional<int32_t>", "getWrittenZeroPoint", (ins), "",
      [{ return ::std::nullopt; }]>,
    InterfaceMethod<[{
      Whether elements of the result are elements of the inputs, so that it has
      their zero point, if all have the same.
    }], "bool", "keepsZeroPoint", (ins), "", [{ return false; }]>
  ];
  let extraSharedClassDeclaration = [{
    /// Whether windows may reach outside the input or skip elements, so that
    /// they are gathered into a patch of `kernel height x width x channels`.
    bool needsPatch() { return $_op.getKernelShape().needsPatch(); }
    /// Steps of one pass over the input: the layer's steps unless it runs by
    /// channel, then those of each channel.
    int64_t getPassSteps() { return $_op.getKernelShape().passSteps(); }
  }];
}

#endif // RTWMC_INTERFACES_TD
