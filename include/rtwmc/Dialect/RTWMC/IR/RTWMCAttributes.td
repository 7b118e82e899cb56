//===- RTWMCAttributes.td - Attributes of the rtwmc dialect -*- tablegen -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_ATTRIBUTES_TD
#define RTWMC_ATTRIBUTES_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.td"
include "mlir/IR/CommonAttrConstraints.td"

class RTWMC_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<RTWMC_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def RTWMC_Rounding : I32EnumAttr<"Rounding", "rounding mode of tosa.rescale", [
  I32EnumAttrCase<"Single", 0, "single">,
  I32EnumAttrCase<"Double", 1, "double">
]> {
  let cppNamespace = "::rtwmc";
  let genSpecializedAttr = 0;
}
def RTWMC_RoundingAttr : EnumAttr<RTWMC_Dialect, RTWMC_Rounding, "rounding">;

def RTWMC_Requantization : RTWMC_Attr<"Requantization", "requant"> {
  let summary = "how a 32-bit accumulator becomes an 8-bit element";
  let description = [{
    `out = clamp(rescale(acc, multiplier, shift) + zero_point, min, max)`, the
    exact `tosa.rescale` with `scale32 = true`, followed by `tosa.clamp`.
    `multiplier` and `shift` hold one value a channel, or one for all channels.

    Example:

    ```mlir
    #rtwmc.requant<[1073741824], [38], double, zero_point = -128,
                   range = [-128, 127]>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int32_t">:$multiplier,
    ArrayRefParameter<"int32_t">:$shift,
    "::rtwmc::Rounding":$rounding,
    "int32_t":$zeroPoint, "int32_t":$min, "int32_t":$max);
  let assemblyFormat = [{
    `<` `[` $multiplier `]` `,` `[` $shift `]` `,` $rounding `,`
    `zero_point` `=` $zeroPoint `,` `range` `=` `[` $min `,` $max `]` `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Multiplier of `channel`, whether stored once or per channel.
    int32_t getMultiplierOf(int64_t channel) const {
      return getMultiplier()[getMultiplier().size() == 1 ? 0 : channel];
    }
    /// Shift of `channel`, whether stored once or per channel.
    int32_t getShiftOf(int64_t channel) const {
      return getShift()[getShift().size() == 1 ? 0 : channel];
    }
  }];
}

def RTWMC_Reduction : I32EnumAttr<"Reduction", "what a fused pooling does", [
  I32EnumAttrCase<"Max", 0, "max">,
  I32EnumAttrCase<"Sum", 1, "sum">
]> {
  let cppNamespace = "::rtwmc";
  let genSpecializedAttr = 0;
}
def RTWMC_ReductionAttr
    : EnumAttr<RTWMC_Dialect, RTWMC_Reduction, "reduction">;

def RTWMC_Pool : RTWMC_Attr<"Pool", "pool"> {
  let summary = "a pooling that a layer applies to its pixels as they appear";
  let description = [{
    Windows do not overlap and are not padded; rows and columns that fill no
    window are not computed. `max` takes the largest 8-bit element, `sum` adds
    `element - zero_point` in 32 bits over the whole map.

    Example:

    ```mlir
    #rtwmc.pool<max, [2, 2], zero_point = 0>
    ```
  }];
  let parameters = (ins
    "::rtwmc::Reduction":$reduction, "int64_t":$height, "int64_t":$width,
    "int32_t":$zeroPoint);
  let assemblyFormat = [{
    `<` $reduction `,` `[` $height `,` $width `]` `,`
    `zero_point` `=` $zeroPoint `>`
  }];
  let genVerifyDecl = 1;
}

