//===- Mve.cpp - Sixteen products an instruction --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For MVE and weights of 8 bits. Rows of a window are taken in pieces of 16
// bytes; of the last, if it is shorter, the rest is not read. Weights lie in
// pairs of channels or, for two windows, in groups of four: of each row and
// each piece the 16 of one, then those of the next. Of pairs two are read side
// by side where there are four channels.
//
// The accumulator of VMLADAVA is one of eight even registers. They hold four
// channels of a window, beside pointers and a loop counter, or four channels of
// two windows or two of four, and nothing else. Pointers are kept in odd ones
// and moved by loads: a load reaches 127 bytes, and LLVM would carry a pointer
// for each that is further.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Vectors.h"
#include "Variant.h"

#include "llvm/ADT/bit.h"

#include <map>

using namespace mlir;
using namespace rtwmc;

namespace {

/// Pieces of a row that are straight-line code; more are a loop.
constexpr int64_t straightVectors = 12;

/// Taps of a depthwise window, which are straight-line code.
constexpr int64_t mostTaps = 25;

struct Piece {
  int64_t at, bytes;
};

class Mve final : public Variant {
public:
  Mve(StringRef label, int64_t columns) : label(label), columns(columns) {}

  StringRef name() const override { return label; }
  bool hasVectors() const override { return true; }
  int64_t columnsInPlace() const override { return columns; }
  /// As many as two or four windows are multiplied by at once.
  int64_t channelsSideBySide() const override { return columns == 2 ? 4 : 2; }
  bool readsParts(const Filters &filters) const override {
    return !filters.multiplier && filters.columnElements % vectorBytes == 0 &&
           filters.length <= straightVectors * vectorBytes;
  }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    // A dot product is of elements of one kind, and weights are signed.
    if (!(core.mve || core.isHost()) || filters.areWide || filters.readUnsigned)
      return {};
    if (filters.multiplier)
      return columns == 1 && filters.multiplier == 1 &&
                     filters.perChannel() <= mostTaps
                 ? SmallVector<Tile>{Tile{vectorBytes}, Tile{1}}
                 : SmallVector<Tile>();
    if (!filters.areTogether)
      return {Tile{1}};
    return {Tile{4}, Tile{1}};
  }

  SmallVector<int64_t> remainders(int64_t channels) const override {
    SmallVector<int64_t> blocks;
    for (int64_t size : {2, 1})
      if (channels & size)
        blocks.push_back(size);
    return blocks;
  }

  int64_t readBehind(const Filters &filters) const override {
    if (filters.multiplier)
      return 0;
    return llvm::alignTo(filters.length, vectorBytes) - filters.length;
  }

  SmallVector<Value> keepWindows(KernelBuilder &b, const Filters &filters,
                                 ValueRange inputs) const override;
  std::vector<int8_t> pack(const Filters &filters, Tile tile) const override;
  SmallVector<Value> row(KernelBuilder &b, const Filters &filters,
                         ValueRange inputs, ValueRange carried) const override;

private:
  StringRef label;
  int64_t columns;
};

} // namespace

/// The pieces of a row. Where pixels are whole pieces and the code is straight,
/// those that neighbouring windows share are near each other: a piece is loaded
/// once then.
static SmallVector<Piece> piecesOf(const Filters &filters) {
  SmallVector<Piece> pieces;
  for (int64_t at = 0; at < filters.length; at += vectorBytes)
    pieces.push_back({at, std::min(vectorBytes, filters.length - at)});
  int64_t pixel = filters.columnElements;
  if (pixel % vectorBytes == 0 && filters.length % pixel == 0 &&
      int64_t(pieces.size()) <= straightVectors)
    llvm::sort(pieces, [&](Piece a, Piece b) {
      return std::pair(a.at % pixel, a.at) < std::pair(b.at % pixel, b.at);
    });
  return pieces;
}

