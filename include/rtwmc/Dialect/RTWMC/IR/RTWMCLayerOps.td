//===- RTWMCLayerOps.td - Quantized layers -----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LAYER_OPS_TD
#define RTWMC_LAYER_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCInterfaces.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

//===----------------------------------------------------------------------===//
// Layers on whole maps, value semantics. All maps are nhwc with batch 1.
//===----------------------------------------------------------------------===//

/// `answers` are the methods of the interface whose default does not do.
class RTWMC_LayerOp<string mnemonic, list<string> answers = [],
                    list<Trait> traits = []>
    : RTWMC_Op<mnemonic, !listconcat([
        Pure, DeclareOpInterfaceMethods<RTWMC_LayerOpInterface, answers>],
        traits)>;

defvar RTWMC_ConvolutionAnswers = ["countMacs", "getFusedPool", "fusePool",
  "getReadZeroPoint", "getWrittenZeroPoint"];

def RTWMC_Conv2DOp : RTWMC_LayerOp<"conv2d", RTWMC_ConvolutionAnswers> {
  let summary = "quantized convolution";
  let description = [{
    `acc[y,x,o] = bias[o] + sum (input - input_zp) * (weight - weight_zp)` in
    32 bits with wrap-around, then `requant` (no `requant`: the accumulator
    itself is the result), then `pool` over the result. `weight` is
    `O x KH x KW x I`. `pad` is top, bottom, left, right; a negative number
    crops. Padding contributes nothing. `kernel` says how accumulators are
    computed, not what they are.

    The elements of the input are signed bytes, or with `input_unsigned` unsigned
    ones. The range of `requant` lies within those of either kind.

    Each row of the input counts as `row_repeat` rows that are alike, as if the
    input were that much higher: an enlarged map then need not hold any twice.

    Example:

    ```mlir
    %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<6x5x5x3xi8>,
      bias = dense<0> : tensor<6xi32>, stride = array<i64: 1, 1>,
      pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
      input_zp = -128 : i32, weight_zp = 0 : i32,
      requant = #rtwmc.requant<[1073741824], [38], double,
                               zero_point = -128, range = [-128, 127]>}
      : tensor<1x32x32x3xi8> -> tensor<1x28x28x6xi8>
    ```
  }];
  let arguments = (ins
    AnyStaticShapeTensor:$input, ElementsAttr:$weight, ElementsAttr:$bias,
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad,
    DenseI64ArrayAttr:$dilation, I32Attr:$input_zp, I32Attr:$weight_zp,
    OptionalAttr<RTWMC_Requantization>:$requant, OptionalAttr<RTWMC_Pool>:$pool,
    OptionalAttr<RTWMC_Kernel>:$kernel, UnitAttr:$input_unsigned,
    DefaultValuedAttr<I64Attr, "1">:$row_repeat);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Rows and columns of the convolution before any fused pooling.
    std::pair<int64_t, int64_t> getConvolvedSize();
  }];
}

def RTWMC_DepthwiseConv2DOp : RTWMC_LayerOp<"depthwise_conv2d",
                                           RTWMC_ConvolutionAnswers> {
  let summary = "quantized depthwise convolution";
  let description = [{
    Output channel `c * M + m` is the convolution of input channel `c` with
    filter `m` of it. `weight` is `KH x KW x C x M`. Everything else is as in
    `conv2d`.

    Example: two filters a channel; a row of padding, a column cropped

    ```mlir
    %2 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<2x2x6x2xi8>,
      bias = dense<0> : tensor<12xi32>, stride = array<i64: 1, 1>,
      pad = array<i64: 1, 1, 0, -1>, dilation = array<i64: 1, 1>,
      input_zp = -128 : i32, weight_zp = 0 : i32}
      : tensor<1x28x28x6xi8> -> tensor<1x29x26x12xi32>
    ```
  }];
  let arguments = RTWMC_Conv2DOp.arguments;
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let extraClassDeclaration = RTWMC_Conv2DOp.extraClassDeclaration;
}

