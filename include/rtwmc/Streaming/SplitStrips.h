//===- SplitStrips.h - Segments computed in strips --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_SPLITSTRIPS_H
#define RTWMC_STREAMING_SPLITSTRIPS_H

#include "rtwmc/Planning/Strips.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

namespace rtwmc {

/// A segment to be computed in strips.
struct StripSetting {
  /// The kernels it begins and ends with.
  std::string first, last;
  int64_t count = 0;

  /// Reads "FIRST:LAST:COUNT"; nothing if `text` is not that.
  static std::optional<StripSetting> parse(llvm::StringRef text);
  /// The text that `parse` reads.
  std::string str() const;
};

/// On a kernel that computes a strip: `{of = "conv1", strip = 0, first = 0,
/// end = 8, macs = 30000}`.
inline constexpr llvm::StringLiteral stripAttrName = "rtwmc.strip";

/// What that says.
struct StripOf {
  /// The kernel of the whole layer, which it was before.
  std::string kernel;
  int64_t number = 0;
  /// Columns of that kernel's result.
  planning::ColumnRange columns;
  /// Multiply-accumulates of that kernel.
  int64_t macs = 0;

  /// Nothing if `kernel` computes no strip.
  static std::optional<StripOf> get(mlir::func::FuncOp kernel);
  void set(mlir::func::FuncOp kernel) const;
};

/// A segment of a network of kernels: calls that follow each other, and the
/// layers that they make.
struct Segment {
  llvm::SmallVector<mlir::func::CallOp> calls;
  std::vector<planning::SegmentLayer> layers;

  /// Takes `[begin, end)` of `all`, the calls of a network. Returns why that
  /// cannot be computed in strips, as a sentence; an empty string if it can.
  std::string read(llvm::ArrayRef<mlir::func::CallOp> all, size_t begin,
                   size_t end);
};

/// By call of a network: its layer as strips see it; nothing where it has none,
/// or cannot be in strips.
std::vector<std::optional<planning::SegmentLayer>>
listSegmentLayers(llvm::ArrayRef<mlir::func::CallOp> calls);

/// The calls of a network, in order.
llvm::SmallVector<mlir::func::CallOp> listCalls(mlir::func::FuncOp network);

/// Computes segments of the network in `module` in strips. Fails with a
/// diagnostic where that cannot be.
llvm::LogicalResult splitStrips(mlir::ModuleOp module,
                                llvm::ArrayRef<StripSetting> settings);

} // namespace rtwmc

#endif // RTWMC_STREAMING_SPLITSTRIPS_H