std::vector<int8_t> Mve::pack(const Filters &filters, Tile tile) const {
  // Of a depthwise layer only what has no vectors is computed row by row.
  if (filters.multiplier)
    return directVariant().pack(filters, tile);
  int64_t most = tile.channels > 1 ? channelsSideBySide() : 1;
  SmallVector<Piece> pieces = piecesOf(filters);
  std::vector<int8_t> bytes;
  for (int64_t first = 0, size; first < filters.channels; first += size) {
    size = std::min<int64_t>(
        most, llvm::bit_floor<uint64_t>(filters.channels - first));
    for (int64_t row = 0; row < filters.height; ++row)
      for (Piece piece : pieces)
        for (int64_t channel = first; channel < first + size; ++channel)
          for (int64_t i = 0; i < piece.bytes; ++i)
            bytes.push_back(
                static_cast<int8_t>(filters.at(channel, row, piece.at + i)));
  }
  return bytes;
}

/// How far a load of a vector of bytes reaches; so far it can move its address
/// as well.
static constexpr int64_t vectorReach = 127;
/// Of so many pieces a row of a single window, LLVM does better with what loads
/// do not reach.
static constexpr int64_t nearPieces = 8;

namespace {

/// Weights of a row, for each group of channels.
class RowWeights {
public:
  /// `columns` windows are multiplied by those of `channels` channels, of which
  /// up to `most` lie side by side.
  RowWeights(KernelBuilder &b, const Filters &filters, Value first,
             int64_t channels, int64_t most, int64_t columns)
      : b(b), sideBySide(std::min(channels, most)),
        movesEach(
            columns == 2 ||
            (columns > 1 && filters.perChannel() * sideBySide > vectorReach)),
        movesFar(columns == 1 && channels > 2 &&
                 filters.length > nearPieces * vectorBytes),
        places{first} {
    if (channels > sideBySide)
      places.push_back(b.offset(first, sideBySide * filters.perChannel()));
  }

  int64_t group() const { return sideBySide; }
  /// Those of a piece of `bytes` bytes of a channel, of any meaning behind.
  Value load(int64_t channel, int64_t bytes) {
    int64_t in = channel % sideBySide * bytes;
    return loadVector(b, places[channel / sideBySide], at - moved + in);
  }
  /// Goes on behind a piece.
  void skip(int64_t bytes) { at += sideBySide * bytes; }
  /// Moves the pointers where loads would not reach the next piece, or piece by
  /// piece, which loads do on the way. That is hidden from LLVM, which would
  /// carry a pointer for each far load.
  void reach(int64_t bytes) {
    bool isFar = at - moved + (sideBySide - 1) * bytes > vectorReach;
    if (!movesEach && !(movesFar && isFar))
      return;
    for (Value &place : places) {
      place = b.offset(place, at - moved);
      place = movesEach ? b.hidden(place) : b.opaque(place);
    }
    moved = at;
  }
  /// `bytes` behind what was read.
  Value end(int64_t bytes = 0) const {
    return b.offset(places[0], at - moved + bytes);
  }

private:
  KernelBuilder &b;
  int64_t sideBySide;
  bool movesEach, movesFar;
  SmallVector<Value> places;
  int64_t at = 0, moved = 0;
};

/// Windows of neighbouring columns in a row.
class RowWindows {
public:
  RowWindows(KernelBuilder &b, const Filters &filters, ValueRange inputs)
      : b(b), distance(filters.columnStep * filters.columnElements),
        inputs(inputs) {
    int64_t last = (int64_t(inputs.size()) - 1) * distance;
    movesEach = last > 0 && last <= vectorReach &&
                last + filters.length - vectorBytes > vectorReach;
  }

  /// The piece of each, or what is kept of them. What several of them hold is
  /// loaded once.
  SmallVector<Value> load(Piece piece) {
    if (isa<VectorType>(inputs[0].getType()))
      return inputs;
    if (movesEach && piece.at > moved) {
      Value place = b.hidden(b.offset(inputs[0], piece.at - moved));
      for (auto [column, input] : llvm::enumerate(inputs))
        input = b.offset(place, int64_t(column) * distance);
      moved = piece.at;
    }
    SmallVector<Value> elements;
    for (int64_t column = 0; column < int64_t(inputs.size()); ++column) {
      Value &element = loaded[{column * distance + piece.at, piece.bytes}];
      if (!element)
        element = loadVector(b, inputs[column], piece.at - moved, piece.bytes);
      elements.push_back(element);
    }
    return elements;
  }

private:
  KernelBuilder &b;
  int64_t distance;
  bool movesEach;
  SmallVector<Value> inputs;
  int64_t moved = 0;
  std::map<std::pair<int64_t, int64_t>, Value> loaded;
};

} // namespace