def RTWMC_MaxPool2DOp : RTWMC_LayerOp<"max_pool2d", ["keepsZeroPoint"]> {
  let summary = "maximum over a window";
  let description = [{
    Elements of 8 or 16 bits. `pad` is top, bottom, left, right; a negative number
    crops. Elements there are `pad_value`, which by default never wins; those of
    16 bits are not padded.

    Example:

    ```mlir
    %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>,
      stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 1>}
      : tensor<1x7x6x2xi8> -> tensor<1x3x3x2xi8>
    ```
  }];
  let arguments = (ins
    AnyStaticShapeTensor:$input, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad,
    DefaultValuedAttr<I32Attr, "-128">:$pad_value);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def RTWMC_SumPool2DOp : RTWMC_LayerOp<"sum_pool2d"> {
  let summary = "sum over a window, in 32 bits";
  let description = [{
    `sum (input - input_zp)` over every window, as `i32`. Padding adds nothing;
    elements of 32 bits are not padded. An average pooling is this and a rescale;
    a global average needs one row of accumulators, whatever the size of its
    input.

    Example:

    ```mlir
    %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 3, 3>,
      stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
      input_zp = 4 : i32} : tensor<1x3x3x2xi8> -> tensor<1x1x1x2xi32>
    ```
  }];
  let arguments = (ins
    AnyStaticShapeTensor:$input, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad, I32Attr:$input_zp);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def RTWMC_ElementwiseOp : RTWMC_LayerOp<"elementwise", [],
    [IsolatedFromAbove, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "a scalar program applied to every element";
  let description = [{
    The region takes one element of each input, at the same position, and
    yields the element of the output. Inputs have the shape of the output, one
    at least; in the others a dimension may be 1 instead, along which its
    element is always the same. `row`, `column`, `channel` and `lookup` give
    programs constants that differ from place to place, and tables.

    With `reduction`, the output has one channel: the sum, with wrap-around, or
    the largest of what the program yields for the channels of a pixel.

    Example: a residual addition

    ```mlir
    %2 = rtwmc.elementwise %0, %1 {
    ^bb0(%a: i8, %b: i8):
      %3 = arith.extsi %a : i8 to i32
      %4 = arith.extsi %b : i8 to i32
      %5 = arith.addi %3, %4 : i32
      %6 = rtwmc.apply_scale %5 {multiplier = 1073741824 : i32,
                                 shift = 31 : i32, rounding = #rtwmc<rounding double>}
      %7 = arith.trunci %6 : i32 to i8
      rtwmc.yield %7 : i8
    } : (tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$inputs,
    OptionalAttr<RTWMC_ReductionAttr>:$reduction);
  let results = (outs AnyStaticShapeTensor:$output);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $inputs $body attr-dict `:` functional-type($inputs, $output)
  }];
  let hasRegionVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::Type":$type,
                                 "::mlir::ValueRange":$inputs), [{
    build($_builder, $_state, type, inputs, ReductionAttr());
  }]>];
  let extraClassDeclaration = [{
    /// The rows, columns and channels for which the program runs.
    ::llvm::SmallVector<int64_t> getProgramShape();
  }];
}

def RTWMC_ChannelOp : RTWMC_Op<"channel", [Pure,
    ParentOneOf<["ElementwiseOp"]>]> {
  let summary = "the channel of the element that a program computes";
  let description = [{
    Example: a bias for each channel

    ```mlir
    %3 = rtwmc.elementwise %2 {
    ^bb0(%a: i32):
      %b = rtwmc.channel
      %c = rtwmc.lookup %b in dense<[5, -7, 9, 0]> : tensor<4xi32> -> i32
      %d = arith.addi %a, %c : i32
      rtwmc.yield %d : i32
    } : (tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32>
    ```
  }];
  let results = (outs I32:$index);
  let assemblyFormat = "attr-dict";
}

class RTWMC_PlaceOp<string mnemonic> : RTWMC_Op<mnemonic, [Pure,
    ParentOneOf<["ElementwiseOp"]>]> {
  let summary = "the " # mnemonic # " of the element that a program computes";
  let results = (outs I32:$index);
  let assemblyFormat = "attr-dict";
}

def RTWMC_RowOp : RTWMC_PlaceOp<"row">;
def RTWMC_ColumnOp : RTWMC_PlaceOp<"column">;

def RTWMC_LookupOp : RTWMC_Op<"lookup", [Pure]> {
  let summary = "an element of a table";
  let description = [{
    `values[index]`; the index must be inside the table, of 8, 16 or 32-bit
    elements. Example: see `channel`.
  }];
  let arguments = (ins I32:$index, ElementsAttr:$values);
  let results = (outs AnyTypeOf<[I8, I16, I32]>:$element);
  let assemblyFormat = "$index `in` $values attr-dict `->` type($element)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let extraClassDeclaration = [{
    ::mlir::DenseElementsAttr getTable() {
      return ::llvm::cast<::mlir::DenseElementsAttr>(getValues());
    }
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$index,
                                 "::mlir::DenseElementsAttr":$values), [{
    build($_builder, $_state, values.getElementType(), index, values);
  }]>];
}

def RTWMC_ConcatOp : RTWMC_LayerOp<"concat", ["keepsZeroPoint"]> {
  let summary = "maps side by side, channel after channel";
  let description = [{
    The channels of the first input, then those of the second, and so on. All
    have the same rows, columns and elements of 8, 16 or 32 bits.

    Example:

    ```mlir
    %2 = rtwmc.concat %0, %1
      : (tensor<1x8x8x4xi8>, tensor<1x8x8x2xi8>) -> tensor<1x8x8x6xi8>
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$inputs);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = [{
    $inputs attr-dict `:` functional-type($inputs, $output)
  }];
  let hasVerifier = 1;
}

def RTWMC_GatherOp : RTWMC_LayerOp<"gather", ["keepsZeroPoint"]> {
  let summary = "elements of a map in other places";
  let description = [{
    Pads, slices, channel shuffles, space-to-depth and back, nearest neighbours:
    each element is one of the input, of 8, 16 or 32 bits, or `fill`.

    `rows` and `columns` are a factor, an offset, a divisor and a step. Row `y`
    of the output begins with row `(y * factor + offset) floordiv divisor` of
    the input, and with as many times `step` channels as the remainder says.
    `channels` is four numbers for each digit of an output channel, the first
    digit being the most significant: how many values the digit has, and what
    each one more adds to the row, the column and the channel of the input.
    `first_channel` is added to the channel.

    With `clamp` the rows and columns outside the input are those at its border.
    Otherwise elements there are `fill`, and so are channels outside the input,
    which may be if `channels` is one digit that counts channels.

    Example: groups of channels shuffled, then a column added on the right

    ```mlir
    %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 1, 0>,
      columns = array<i64: 1, 0, 1, 0>,
      channels = array<i64: 3, 0, 0, 1, 2, 0, 0, 3>}
      : tensor<1x8x8x6xi8> -> tensor<1x8x8x6xi8>
    %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 1, 0>,
      columns = array<i64: 1, 0, 1, 0>, channels = array<i64: 6, 0, 0, 1>,
      fill = 4 : i32} : tensor<1x8x8x6xi8> -> tensor<1x8x9x6xi8>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$input,
    DenseI64ArrayAttr:$rows, DenseI64ArrayAttr:$columns,
    DenseI64ArrayAttr:$channels,
    DefaultValuedAttr<I64Attr, "0">:$first_channel,
    DefaultValuedAttr<I32Attr, "0">:$fill, UnitAttr:$clamp);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def RTWMC_ReadRowsOp : RTWMC_LayerOp<"read_rows", ["keepsZeroPoint"]> {
  let summary = "an input that the caller gives row by row";
  let description = [{
    The same elements in the same order, as the shape of the result divides them
    into rows. Each step of the schedule asks the caller for a row, and for each
    row once, from the first to the last (`read_row`).

    Example: an input over time, which a network reads along its columns

    ```mlir
    %1 = rtwmc.read_rows %0 : tensor<1x1x128x3xi8> -> tensor<1x128x1x3xi8>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$input);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def RTWMC_YieldOp : RTWMC_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["ElementwiseOp"]>]> {
  let summary = "the element an `elementwise` yields";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def RTWMC_ApplyScaleOp : RTWMC_Op<"apply_scale",
    [Pure, SameOperandsAndResultType]> {
  let summary = "TOSA's apply_scale_32 with constant multiplier and shift";
  let description = [{
    `(value * multiplier + round) >> shift` in 64 bits, where `round` is
    `1 << (shift - 1)`, and with double rounding and `shift > 31` also
    `1 << 30` with the sign of `value` (TOSA 1.0, apply_scale_32).

    Example:

    ```mlir
    %6 = rtwmc.apply_scale %5 {multiplier = 1073741824 : i32,
                               shift = 31 : i32, rounding = #rtwmc<rounding double>}
    ```
  }];
  let arguments = (ins I32:$value, I32Attr:$multiplier, I32Attr:$shift,
    RTWMC_RoundingAttr:$rounding);
  let results = (outs I32:$result);
  let assemblyFormat = "$value attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // RTWMC_LAYER_OPS_TD
