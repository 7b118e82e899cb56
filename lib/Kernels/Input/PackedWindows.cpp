//===- PackedWindows.cpp - Windows over a pruned map ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pruned map has no addresses: where an element is kept depends on how many
// before it were. A window of `k` rows therefore has `k` cursors, one for each
// row (in a map that streams by channel: for each row of each channel), which
// walk to the right together. What they read goes into a patch of one window,
// which moves along: rows of the dense map are never stored.
//
//===----------------------------------------------------------------------===//

#include "ChannelCursors.h"
#include "ReadBack.h"
#include "Windows.h"
#include "rtwmc/Planning/PackedState.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;
using planning::RasterState;

namespace {

/// The reader's state, unless the map streams by channel: the next row whose
/// start is not known yet and its rank, the ranks at which the last `extent`
/// rows start, and a cursor for each row of the window. Where rows are packed
/// each on its own their starts are known, and the cursors are all.
class PackedWindows {
public:
  PackedWindows(KernelContext &context, const Source &source,
                const WindowGeometry &geometry, Value patch, int8_t padding)
      : b(context.builder), source(source), geometry(geometry), patch(patch),
        padding(padding),
        lineBytes(geometry.kernelWidth * source.readChannels()),
        state{geometry.extent(), geometry.kernelHeight},
        byChannel(b, source, source.base,
                  {geometry.kernelHeight, -geometry.pad[0],
                   geometry.dilationHeight, geometry.stride[0]}) {
    // What is passed over cannot be read as one piece.
    if (source.readsLines || (!source.streamsByChannel && !source.onlyChannel &&
                              !context.firstColumn && geometry.pad[2] >= 0 &&
                              geometry.stride[1] <= geometry.kernelWidth))
      reader = makeReader(context.name);
  }

  void walk(Value step, Columns columns,
            function_ref<void(Value, WindowRows)> body);
  void walkLines(Value step, Columns columns,
                 function_ref<void(Value, ReadLine)> body);

private:
  Value startOf(Value row) {
    Value slot = b.divRem(row, geometry.extent(), source.rows - 1).second;
    return b.offset(source.base,
                    b.add(b.mul(slot, planning::counterBytes), state.starts));
  }
  Value cursorOf(Value ky) {
    int64_t first = source.hasRowUnits() ? planning::RowUnitReader::cursors
                                         : state.cursors();
    return b.offset(source.base,
                    b.add(b.mul(ky, planning::counterBytes), first));
  }
  Value toIndex(Value value) {
    return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
  }
  void findStarts(Value step, Value top);
  void placeCursors(Value top);
  /// Moves cursors that are at column `from` of their rows to column `to`, by
  /// way of the line.
  void moveCursors(Value top, Value from, Value to);
  void shift(int64_t columns);
  func::FuncOp makeReader(StringRef name);
  void readLine(Value line, Value row, Value ky, Value left, Value from,
                Value to);
  void readLineByElement(Value line, Value row, Value ky, Value left,
                         Value from, Value to);
  void readLineByChannel(Value line, Value row, Value ky, Value left,
                         Value from, Value to);
  /// Reads `count` elements, the first of whose bits is at `bit`, through the
  /// cursor of row `ky` into `target`.
  void readElements(Value ky, Value bit, Value target, Value count);
  void readColumns(Value top, Value left, Value from, Value to, Value end);
  void ifRowInside(Value top, Value ky, function_ref<void(Value)> body);
  void storeIf(Value condition, Value element, Value at);

  KernelBuilder &b;
  const Source &source;
  const WindowGeometry &geometry;
  /// Room for a window, or for a row of one.
  Value patch;
  int8_t padding;
  int64_t lineBytes;
  planning::WindowReaderState state;
  ChannelCursors byChannel;
  func::FuncOp reader;
};

} // namespace

