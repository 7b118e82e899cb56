//===- PointWords.cpp - Transforms of two elements in a word --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every step is an instruction, of shifted operands too; as many parts as can
// be are shared. Elements of even columns come first, so that only few words
// are in registers at once.
//
//===----------------------------------------------------------------------===//

#include "PointWords.h"
#include "../Builder/Instructions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Words of every second column.
struct WordColumns {
  KernelBuilder &b;
  SmallVector<Value> words;

  Value operator[](int64_t index) const { return words[index]; }
  Value subtract(Value x, Value y) const {
    return arith::SubIOp::create(b, x, y);
  }
  /// x - 4 y.
  Value minus4(Value x, Value y) const {
    return subtractShiftedLeft(b, x, y, 2);
  }
  Value times9(Value x) const { return addShiftedLeft(b, x, x, 3); }
};

} // namespace

static WordColumns loadColumns(KernelBuilder &b, int64_t first, int64_t count,
                               function_ref<Value(int64_t)> load) {
  WordColumns columns{b, {}};
  for (int64_t i = 0; i < count; ++i)
    columns.words.push_back(load(first + 2 * i));
  return columns;
}

using Put = function_ref<void(Value, int64_t)>;

/// The products of a point and its negative, of the sums of even and of odd
/// columns, these times the point.
static void putBoth(KernelBuilder &b, Value even, Value odd, int64_t product,
                    int64_t shift, Put put) {
  put(addShiftedLeft(b, even, odd, shift), product);
  put(subtractShiftedLeft(b, even, odd, shift), product + 1);
}

/// At 0, 1, -1, 2, -2 and infinity.
static void transformSix(KernelBuilder &b, function_ref<Value(int64_t)> load,
                         Put put) {
  WordColumns x = loadColumns(b, 0, 3, load);
  Value difference = x.subtract(x[0], x[1]);
  Value evenAt2 = x.subtract(x[2], x[1]);
  put(addShiftedLeft(b, evenAt2, difference, 2), 0);
  Value evenAt1 = x.minus4(x[2], x[1]);
  WordColumns y = loadColumns(b, 1, 3, load);
  Value oddAt2 = y.subtract(y[1], y[0]);
  difference = y.subtract(y[2], y[1]);
  put(y.minus4(difference, oddAt2), 5);
  Value oddAt1 = y.minus4(y[1], y[0]);
  putBoth(b, evenAt1, oddAt1, 1, 0, put);
  putBoth(b, evenAt2, oddAt2, 3, 1, put);
}

namespace {

/// (y - 4)(y - 9), (y - 1)(y - 9) and (y - 1)(y - 4) of three columns: those of
/// 1, 2 and 3.
struct Thirds {
  Value at1, at2, at3;

  Thirds(const WordColumns &x, int64_t first) {
    Value low = x.subtract(x[first + 1], x[first]);
    Value high = x.subtract(x[first + 2], x[first + 1]);
    at3 = x.minus4(high, low);
    at2 = x.subtract(high, x.times9(low));
    low = x.minus4(x[first + 1], x[first]);
    high = x.minus4(x[first + 2], x[first + 1]);
    at1 = x.subtract(high, x.times9(low));
  }
};

} // namespace

/// The same at 3 and -3, too.
static void transformEight(KernelBuilder &b, function_ref<Value(int64_t)> load,
                           Put put) {
  // (y - 1) times what is (y - 4)(y - 9) of the columns behind the first, and
  // of those before the last.
  WordColumns x = loadColumns(b, 0, 4, load);
  Thirds even(x, 1);
  Value low = x.minus4(x[1], x[0]);
  Value high = x.minus4(x[2], x[1]);
  Value first = x.subtract(even.at1, high);
  put(b.add(first, x.times9(low)), 0);
  WordColumns y = loadColumns(b, 1, 4, load);
  Thirds odd(y, 0);
  low = y.minus4(y[2], y[1]);
  high = y.minus4(y[3], y[2]);
  Value last = y.subtract(high, y.times9(low));
  put(y.subtract(last, odd.at1), 7);
  putBoth(b, even.at1, odd.at1, 1, 0, put);
  putBoth(b, even.at2, odd.at2, 3, 1, put);
  Value threeTimes = addShiftedLeft(b, odd.at3, odd.at3, 1);
  putBoth(b, even.at3, threeTimes, 5, 0, put);
}

bool rtwmc::canTransformWords(const PointTransform &transform) {
  return transform.products() == 6 || transform.products() == 8;
}

void rtwmc::transformWords(KernelBuilder &b, const PointTransform &transform,
                           function_ref<Value(int64_t)> load, Put put) {
  return transform.products() == 6 ? transformSix(b, load, put)
                                   : transformEight(b, load, put);
}
