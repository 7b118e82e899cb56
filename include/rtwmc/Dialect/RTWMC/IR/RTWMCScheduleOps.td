//===- RTWMCScheduleOps.td - Rows, steps and the arena -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_SCHEDULE_OPS_TD
#define RTWMC_SCHEDULE_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def RTWMC_BufferOp : RTWMC_Op<"buffer", [
    MemoryEffects<[MemAlloc]>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "bytes of the arena, live over an interval of steps";
  let description = [{
    `offset` is in bytes from the start of the arena. The buffer is live from
    step `first` to step `last` of the schedule, both included. A ring's
    leading dimension is its capacity: row `r` of the map lives in slot
    `r mod capacity`. A `transient` buffer holds nothing between steps, so only
    the steps that use it count. One that is `intermittent` holds nothing from
    the last step that reads what was written to the next one that writes: room
    for one row. In the state of a pruner that is one a row is gathered by
    several steps.

    Example: two rows of a map of 4 x 2

    ```mlir
    %pool1 = rtwmc.buffer "pool1" at 0 live [0, 5] : memref<1x2x2x1xi8>
    ```
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$offset, I64Attr:$first,
    I64Attr:$last, UnitAttr:$transient, UnitAttr:$intermittent);
  let results = (outs AnyStaticShapeMemRef:$memref);
  let assemblyFormat = [{
    $name `at` $offset `live` `[` $first `,` $last `]`
    (`transient` $transient^)? (`intermittent` $intermittent^)? attr-dict `:` type($memref)
  }];
  let hasVerifier = 1;
}

def RTWMC_StepOp : RTWMC_Op<"step", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "computes one step of a kernel: a row of its output";
  let description = [{
    `kernel` is a function on whole maps that says what is computed; the step
    says which row is computed now and where the maps live. Its buffers are, in
    this order, as far as the kernel needs them (`listStepBuffers`):

    - for each argument: its rows; of a pruned one values, bitmap, the state of
      its reader, and room for a window unless windows are gathered anyway;
    - for the result: its rows; of a pruned one values, bitmap, the tiny buffer,
      the pruner's state, and room for a pixel unless rows are pooled first;
    - the layer's scratch.

    With `columns`, only so many columns of the row are computed, from `first` on.
    A buffer of rows may then be narrower than its map: it holds columns from the
    first that is written, or read, by these columns.

    Example:

    ```mlir
    rtwmc.step @pool1[%row] (%image, %pool1)
      : memref<1x8x4x1xi8>, memref<1x2x2x1xi8>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, I32:$index,
    Optional<I32>:$first, OptionalAttr<I64Attr>:$columns,
    Variadic<AnyStaticShapeMemRef>:$buffers);
  let builders = [
    OpBuilder<(ins "::mlir::FlatSymbolRefAttr":$kernel, "::mlir::Value":$index,
                   "::mlir::ValueRange":$buffers), [{
      build($_builder, $_state, kernel, index, /*first=*/{}, /*columns=*/{},
            buffers);
    }]>
  ];
  let hasVerifier = 1;
  let assemblyFormat = [{
    $kernel `[` $index `]` (`columns` `(` $first^ `for` $columns `)`)? `(` $buffers `)` attr-dict `:` type($buffers)
  }];
}

def RTWMC_Pointer : Type<
    CPred<"::llvm::isa<::mlir::LLVM::LLVMPointerType>($_self)">, "a pointer">,
    BuildableType<"::mlir::LLVM::LLVMPointerType::get($_builder.getContext())">;

def RTWMC_ReadRowOp : RTWMC_Op<"read_row"> {
  let summary = "asks the caller for a row of the network's input";
  let description = [{
    A step of `read_rows`: calls `callback`, an `int (*)(void *context, int32_t
    row, void *destination)` of C, for row `row` of `height`, which it writes to
    its slot in `rows`. If it returns anything but 0, the run ends and returns
    the same.

    Example: a ring of 3 of 96 rows

    ```mlir
    rtwmc.read_row %row of 96 from %callback(%context) into %rows
      : memref<1x3x96x3xi8>
    ```
  }];
  let arguments = (ins RTWMC_Pointer:$callback, RTWMC_Pointer:$context,
    I32:$row, I64Attr:$height, AnyStaticShapeMemRef:$rows);
  let assemblyFormat = [{
    $row `of` $height `from` $callback `(` $context `)` `into` $rows attr-dict `:` type($rows)
  }];
  let hasVerifier = 1;
}

def RTWMC_StopIfOp : RTWMC_Op<"stop_if"> {
  let summary = "ends a run that has failed";
  let description = [{
    Unless `status` is 0, the function returns it at once, out of whatever loops
    there are around (`rtwmc-lower-stops`).

    Example: see `rtwmc-lower-stops`

    ```mlir
    rtwmc.stop_if %status
    ```
  }];
  let arguments = (ins I32:$status);
  let assemblyFormat = "$status attr-dict";
}

#endif // RTWMC_SCHEDULE_OPS_TD