void PackedWindows::findStarts(Value step, Value top) {
  b.ifEqual(step, b.i32(0), [&] {
    b.storeWord(b.i32(0), source.base, RasterState::nextRow);
    b.storeWord(b.i32(0), source.base, RasterState::rank);
  });
  Value next = b.loadWord(source.base, RasterState::nextRow);
  Value bottom = b.add(top, geometry.extent()), rows = b.i32(source.rows);
  Value end = arith::MinSIOp::create(b, bottom, rows);
  ValueRange rank =
      b.loop(next, end, b.loadWord(source.base, RasterState::rank),
             [&](Value row, ValueRange carried) {
               b.storeWord(carried[0], startOf(row));
               Value first = b.mul(row, source.rowBytes);
               Value count = b.i32(source.rowBytes);
               Value kept = countKept(b, source.bitmap, first, count);
               return SmallVector<Value>{b.add(carried[0], kept)};
             });
  Value seen = arith::MaxSIOp::create(b, next, end);
  b.storeWord(seen, source.base, RasterState::nextRow);
  b.storeWord(rank[0], source.base, RasterState::rank);
}

void PackedWindows::ifRowInside(Value top, Value ky,
                                function_ref<void(Value)> body) {
  Value row = b.add(top, b.mul(ky, geometry.dilationHeight));
  Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, row,
                                       b.i32(source.height));
  auto branch = scf::IfOp::create(b, inside, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body(row);
}

void PackedWindows::storeIf(Value condition, Value element, Value at) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  b.storeByte(element, at);
}

void PackedWindows::placeCursors(Value top) {
  b.loop(0, geometry.kernelHeight, [&](Value ky) {
    ifRowInside(top, ky, [&](Value row) {
      Value start = source.hasRowUnits() ? source.firstRank(b, row)
                                         : b.loadWord(startOf(row));
      b.storeWord(start, cursorOf(ky));
    });
  });
}

/// Moves the patch `columns` to the left. What becomes free is read, or padded
/// where it lies behind the map; in rows outside the map all is padding anyway.
void PackedWindows::shift(int64_t columns) {
  int64_t free = columns * source.readChannels();
  int64_t kept = lineBytes - free;
  if (kept == 0)
    return;
  b.loop(0, geometry.kernelHeight, [&](Value ky) {
    Value line = b.offset(patch, b.mul(ky, lineBytes));
    // A word is never moved onto one that is still to be read.
    if (free >= 4)
      return b.copy(line, b.offset(line, free), kept);
    b.loop(0, kept, [&](Value i) {
      Value byte = LLVM::LoadOp::create(b, b.getI8Type(),
                                        b.offset(b.offset(line, free), i), 1);
      LLVM::StoreOp::create(b, byte, b.offset(line, i), 1);
    });
  });
}

/// The function that reads elements that follow each other: from a cursor, the
/// map's values and bitmap, the place of the first one's bit, to a place, and
/// how many.
func::FuncOp PackedWindows::makeReader(StringRef name) {
  Type pointer = b.pointerType(), word = b.getI32Type();
  bool isAligned = areRunsAligned(source, source.channels);
  int64_t expected = source.readsLines ? lineBytes : source.channels;
  return b.function((name + "_read").str(),
                    {pointer, pointer, pointer, word, pointer, word},
                    [&](ValueRange arguments) {
                      PackedRun run{arguments[1], arguments[2],
                                    arguments[3], b.loadWord(arguments[0]),
                                    arguments[5], source.zero,
                                    isAligned,    expected};
                      Value rank = source.readsLines
                                       ? readBackRow(b, run, arguments[4])
                                       : readBack(b, run, arguments[4]);
                      b.storeWord(rank, arguments[0]);
                    });
}