def RTWMC_Kernel : RTWMC_Attr<"Kernel", "kernel"> {
  let summary = "how a layer's accumulators are computed";
  let description = [{
    One of the variants of `lib/Kernels`, by name, and how many output channels
    and neighbouring columns it computes at once. Variants differ in speed and in
    constants, never in results. `rtwmc-choose-kernels` sets it; without it a
    layer is computed by its core's default. `scratch` is what the variant needs
    of RAM during a step, in bytes, a patch of the window included.

    Example:

    ```mlir
    #rtwmc.kernel<"smlad", channels = 4, columns = 1>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name,
    "int64_t":$channels, "int64_t":$columns,
    DefaultValuedParameter<"int64_t", "0">:$scratch);
  let assemblyFormat = [{
    `<` $name `,` `channels` `=` $channels `,` `columns` `=` $columns
        (`,` `scratch` `=` $scratch^)? `>`
  }];
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// How a map is pruned
//===----------------------------------------------------------------------===//

// Holds an enum of Planning/Enums.h, which has its spellings too.
class RTWMC_SpelledAttr<string enum, string attrMnemonic>
    : RTWMC_Attr<enum, attrMnemonic> {
  let parameters = (ins AttrParameter<"::rtwmc::" # enum, "a value">:$value);
  let assemblyFormat = "$value";
  let returnType = "::rtwmc::" # enum;
  let convertFromStorage = "$_self.getValue()";
  let constBuilderCall =
      "::rtwmc::" # enum # "Attr::get($_builder.getContext(), $0)";
}

def RTWMC_QuotaPolicyAttr : RTWMC_SpelledAttr<"QuotaPolicy", "quota_policy"> {
  let summary = "how many elements a batch must drop";
  let description = "`proportional` or `paper`, see `rtwmc.prune`.";
}

def RTWMC_PlanAttr : RTWMC_Attr<"Plan", "plan"> {
  let summary = "how the feature map an operation defines is to be pruned";
  let description = [{
    `rtwmc-plan` leaves it under the name `rtwmc.plan` on the operation that
    defines a map, `rtwmc-insert-pruning` turns it into `rtwmc.prune`. `drop`
    is the least number of elements to drop, `batch` the elements of the tiny
    buffer, `tau_q` the threshold in quantized steps, `zero` the map's zero
    point. `policy` and `order` may be left out if they are `proportional` and
    `nhwc`.

    Examples:

    ```mlir
    #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128>

    #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128,
                policy = paper, order = nchw>
    ```
  }];
  let parameters = (ins
    "int64_t":$drop, "int64_t":$batch, "int32_t":$tau_q, "int32_t":$zero,
    DefaultValuedParameter<"::rtwmc::QuotaPolicy",
                           "::rtwmc::QuotaPolicy::Proportional">:$policy,
    DefaultValuedParameter<"::rtwmc::StreamOrder",
                           "::rtwmc::StreamOrder::NHWC">:$order);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def RTWMC_Port : RTWMC_Attr<"Port", "port"> {
  let summary = "an input or an output of the network, as its callers see it";
  let description = [{
    `rtwmc-normalize-tosa` leaves one for each input and output on the network,
    as the arrays `rtwmc.inputs` and `rtwmc.outputs`: its name in the model, its
    type, signed or unsigned, its shape, and what its integers stand for,
    `scale * (integer - zero_point)`, where that is known. A front end that
    knows more than TOSA says leaves them there before.

    Examples:

    ```mlir
    #rtwmc.port<"image" : tensor<1x32x32x3xui8>,
                scale = 3.906250e-03 : f32, zero_point = 0>

    #rtwmc.port<"label" : tensor<1xi32>>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name,
    "::mlir::RankedTensorType":$type,
    OptionalParameter<"::mlir::FloatAttr">:$scale,
    DefaultValuedParameter<"int64_t", "0">:$zeroPoint);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def RTWMC_Variable : RTWMC_Attr<"Variable", "variable"> {
  let summary = "a value that a network keeps from run to run";
  let description = [{
    `rtwmc-lift-state` leaves one for each variable on the network, as the array
    `rtwmc.state`: its name in the model, its type and its value before the
    first run. The values are the last arguments of the network, and what
    becomes of them its last results.

    Example:

    ```mlir
    #rtwmc.variable<"frames", dense<-128> : tensor<1x2x1x4xi8>>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name,
    "::mlir::DenseElementsAttr":$initial);
  let assemblyFormat = "`<` $name `,` $initial `>`";
}

#endif // RTWMC_ATTRIBUTES_TD
