//===- RTWMCPruningOps.td - Pruned maps and their streaming *- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PRUNING_OPS_TD
#define RTWMC_PRUNING_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Whole maps, with value semantics
//===----------------------------------------------------------------------===//

def RTWMC_PruneOp : RTWMC_Op<"prune", [Pure]> {
  let summary = "drops the least elements of a feature map, batch by batch";
  let description = [{
    Walks the map in stream order, in batches of `batch` elements (the last may
    be shorter). Of a batch of `b` elements at least the quota `q` is dropped,
    where `R` is what is still owed of `drop` and `rem` the elements not yet
    produced, this batch included:

    - policy `proportional` (the default): `q = ceil(R * b / rem)`;
    - policy `paper`: `q = min(R, b, max(P_b, R - (rem - b)))`. `P_b` starts at
      `ceil(drop / T)`, `T` being the number of batches, and becomes
      `ceil(R' / batches left)` after a batch of which more than `q` elements
      were dropped.

    An element is below the threshold if its magnitude `|x - zero|` is less
    than `tau_q`. If more than `q` elements of the batch are, these are
    dropped, else the `q` of least magnitude, the earlier first among equals.

    Both policies drop at least `drop` elements whatever the data, so
    `keep = N - drop` values are room enough. The second result is the number
    really kept; it is smaller where the threshold drops more than it must.

    Into a type with `unit = row` each row is pruned so, on its own.

    Pruning what was pruned already is not the identity:
    `prune(unprune(p))` may drop other elements than `p` lacks.

    Example:

    ```mlir
    %pruned, %kept = rtwmc.prune %map, drop = 2023, batch = 10, tau_q = 1
      : tensor<1x28x28x6xi8>
        -> !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
    ```
  }];
  let arguments = (ins
    AnyRankedTensor:$input,
    I64Attr:$drop,
    I64Attr:$batch,
    I32Attr:$tau_q,
    DefaultValuedAttr<RTWMC_QuotaPolicyAttr,
                      "::rtwmc::QuotaPolicy::Proportional">:$policy);
  let results = (outs RTWMC_PrunedType:$pruned, Index:$kept);
  let builders = [
    // Prunes a static map as `plan` says.
    OpBuilder<(ins "::mlir::Value":$input, "::rtwmc::PlanAttr":$plan)>
  ];
  let assemblyFormat = [{
    $input `,` `drop` `=` $drop `,` `batch` `=` $batch `,` `tau_q` `=` $tau_q
    (`,` `policy` `=` `` $policy^)? attr-dict `:` type($input) `->` qualified(type($pruned))
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// The order in which the map is walked.
    ::rtwmc::StreamOrder getOrder() { return getPruned().getType().getOrder(); }
    /// The number of batches of a unit, `T`.
    int64_t getNumBatches();
  }];
}

