//===- Datum.cpp - Values of the interpreter ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Interpreter/Interpreter.h"

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace rtwmc;

int64_t Datum::toElement(const APInt &value) {
  return value.getBitWidth() == 1 ? value.getZExtValue() : value.getSExtValue();
}

FailureOr<Datum> Datum::get(TypedAttr constant) {
  Datum result{constant.getType()};
  if (auto scalar = dyn_cast<IntegerAttr>(constant)) {
    result.elements.push_back(toElement(scalar.getValue()));
    return result;
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(constant);
  if (!dense)
    return failure();
  for (const APInt &value : dense)
    result.elements.push_back(toElement(value));
  return result;
}

/// The rows of a tensor, each a line. The last dimension is that of channels.
static void printRows(raw_ostream &os, RankedTensorType type,
                      ArrayRef<int64_t> elements) {
  auto bracket = [&](ArrayRef<int64_t> values) {
    os << " [";
    llvm::interleaveComma(values, os);
    os << ']';
  };
  int64_t rank = type.getRank();
  int64_t channels = rank > 0 ? type.getDimSize(rank - 1) : 1;
  int64_t columns = rank > 1 ? type.getDimSize(rank - 2) : 1;
  while (!elements.empty()) {
    ArrayRef<int64_t> row = elements.take_front(columns * channels);
    elements = elements.drop_front(row.size());
    os << "\n ";
    // Pixels of one channel need no brackets of their own.
    int64_t group = channels == 1 ? columns : channels;
    for (; !row.empty(); row = row.drop_front(group))
      bracket(row.take_front(group));
  }
}

static void printPacked(raw_ostream &os, const planning::PackedMap &packed) {
  os << "\n  stream [";
  auto next = packed.values.begin();
  for (int64_t element = 0; element < packed.elements; ++element) {
    os << (element ? ", " : "");
    if (packed.isDropped(element))
      os << '.';
    else
      os << int(*next++);
  }
  os << "]\n  bitmap [";
  llvm::interleaveComma(packed.bitmap, os,
                        [&](uint8_t byte) { os << llvm::format_hex(byte, 4); });
  os << ']';
}

void Datum::print(raw_ostream &os) const {
  if (type.isIntOrIndex()) {
    os << elements.front() << " : " << type << '\n';
    return;
  }
  os << type;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    printRows(os, tensor, elements);
  else if (isa<PrunedType>(type))
    printPacked(os, packed);
  os << '\n';
}
