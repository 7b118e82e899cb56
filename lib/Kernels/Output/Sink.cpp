//===- Sink.cpp - Where a kernel's pixels go ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sink.h"
#include "../Input/Source.h"
#include "Pruner.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

Value RowSink::pixel(KernelBuilder &b, Value x) {
  Value column = b.divRem(x, poolWidth, columns).first;
  if (firstColumn)
    column = arith::SubIOp::create(b, column, firstColumn);
  return b.offset(row, b.mul(column, pixelBytes));
}

std::unique_ptr<Sink> rtwmc::makeSink(KernelContext &context, Value row,
                                      PoolAttr pool, Value subRow) {
  KernelBuilder &b = context.builder;
  RankedTensorType type =
      cast<RankedTensorType>(context.layer->getResult(0).getType());
  OutputRow output{getRowBytes(type), type.getShape().back(), 0, 0};
  output.pixelBytes =
      output.channels * ((type.getElementTypeBitWidth() + 7) / 8);
  int64_t poolWidth = pool ? pool.getWidth() : 1;
  output.columns = output.rowBytes / output.pixelBytes * poolWidth;
  // One channel at a time a pixel is an element.
  if (context.channel)
    output.channels = output.pixelBytes = 1;
  if (getPrune(context.kernel))
    return makePruningSink(context, output, row, pool, subRow);
  Value memref = context.buffers.lookup(BufferRole::Rows);
  int64_t rows = getRows(type);
  auto shape = cast<MemRefType>(memref.getType()).getShape();
  int64_t capacity = shape.size() == 4 ? shape[1] : rows;
  // A reshaped output is dense.
  if (shape != type.getShape() &&
      (shape.size() != 4 || shape[2] != type.getDimSize(2) ||
       shape[3] != type.getDimSize(3)))
    capacity = rows;
  // A row that holds only what is computed.
  Value firstColumn;
  if (context.columnCount && isNarrower(shape, type)) {
    capacity = shape[1];
    output.rowBytes = shape[2] * output.pixelBytes;
    firstColumn = context.firstColumn;
  }
  // A strip of a map: its columns lie among those of the others.
  int64_t before = 0;
  if (PutColumnsOp put = getPutColumns(context.kernel)) {
    capacity = shape[1];
    output.rowBytes = shape[2] * output.pixelBytes;
    before = put.getFirst() * output.pixelBytes;
  }
  Value slot = capacity < rows ? b.divRem(row, capacity, rows - 1).second : row;
  Value start = b.offset(b.pointerTo(memref), before);
  Value base = b.offset(start, b.mul(slot, output.rowBytes));
  return std::make_unique<RowSink>(base, output.pixelBytes, poolWidth,
                                   output.columns, firstColumn);
}