def RTWMC_UnpruneOp : RTWMC_Op<"unprune", [Pure]> {
  let summary = "reads a pruned map back, its zero for dropped elements";
  let description = [{
    Example:

    ```mlir
    %map = rtwmc.unprune %pruned
      : !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
        -> tensor<1x28x28x6xi8>
    ```
  }];
  let arguments = (ins RTWMC_PrunedType:$pruned);
  let results = (outs AnyStaticShapeTensor:$map);
  let assemblyFormat = [{
    $pruned attr-dict `:` qualified(type($pruned)) `->` type($map)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// Streaming: Figure 2 of the paper, one operation for each of its boxes
//===----------------------------------------------------------------------===//

def RTWMC_ByteBuffer : MemRefRankOf<[I8], [1]>;

def RTWMC_QuotaOp : RTWMC_Op<"quota", [Pure]> {
  let summary = "how many elements a batch must drop at least";
  let description = [{
    `owed` elements remain to be dropped out of `remaining` that are still to
    come, the batch of `count` elements included; `owed <= remaining`.

    - `proportional`: `ceil(owed * count / remaining)`, 0 if nothing remains;
    - `paper`: `min(owed, count, max(per_batch, owed - (remaining - count)))`.

    The product must fit into 32 bits, which `rtwmc.prune` verifies.

    Examples:

    ```mlir
    %q = rtwmc.quota proportional %owed of %remaining, %count

    %r = rtwmc.quota paper %owed of %remaining, %count per_batch %pb
    ```
  }];
  let arguments = (ins
    RTWMC_QuotaPolicyAttr:$policy, Index:$owed, Index:$remaining, Index:$count,
    Optional<Index>:$per_batch);
  let results = (outs Index:$quota);
  let assemblyFormat = [{
    $policy $owed `of` $remaining `,` $count (`per_batch` $per_batch^)?
    attr-dict
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def RTWMC_NextQuotaOp : RTWMC_Op<"next_quota", [Pure]> {
  let summary = "the paper's P_b after a batch";
  let description = [{
    `ceil(owed / batches)` if `dropped > quota` and `batches > 0`, else
    `per_batch`. `owed` and `batches` are what remains after the batch.

    Example:

    ```mlir
    %next = rtwmc.next_quota %pb dropped %dropped of %q owed %owed, %batches
    ```
  }];
  let arguments = (ins
    Index:$per_batch, Index:$dropped, Index:$quota, Index:$owed,
    Index:$batches);
  let results = (outs Index:$next);
  let assemblyFormat = [{
    $per_batch `dropped` $dropped `of` $quota `owed` $owed `,` $batches
    attr-dict
  }];
  let hasFolder = 1;
}

def RTWMC_SelectLeastOp : RTWMC_Op<"select_least"> {
  let summary = "selects the elements of a batch that are dropped";
  let description = [{
    Reads the first `count` elements of the tiny buffer. The result stands for
    a set of them: every element whose magnitude `|x - zero_point|` is less
    than `threshold`, and the first `ties` of those whose magnitude equals it.

    The set holds the elements whose magnitude is less than `tau_q` if they
    are more than `quota`, else the `quota` elements of least magnitude, the
    earlier first among equals. Which of several pairs that stand for this set
    is returned depends on the selection method.

    Selecting by threshold and ties needs no place for the positions of the
    selected elements, so a lowering may do without the paper's Top-K cache.
    `at_most` bounds the quota, which is also the size of the cache for the
    lowering that uses one; without it the size of the buffer is the bound.

    Example:

    ```mlir
    %threshold, %ties = rtwmc.select_least %q of %buffer[%count], tau_q = 1,
      zero_point = -128 : memref<10xi8>
    ```
  }];
  let arguments = (ins
    Index:$quota,
    Arg<RTWMC_ByteBuffer, "the tiny buffer", [MemRead]>:$buffer,
    Index:$count,
    I32Attr:$tau_q,
    I32Attr:$zero_point,
    OptionalAttr<I64Attr>:$at_most);
  let results = (outs I32:$threshold, Index:$ties);
  let assemblyFormat = [{
    $quota `of` $buffer `[` $count `]` `,` `tau_q` `=` $tau_q
    `,` `zero_point` `=` $zero_point (`,` `at_most` `=` $at_most^)?
    attr-dict `:` type($buffer)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The largest quota there can be, or nullopt if nothing bounds it.
    std::optional<int64_t> getQuotaBound();
  }];
}

def RTWMC_AppendOp : RTWMC_Op<"append"> {
  let summary = "packs the surviving elements of a batch, marks the others";
  let description = [{
    Walks the first `count` elements of the tiny buffer in order. Element `j`
    is dropped if its magnitude `|x - zero_point|` is less than `threshold`,
    or equals it and fewer than `ties` such elements came before. A dropped
    element sets bit `position + j` of the bitmap (least significant bit of a
    byte first), which must be clear before; the others are stored in `values`
    from index `kept` on.

    `new_kept` is `kept` and the survivors, `dropped` the number of the others.

    Example:

    ```mlir
    %new_kept, %dropped = rtwmc.append %buffer[%count], %threshold, %ties
      into %values[%kept], %bitmap[%position], zero_point = -128
      : memref<10xi8> into memref<2681xi8>, memref<588xi8>
    ```
  }];
  let arguments = (ins
    Arg<RTWMC_ByteBuffer, "the tiny buffer", [MemRead]>:$buffer,
    Index:$count, I32:$threshold, Index:$ties,
    Arg<RTWMC_ByteBuffer, "the packed values", [MemWrite]>:$values,
    Index:$kept,
    Arg<RTWMC_ByteBuffer, "the bitmap", [MemRead, MemWrite]>:$bitmap,
    Index:$position,
    I32Attr:$zero_point);
  let results = (outs Index:$new_kept, Index:$dropped);
  let assemblyFormat = [{
    $buffer `[` $count `]` `,` $threshold `,` $ties
    `into` $values `[` $kept `]` `,` $bitmap `[` $position `]`
    `,` `zero_point` `=` $zero_point attr-dict
    `:` type($buffer) `into` type($values) `,` type($bitmap)
  }];
  let hasVerifier = 1;
}

def RTWMC_ReadBackOp : RTWMC_Op<"read_back"> {
  let summary = "reads one element of a pruned map through a cursor";
  let description = [{
    Reads the element at `position` of the stream, given its rank, the number
    of kept elements before it: `zero_point` if its bit is set, else
    `values[rank]`. `new_rank` is the rank of the next element.

    Example:

    ```mlir
    %value, %new_rank = rtwmc.read_back %values[%rank], %bitmap[%i],
      zero_point = -128 : memref<2681xi8>, memref<588xi8>
    ```
  }];
  let arguments = (ins
    Arg<RTWMC_ByteBuffer, "the packed values", [MemRead]>:$values,
    Index:$rank,
    Arg<RTWMC_ByteBuffer, "the bitmap", [MemRead]>:$bitmap,
    Index:$position,
    I32Attr:$zero_point);
  let results = (outs I8:$value, Index:$new_rank);
  let assemblyFormat = [{
    $values `[` $rank `]` `,` $bitmap `[` $position `]`
    `,` `zero_point` `=` $zero_point attr-dict
    `:` type($values) `,` type($bitmap)
  }];
  let hasVerifier = 1;
}

#endif // RTWMC_PRUNING_OPS_TD
