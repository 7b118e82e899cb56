//===- PackedState.h - What pruners and readers keep ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layouts of the memory that code around a packed map keeps from step to step.
// The planner asks for bytes, kernels for offsets: both from here.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PACKEDSTATE_H
#define RTWMC_PLANNING_PACKEDSTATE_H

#include <cstdint>

namespace rtwmc::planning {

/// Bytes of a counter.
inline constexpr int64_t counterBytes = 4;

/// Counters of a pruner: elements dropped, elements seen, elements in the tiny
/// buffer, and in two bytes each the quota, which the paper's policy carries
/// along, and the last threshold. Where several steps pool into a row, that row
/// follows.
struct PrunerState {
  static constexpr int64_t dropped = 0;
  static constexpr int64_t position = dropped + counterBytes;
  static constexpr int64_t fill = position + counterBytes;
  static constexpr int64_t quota = fill + counterBytes;
  static constexpr int64_t threshold = quota + 2;
  static constexpr int64_t pooledRow = threshold + 2;
  static constexpr int64_t bytes = pooledRow;
};

/// What a reader in raster order begins with: the next row to read, and the
/// rank of its first element (how many values are kept before it).
struct RasterState {
  static constexpr int64_t nextRow = 0;
  static constexpr int64_t rank = nextRow + counterBytes;
  static constexpr int64_t bytes = rank + counterBytes;
};

/// A reader that reads back whole rows, into room for the last of them.
struct RowReaderState {
  int64_t rowsBytes;

  static constexpr int64_t rows = RasterState::bytes;
  int64_t bytes() const { return rows + rowsBytes; }
};

/// A reader of windows: the ranks at which the last `extent` rows start, and a
/// cursor for each of the `height` rows of a window.
struct WindowReaderState {
  int64_t extent, height;

  static constexpr int64_t starts = RasterState::bytes;
  int64_t cursors() const { return starts + counterBytes * extent; }
  int64_t bytes() const { return cursors() + counterBytes * height; }
};

/// A reader of a map whose rows are packed each on its own, from which nothing
/// lives on to the next step: a cursor for each of the `height` rows of a
/// window (0: whole rows are read back), and room for a window or those rows.
struct RowUnitReader {
  int64_t height;

  static constexpr int64_t cursors = 0;
  int64_t room() const { return counterBytes * height; }
};

/// A reader of a map that streams channel by channel: a cursor of `rankBytes`
/// for each row it reads in each channel. One that reads back rows has room for
/// one behind.
struct ChannelReaderState {
  int64_t rows, channels, rankBytes;

  int64_t row() const { return rows * channels * rankBytes; }
  int64_t bytes(int64_t rowBytes = 0) const { return row() + rowBytes; }
};

/// What each output channel has in flash besides its weights: the start of its
/// accumulator; multiplier and shift where they differ from channel to channel.
struct ChannelConstants {
  bool multiplierEach = true, shiftEach = true;

  static constexpr int64_t bias = 0;
  static constexpr int64_t multiplier = bias + 4;
  /// From one channel's bias to the next; shifts are a table of their own.
  int64_t stride() const { return multiplierEach ? 8 : 4; }
  int64_t bytes() const { return stride() + (shiftEach ? 1 : 0); }
};

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PACKEDSTATE_H
