//===- Sink.h - Where a kernel's pixels go ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_SINK_H
#define RTWMC_LIB_KERNELS_OUTPUT_SINK_H

#include "../KernelContext.h"

#include <memory>

namespace rtwmc {

/// Where the pixels of an output go.
class Sink {
public:
  virtual ~Sink() = default;
  /// Where the pixel at column `x` of the current row is written: the address
  /// of its first channel, or of the one that is computed.
  virtual mlir::Value pixel(KernelBuilder &b, mlir::Value x) = 0;
  /// Whether the pixels of a row have places of their own; otherwise one must
  /// be done before the next is written.
  virtual bool holdsRow() const { return true; }
  /// Called after the pixel at column `x` has been written.
  virtual void pixelDone(KernelBuilder &b, mlir::Value x) {}
  /// Called after all pixels of a step.
  virtual void stepDone(KernelBuilder &b) {}
};

/// Writes into the rows of a dense map or a ring.
class RowSink : public Sink {
public:
  RowSink(mlir::Value row, int64_t pixelBytes, int64_t poolWidth,
          int64_t columns, mlir::Value firstColumn = {})
      : row(row), pixelBytes(pixelBytes), poolWidth(poolWidth),
        columns(columns), firstColumn(firstColumn) {}

  mlir::Value pixel(KernelBuilder &b, mlir::Value x) override;

private:
  mlir::Value row;
  int64_t pixelBytes, poolWidth, columns;
  /// The column with which the row begins; null: 0.
  mlir::Value firstColumn;
};

/// The sink of the kernel's result. `row` is the row the
/// step contributes to. `pooled` (with the step's place `subRow` in the row)
/// says that several steps accumulate into a row.
std::unique_ptr<Sink> makeSink(KernelContext &context, mlir::Value row,
                               PoolAttr pool, mlir::Value subRow);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_SINK_H
