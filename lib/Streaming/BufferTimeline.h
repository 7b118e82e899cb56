//===- BufferTimeline.h - The schedule run on paper -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to rtwmc-place-buffers: which steps use which buffers, and of maps
// which rows, as the IR says it.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_STREAMING_BUFFERTIMELINE_H
#define RTWMC_LIB_STREAMING_BUFFERTIMELINE_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Interval.h"
#include "rtwmc/Planning/Network.h"
#include "rtwmc/Streaming/Kernel.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <utility>

namespace rtwmc {

/// When each buffer is used by a step. A step does not touch a map it is given,
/// where what it reads lies in the padding.
class BufferTimeline {
public:
  /// Fails with a diagnostic if `block` has loops of unknown length.
  llvm::LogicalResult run(mlir::Block &block);

  /// The steps in which `buffer` holds something: intervals in order.
  llvm::SmallVector<planning::Interval> livesOf(BufferOp buffer) const;

  /// The same of each row of a map of which `buffer` has all: from the first
  /// step that writes the row to the last that uses it. Empty for what has no
  /// such rows.
  llvm::SmallVector<planning::Interval> rowsOf(BufferOp buffer) const;

private:
  /// Rows `[first, end)` of a map.
  using Rows = std::pair<int64_t, int64_t>;

  struct Use {
    int64_t position = 0;
    bool isWritten = false, isPruners = false, beginsRow = false;
    /// Of a map; nothing where they are not known.
    std::optional<Rows> rows;
  };

  void runStep(StepOp step);
  /// The rows of a map in `buffer` that `step` reads or writes; nothing where
  /// they are not those of the map, or not known.
  std::optional<Rows> rowsUsed(StepOp step, StepBuffer which,
                               mlir::Value buffer);

  int64_t position = 0;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Use>> uses;
  /// Where the loops around the current step are.
  llvm::DenseMap<mlir::Value, int64_t> indices;
  llvm::DenseMap<mlir::Operation *, planning::Layer> layers;
};

} // namespace rtwmc

#endif // RTWMC_LIB_STREAMING_BUFFERTIMELINE_H