/// Reads columns `[from, to)` of row `row` through its cursor into its line of
/// the patch.
void PackedWindows::readLine(Value line, Value row, Value ky, Value left,
                             Value from, Value to) {
  if (!reader)
    return readLineByElement(line, row, ky, left, from, to);
  Value rowStart = source.firstBit(b, row);
  Value bit = b.add(rowStart, b.mul(from, source.channels));
  Value place = b.mul(arith::SubIOp::create(b, from, left), source.channels);
  Value count = b.mul(arith::SubIOp::create(b, to, from), source.channels);
  readElements(ky, bit, b.offset(line, place), count);
}

/// The same where some elements are passed over: columns left of the window, or
/// channels that are not read.
void PackedWindows::readLineByElement(Value line, Value row, Value ky,
                                      Value left, Value from, Value to) {
  Value rowStart = source.firstBit(b, row);
  ValueRange rank = b.loop(
      from, to, b.loadWord(cursorOf(ky)),
      [&](Value column, ValueRange carried) {
        Value place = arith::SubIOp::create(b, column, left);
        Value first = b.add(rowStart, b.mul(column, source.channels));
        Value target = b.offset(line, b.mul(place, source.readChannels()));
        ValueRange after = b.loop(
            0, source.channels, carried, [&](Value channel, ValueRange inner) {
              Value kept = toIndex(inner[0]);
              Value position = toIndex(b.add(first, channel));
              auto read = ReadBackOp::create(b, b.getI8Type(), b.getIndexType(),
                                             source.values, kept, source.bitmap,
                                             position, source.zero);
              Value seen = arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                                 place, b.i32(0));
              Value at = target;
              if (source.onlyChannel) {
                Value isRead = arith::CmpIOp::create(
                    b, arith::CmpIPredicate::eq, channel, source.onlyChannel);
                seen = arith::AndIOp::create(b, seen, isRead);
              } else {
                at = b.offset(target, channel);
              }
              storeIf(seen, read.getValue(), at);
              Value next = arith::IndexCastUIOp::create(b, b.getI32Type(),
                                                        read.getNewRank());
              return SmallVector<Value>{next};
            });
        return SmallVector<Value>{after[0]};
      });
  b.storeWord(rank[0], cursorOf(ky));
}

void PackedWindows::readLineByChannel(Value line, Value row, Value ky,
                                      Value left, Value from, Value to) {
  byChannel.read(
      ky, row, from, to, [&](Value column, Value channel, Value element) {
        Value place = arith::SubIOp::create(b, column, left);
        Value seen = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, place,
                                           b.i32(0));
        Value pixel = b.offset(line, b.mul(place, source.readChannels()));
        storeIf(seen, element, b.offset(pixel, channel));
      });
}

/// Reads columns `[from, to)` of every row of the window; behind them, up to
/// `end`, is padding.
void PackedWindows::readColumns(Value top, Value left, Value from, Value to,
                                Value end) {
  b.loop(0, geometry.kernelHeight, [&](Value ky) {
    ifRowInside(top, ky, [&](Value row) {
      Value line = b.offset(patch, b.mul(ky, lineBytes));
      if (source.streamsByChannel)
        readLineByChannel(line, row, ky, left, from, to);
      else
        readLine(line, row, ky, left, from, to);
      if (!end)
        return;
      int64_t channels = source.readChannels();
      // Where strides pass over columns, one before the window was read last.
      Value first = arith::MaxSIOp::create(b, to, left);
      Value place = arith::SubIOp::create(b, first, left);
      Value count = b.mul(arith::SubIOp::create(b, end, first), channels);
      Value behind = b.offset(line, b.mul(place, channels));
      b.fill(behind, count, padding);
    });
  });
}

