//===- BufferLives.h - What lies where in the arena, and when ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_BUFFERLIVES_H
#define RTWMC_STREAMING_BUFFERLIVES_H

#include "rtwmc/Planning/Interval.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace rtwmc {

/// A buffer of the arena; offset and size are bytes.
struct BufferLife {
  std::string name;
  int64_t offset = 0, bytes = 0;
  /// The steps of the schedule in which it holds something: in order, apart.
  std::vector<planning::Interval> lives;
  /// Of a map that shares bytes with something meanwhile: the same of each of
  /// its rows, of which one follows the other from `offset` on. Empty: all of
  /// it holds something when any of it does.
  std::vector<planning::Interval> rows;
};

/// The buffers of `network`, a schedule of steps (after `rtwmc-stream`), in the
/// order in which they stand there; those without bytes are left out. Fails
/// with a diagnostic if the schedule is not known.
llvm::FailureOr<std::vector<BufferLife>>
listBufferLives(mlir::func::FuncOp network);

} // namespace rtwmc

#endif // RTWMC_STREAMING_BUFFERLIVES_H
