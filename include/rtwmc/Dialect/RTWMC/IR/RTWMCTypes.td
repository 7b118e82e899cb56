//===- RTWMCTypes.td - Types of the rtwmc dialect ----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TYPES_TD
#define RTWMC_TYPES_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.td"

class RTWMC_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<RTWMC_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

def RTWMC_PrunedType : RTWMC_Type<"Pruned", "pruned"> {
  let summary = "an int8 feature map that stores at most `keep` elements";
  let description = [{
    A feature map of `N` elements of which at least `N - keep` were dropped.
    What is stored is the kept values in stream order and a bitmap of `N` bits
    (bit `i` at byte `i / 8`, least significant first, 1 = dropped). A dropped
    element reads back as `zero`, the map's zero point.

    With `unit = row` each row (the pixels of one height) is such a sequence of
    its own: `N` and `keep` are those of a row, and every row has `keep` bytes
    of values and a bitmap that begins at a byte. Rows can then be stored in a
    ring and forgotten one by one.

    Elements are `i8` because the whole scheme is about bytes: the magnitude
    `|q - zero|` by which elements are selected has 8 bits, and one bit of
    bitmap pays for itself only against a small element.

    How elements are selected (threshold, batch, quota policy) is a matter of
    the operation that prunes and not of the type. The stream order is part of
    the type, because whoever reads the map back must walk it in the order in
    which it was written: `nhwc` (raster order, the default) or `nchw` (channel
    by channel, as the paper flattens a map whose dimensions are still listed
    as n, h, w, c).

    The type deliberately is neither a tensor with an encoding nor a
    TensorLikeType: upstream passes drop an encoding without a word, and
    `bufferize` would turn the value into a dense buffer. It is lowered
    one-to-many to its two buffers.

    Examples:

    ```mlir
    !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>

    !rtwmc.pruned<1x10x10x32xi8, keep = 2506, zero = 4, order = nchw>

    !rtwmc.pruned<1x28x28x6xi8, keep = 100, zero = -128, unit = row>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$shape,
    "::mlir::Type":$elementType,
    "int64_t":$keep,
    "int32_t":$zero,
    "::rtwmc::StreamOrder":$order,
    "::rtwmc::PruneUnit":$unit);
  let builders = [
    TypeBuilderWithInferredContext<(ins
      "::mlir::RankedTensorType":$dense, "int64_t":$drop, "int32_t":$zero,
      CArg<"::rtwmc::StreamOrder", "::rtwmc::StreamOrder::NHWC">:$order,
      CArg<"::rtwmc::PruneUnit", "::rtwmc::PruneUnit::Map">:$unit), [{
        int64_t elements = dense.getNumElements();
        if (unit == ::rtwmc::PruneUnit::Row)
          elements /= dense.getDimSize(1);
        return $_get(dense.getContext(), dense.getShape(),
                     dense.getElementType(), elements - drop, zero, order,
                     unit);
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Elements of the dense map.
    int64_t getNumElements() const;
    /// Sequences that are pruned on their own: 1, or the rows.
    int64_t getNumUnits() const;
    /// `N`: elements of one of them.
    int64_t getUnitElements() const { return getNumElements() / getNumUnits(); }
    /// `D_p = N - keep`: elements of each that are dropped at least.
    int64_t getDrop() const { return getUnitElements() - getKeep(); }

    /// Bytes of the dense map.
    int64_t getDenseBytes() const { return getNumElements(); }
    /// Bytes of the packed kept values: room for `keep` elements of each unit.
    int64_t getValuesBytes() const;
    /// `S_bm`: bytes of the bitmaps of all units, and of one.
    int64_t getBitmapBytes() const { return getNumUnits() * getUnitBitmapBytes(); }
    int64_t getUnitBitmapBytes() const;
    /// Bytes that live as long as the map does: values and bitmap.
    int64_t getStorageBytes() const {
      return getValuesBytes() + getBitmapBytes();
    }
    /// Bytes of the tiny buffer with batches of `batch` elements.
    int64_t getBufferBytes(int64_t batch) const;
    /// The largest quota of a batch: `ceil(D_p * S_b / N)` under the
    /// proportional policy, what fits into a batch under the paper's.
    int64_t getMaxQuota(int64_t batch, ::rtwmc::QuotaPolicy policy) const;

    /// The map as `unprune` gives it back.
    ::mlir::RankedTensorType getDenseType() const;
    /// The two buffers a pruned map is lowered to.
    ::mlir::MemRefType getValuesType() const;
    ::mlir::MemRefType getBitmapType() const;
  }];
}

#endif // RTWMC_TYPES_TD