SmallVector<Value> Mve::keepWindows(KernelBuilder &b, const Filters &filters,
                                    ValueRange inputs) const {
  SmallVector<Value> windows;
  if (!filters.multiplier && filters.perChannel() <= vectorBytes)
    for (Value input : inputs)
      windows.push_back(loadVector(b, input, 0, filters.length));
  return windows;
}

/// Adds the products of a piece of each window to `sums`.
static void multiplyPiece(KernelBuilder &b, RowWindows &windows, Piece piece,
                          RowWeights &weights, MutableArrayRef<Value> sums) {
  weights.reach(piece.bytes);
  SmallVector<Value> elements = windows.load(piece);
  int64_t channels = sums.size() / elements.size();
  for (int64_t channel = 0; channel < channels; ++channel) {
    // Where elements are zeros, weights may be anything.
    Value w = weights.load(channel, piece.bytes);
    for (auto [column, x] : llvm::enumerate(elements)) {
      Value &accumulator = sums[column * channels + channel];
      accumulator = dotProduct(b, accumulator, x, w);
    }
  }
  weights.skip(piece.bytes);
}

SmallVector<Value> Mve::row(KernelBuilder &b, const Filters &filters,
                            ValueRange inputs, ValueRange carried) const {
  if (filters.multiplier)
    return directVariant().row(b, filters, inputs, carried);
  SmallVector<Piece> pieces = piecesOf(filters);
  SmallVector<Value> values(carried), pointers(inputs);
  int64_t channels = (carried.size() - 1) / inputs.size();
  int64_t done = 0;
  if (int64_t(pieces.size()) > straightVectors) {
    // Two pieces share what the loop costs.
    int64_t turns = filters.length / vectorBytes / 2;
    SmallVector<Value> initial(pointers);
    initial.append(values);
    ValueRange results = b.loop(0, turns, initial, [&](Value, ValueRange all) {
      ValueRange from = all.take_front(inputs.size());
      SmallVector<Value> inner(all.drop_front(inputs.size()));
      if (inputs.size() > 1)
        b.keepLinkRegister();
      RowWeights weights(b, filters, inner[0], channels, channelsSideBySide(),
                         inputs.size());
      RowWindows windows(b, filters, from);
      for (int64_t at : {int64_t(0), vectorBytes})
        multiplyPiece(b, windows, {at, vectorBytes}, weights,
                      MutableArrayRef(inner).drop_front());
      SmallVector<Value> next;
      for (Value pointer : from)
        next.push_back(b.offset(pointer, 2 * vectorBytes));
      inner[0] = weights.end();
      next.append(inner);
      return next;
    });
    done = 2 * turns;
    pointers.assign(results.begin(), results.begin() + inputs.size());
    values.assign(results.begin() + inputs.size(), results.end());
  }
  // Beside windows that are kept, loops count in the link register.
  bool areKept = isa<VectorType>(inputs[0].getType());
  RowWeights weights(b, filters, values[0], channels, channelsSideBySide(),
                     areKept ? 1 : inputs.size());
  RowWindows windows(b, filters, pointers);
  for (Piece piece : llvm::drop_begin(pieces, done)) {
    if (filters.inside && (piece.at < filters.inside->first ||
                           piece.at >= filters.inside->second)) {
      weights.skip(piece.bytes);
      continue;
    }
    piece.at -= done * vectorBytes;
    multiplyPiece(b, windows, piece, weights,
                  MutableArrayRef(values).drop_front());
  }
  // Behind the last row is the next block.
  int64_t others = filters.height == 1 ? channels - weights.group() : 0;
  values[0] = weights.end(others * filters.length);
  return values;
}

const Variant &rtwmc::mveVariant() {
  static const Mve variant("mve", 1);
  return variant;
}

const Variant &rtwmc::mve2Variant() {
  static const Mve variant("mve2", 2);
  return variant;
}

const Variant &rtwmc::mve4Variant() {
  static const Mve variant("mve4", 4);
  return variant;
}