void PackedWindows::walk(Value step, Columns columns,
                         function_ref<void(Value, WindowRows)> body) {
  Value top = b.add(b.mul(step, geometry.stride[0]), -geometry.pad[0]);
  if (source.streamsByChannel) {
    b.ifEqual(step, b.i32(0), [&] { byChannel.start(); });
  } else {
    if (!source.hasRowUnits())
      findStarts(step, top);
    placeCursors(top);
  }
  b.fill(patch, b.i32(lineBytes * geometry.kernelHeight), padding);
  int64_t lastEnd = (columns.count - 1) * geometry.stride[1] - geometry.pad[2] +
                    geometry.kernelWidth;
  bool reachesBehind = columns.first || lastEnd > source.width;
  b.loop(0, columns.count, b.i32(0), [&](Value index, ValueRange next) {
    Value isFirst =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, index, b.i32(0));
    auto branch = scf::IfOp::create(b, isFirst, /*withElseRegion=*/true);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.elseBlock());
      shift(std::min(geometry.stride[1], geometry.kernelWidth));
    }
    Value x = columns.first ? b.add(columns.first, index) : index;
    Value left = b.add(b.mul(x, geometry.stride[1]), -geometry.pad[2]);
    Value end = b.add(left, geometry.kernelWidth), width = b.i32(source.width);
    Value right = arith::MinSIOp::create(b, end, width);
    right = arith::MaxSIOp::create(b, right, next[0]);
    readColumns(top, left, next[0], right, reachesBehind ? end : Value());
    body(x, {patch, lineBytes, {}, 0, source.readChannels()});
    return SmallVector<Value>{right};
  });
  if (source.streamsByChannel) {
    int64_t lastRight = (columns.count - 1) * geometry.stride[1] -
                        geometry.pad[2] + geometry.kernelWidth;
    byChannel.advance(step, std::clamp<int64_t>(lastRight, 0, source.width));
  }
}

void PackedWindows::readElements(Value ky, Value bit, Value target,
                                 Value count) {
  Value values = b.pointerTo(source.values);
  Value bitmap = b.pointerTo(source.bitmap);
  func::CallOp::create(
      b, reader, ValueRange{cursorOf(ky), values, bitmap, bit, target, count});
}

void PackedWindows::moveCursors(Value top, Value from, Value to) {
  b.loop(0, geometry.kernelHeight, [&](Value ky) {
    Value first = source.firstBit(b, b.add(top, ky));
    b.loop(from, to, [&](Value column) {
      Value bit = b.add(first, b.mul(column, source.channels));
      readElements(ky, bit, patch, b.i32(source.channels));
    });
  });
}

/// A cursor stays at the first column of the window, as its rows are read
/// several times.
void PackedWindows::walkLines(Value step, Columns columns,
                              function_ref<void(Value, ReadLine)> body) {
  Value top = b.add(b.mul(step, geometry.stride[0]), -geometry.pad[0]);
  if (!source.hasRowUnits())
    findStarts(step, top);
  placeCursors(top);
  Value none = b.i32(0);
  b.loop(0, columns.count, none, [&](Value index, ValueRange passed) {
    Value x = columns.first ? b.add(columns.first, index) : index;
    Value left = b.add(b.mul(x, geometry.stride[1]), -geometry.pad[2]);
    moveCursors(top, passed[0], left);
    Value before = b.mul(left, source.channels);
    body(x, [&](Value ky) {
      Value bit = b.add(source.firstBit(b, b.add(top, ky)), before);
      Value rank = b.loadWord(cursorOf(ky));
      readElements(ky, bit, patch, b.i32(lineBytes));
      b.storeWord(rank, cursorOf(ky));
    });
    return SmallVector<Value>{left};
  });
}

void rtwmc::forEachPackedWindowByLines(
    KernelContext &context, const Source &source,
    const WindowGeometry &geometry, Columns columns, Value line,
    function_ref<void(Value, ReadLine)> body) {
  PackedWindows(context, source, geometry, line, /*padding=*/0)
      .walkLines(context.step, columns, body);
}

void rtwmc::forEachPackedWindow(KernelContext &context, const Source &source,
                                const WindowGeometry &geometry, Columns columns,
                                Value patch, int8_t padding,
                                function_ref<void(Value, WindowRows)> body) {
  PackedWindows(context, source, geometry, patch, padding)
      .walk(context.step, columns, body);
}
