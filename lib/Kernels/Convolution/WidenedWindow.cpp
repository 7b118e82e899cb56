//===- WidenedWindow.cpp - Windows as pairs of halfwords ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of each row come words of four elements, as SXTB16 widens them: the first
// with the third, the second with the fourth. Three elements that are left over
// are read with the one before, whose second weight is 0; fewer are read byte
// by byte, behind all rows, and make pairs across them.
//
//===----------------------------------------------------------------------===//

#include "WidenedWindow.h"
#include "../Builder/Instructions.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t elementsInWord = 4;
/// Words of a window, or of a row, that are straight-line code.
static constexpr int64_t straightWords = 8;
/// Words of a longer row that share what a loop costs.
static constexpr int64_t wordsAtOnce = 4;

WidenedWindow::WidenedWindow(const Filters &filters)
    : height(filters.height), areUnsigned(filters.readUnsigned) {
  int64_t length = filters.length, rest = length % elementsInWord;
  for (int64_t at = 0; at + elementsInWord <= length; at += elementsInWord)
    words.push_back(at);
  bool overlaps = rest == 3 && !words.empty();
  if (overlaps)
    words.push_back(length - elementsInWord);
  for (int64_t row = 0; row < height; ++row)
    for (int64_t at : words)
      for (int64_t lane : {0, 2, 1, 3}) {
        bool isKnown = at + lane < length - rest && at % elementsInWord;
        order.push_back(isKnown ? -1 : row * length + at + lane);
      }
  if (!overlaps)
    for (int64_t row = 0; row < height; ++row)
      for (int64_t at = length - rest; at < length; ++at) {
        singles.push_back({row, at});
        order.push_back(row * length + at);
      }
  if (order.size() % 2)
    order.push_back(-1);
}

void WidenedWindow::widenWord(KernelBuilder &b, Value row, int64_t at,
                              Value room, int64_t to, int64_t columns,
                              int64_t distance) const {
  SmallVector<Value> even, odd;
  for (int64_t column = 0; column < columns; ++column) {
    Value word = b.loadWord(row, at + column * distance, /*alignment=*/1);
    even.push_back(areUnsigned ? uxtb16(b, word) : sxtb16(b, word));
    odd.push_back(areUnsigned ? uxtb16Ror8(b, word) : sxtb16Ror8(b, word));
  }
  if (columns == 1)
    return storePair(b, even[0], odd[0], room, to);
  storePair(b, even[0], even[1], room, to);
  storePair(b, odd[0], odd[1], room, to + 2 * pairBytes);
}

Value WidenedWindow::widenRow(KernelBuilder &b, Value row, Value room,
                              int64_t columns, int64_t distance) const {
  int64_t bytes = 2 * pairBytes * columns;
  int64_t count = words.size(), done = 0, start = 0;
  if (count > straightWords) {
    int64_t turns = count / wordsAtOnce;
    Value end = b.offset(room, turns * wordsAtOnce * bytes);
    SmallVector<Value> after =
        b.loopTo(end, turns, {room, row}, [&](ValueRange values) {
          for (int64_t i = 0; i < wordsAtOnce; ++i)
            widenWord(b, values[1], elementsInWord * i, values[0], i * bytes,
                      columns, distance);
          Value next = b.offset(values[0], wordsAtOnce * bytes);
          Value nextWord = b.offset(values[1], wordsAtOnce * elementsInWord);
          return SmallVector<Value>{next, nextWord};
        });
    room = after[0];
    row = after[1];
    done = turns * wordsAtOnce;
    start = done * elementsInWord;
  }
  for (int64_t i = done; i < count; ++i)
    widenWord(b, row, words[i] - start, room, (i - done) * bytes, columns,
              distance);
  return b.offset(room, (count - done) * bytes);
}

void WidenedWindow::widenSingles(KernelBuilder &b, Value rows, Value room,
                                 int64_t columns, int64_t distance) const {
  Value row;
  int64_t loaded = -1;
  auto load = [&](Single single, int64_t column) {
    if (single.row != loaded) {
      Value at = b.offset(rows, single.row * (b.core.pointerBits / 8));
      row = LLVM::LoadOp::create(b, b.pointerType(), at);
      loaded = single.row;
    }
    return b.loadByte(row, single.element + column * distance, areUnsigned);
  };
  for (size_t i = 0; i < singles.size(); i += 2) {
    SmallVector<Value> halves;
    for (int64_t column = 0; column < columns; ++column)
      halves.push_back(load(singles[i], column));
    if (i + 1 < singles.size())
      for (int64_t column = 0; column < columns; ++column) {
        Value high = load(singles[i + 1], column);
        halves[column] = packHalves(b, halves[column], high);
      }
    int64_t to = i / 2 * pairBytes * columns;
    if (columns == 2)
      storePair(b, halves[0], halves[1], room, to);
    else
      b.storeWord(halves[0], room, to);
  }
}

void WidenedWindow::widen(KernelBuilder &b, Value rows, Value room,
                          int64_t columns, int64_t distance) const {
  int64_t pointerBytes = b.core.pointerBits / 8;
  auto rowAt = [&](Value place) {
    return LLVM::LoadOp::create(b, b.pointerType(), place).getResult();
  };
  int64_t rowBytes = int64_t(words.size()) * 2 * pairBytes * columns;
  Value first = room;
  if (rowBytes && height * int64_t(words.size()) <= straightWords) {
    for (int64_t row = 0; row < height; ++row) {
      Value at = rowAt(b.offset(rows, row * pointerBytes));
      room = widenRow(b, at, room, columns, distance);
    }
  } else if (rowBytes) {
    Value end = b.offset(room, height * rowBytes);
    room = b.loopTo(end, height, {room, rows}, [&](ValueRange values) {
      Value next = widenRow(b, rowAt(values[1]), values[0], columns, distance);
      Value nextRow = b.offset(values[1], pointerBytes);
      return SmallVector<Value>{next, nextRow};
    })[0];
  }
  widenSingles(b, rows, b.offset(first, height * rowBytes), columns, distance);
}
