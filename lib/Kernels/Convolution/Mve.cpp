//===- Mve.cpp - Sixteen products an instruction --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For MVE and weights of 8 bits. Rows of a window are taken in pieces of 16
// bytes; of the last, if it is shorter, the rest is not read. Weights lie in
// pairs of channels: of each row and each piece the 16 of one, then those of
// the other. Two pairs are read side by side.
//
// The accumulator of VMLADAVA is one of eight even registers. They hold four
// channels of a window, beside pointers and a loop counter, or two channels of
// four windows and nothing else.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Vectors.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Pieces of a row that are straight-line code; more are a loop.
constexpr int64_t straightPieces = 12;

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
      int64_t(pieces.size()) <= straightPieces)
    llvm::sort(pieces, [&](Piece a, Piece b) {
      return std::pair(a.at % pixel, a.at) < std::pair(b.at % pixel, b.at);
    });
  return pieces;
}

std::vector<int8_t> Mve::pack(const Filters &filters, Tile tile) const {
  // Of a depthwise layer only what has no vectors is computed row by row.
  if (filters.multiplier)
    return directVariant().pack(filters, tile);
  int64_t group = tile.channels > 1 ? 2 : 1;
  SmallVector<Piece> pieces = piecesOf(filters);
  std::vector<int8_t> bytes;
  for (int64_t first = 0; first < filters.channels; first += group) {
    int64_t last = std::min(first + group, filters.channels);
    for (int64_t row = 0; row < filters.height; ++row)
      for (Piece piece : pieces)
        for (int64_t channel = first; channel < last; ++channel)
          for (int64_t i = 0; i < piece.bytes; ++i)
            bytes.push_back(
                static_cast<int8_t>(filters.at(channel, row, piece.at + i)));
  }
  return bytes;
}

/// Adds the products of a piece of each window, whose weights lie `weightAt`
/// bytes on; returns how many bytes these were in a pair.
static int64_t multiplyPiece(KernelBuilder &b, const Filters &filters,
                             ValueRange inputs, Piece piece, int64_t weightAt,
                             SmallVector<Value> &carried) {
  int64_t channels = (carried.size() - 1) / inputs.size();
  int64_t inPair = std::min<int64_t>(channels, 2);
  SmallVector<Value> elements;
  for (Value input : inputs)
    elements.push_back(loadVector(b, input, piece.at, piece.bytes));
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t pair = channel / 2 * 2 * filters.perChannel();
    // Where elements are zeros, weights may be anything.
    Value w =
        loadVector(b, carried[0], pair + weightAt + channel % 2 * piece.bytes);
    for (auto [column, x] : llvm::enumerate(elements)) {
      Value &accumulator = carried[1 + column * channels + channel];
      accumulator = dotProduct(b, accumulator, x, w);
    }
  }
  return inPair * piece.bytes;
}

SmallVector<Value> Mve::row(KernelBuilder &b, const Filters &filters,
                            ValueRange inputs, ValueRange carried) const {
  if (filters.multiplier)
    return directVariant().row(b, filters, inputs, carried);
  SmallVector<Piece> pieces = piecesOf(filters);
  SmallVector<Value> values(carried), pointers(inputs);
  int64_t channels = (carried.size() - 1) / inputs.size();
  int64_t inPair = std::min<int64_t>(channels, 2);
  int64_t done = 0;
  if (int64_t(pieces.size()) > straightPieces) {
    // Two pieces share what the loop costs.
    int64_t turns = filters.length / vectorBytes / 2;
    SmallVector<Value> initial(pointers);
    initial.append(values);
    ValueRange results = b.loop(0, turns, initial, [&](Value, ValueRange all) {
      ValueRange from = all.take_front(inputs.size());
      SmallVector<Value> inner(all.drop_front(inputs.size()));
      if (inputs.size() > 1)
        b.keepLinkRegister();
      int64_t bytes = 0;
      for (int64_t at : {int64_t(0), vectorBytes})
        bytes +=
            multiplyPiece(b, filters, from, {at, vectorBytes}, bytes, inner);
      SmallVector<Value> next;
      for (Value pointer : from)
        next.push_back(b.offset(pointer, 2 * vectorBytes));
      inner[0] = b.offset(inner[0], bytes);
      next.append(inner);
      return next;
    });
    done = 2 * turns;
    pointers.assign(results.begin(), results.begin() + inputs.size());
    values.assign(results.begin() + inputs.size(), results.end());
  }
  int64_t weightAt = 0;
  for (Piece piece : llvm::drop_begin(pieces, done)) {
    piece.at -= done * vectorBytes;
    weightAt += multiplyPiece(b, filters, pointers, piece, weightAt, values);
  }
  // Behind the last row is the next block.
  if (filters.height == 1)
    weightAt += (channels - inPair) * filters.length;
  values[0] = b.offset(values[0], weightAt);
  return values;
}

const Variant &rtwmc::mveVariant() {
  static const Mve variant("mve", 1);
  return variant;
}

const Variant &rtwmc::mve4Variant() {
  static const Mve variant("mve4", 4);
  return variant;
}
