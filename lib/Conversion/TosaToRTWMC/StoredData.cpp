//===- StoredData.cpp - Whether constants hold what they say --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Conversion/StoredData.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

/// Whether `type` can be the type of a value, if only of a very large one.
static bool isPossible(ShapedType type) {
  return !type.hasRank() || llvm::none_of(type.getShape(), [](int64_t size) {
    return size < 0 && !ShapedType::isDynamic(size);
  });
}

/// Whether the elements of `type` can be counted.
static bool isCountable(ShapedType type) {
  int64_t elements = 1;
  return type.hasStaticShape() && isPossible(type) &&
         llvm::none_of(type.getShape(), [&](int64_t size) {
           return llvm::MulOverflow(elements, size, elements);
         });
}

/// Whether elements of `type` have a size that a dense constant can be made of.
static bool isStorable(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    type = complex.getElementType();
  return type.isIntOrIndexOrFloat();
}

/// Whether the bytes of `attribute` are as many as its type says.
static bool isWhole(Attribute attribute) {
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    ShapedType type = dense.getType();
    if (!isCountable(type))
      return false;
    if (auto strings = dyn_cast<DenseStringElementsAttr>(attribute)) {
      int64_t count = strings.getRawStringData().size();
      return count == 1 || count == type.getNumElements();
    }
    bool isSplat = false;
    return isStorable(type.getElementType()) &&
           DenseElementsAttr::isValidRawBuffer(type, dense.getRawData(),
                                               isSplat);
  }
  if (auto array = dyn_cast<DenseArrayAttr>(attribute)) {
    Type element = array.getElementType();
    int64_t bytes = 0;
    return element.isIntOrFloat() && array.getSize() >= 0 &&
           !llvm::MulOverflow(
               array.getSize(),
               int64_t(llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)),
               bytes) &&
           bytes == static_cast<int64_t>(array.getRawData().size());
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    return isCountable(resource.getType());
  return true;
}

namespace {

/// What is the same in many operations is looked at once.
class Checker {
public:
  Checker() {
    data.addWalk(
        [](Attribute attribute) { return advanceIf(isWhole(attribute)); });
    types.addWalk([](Type type) {
      auto shaped = dyn_cast<ShapedType>(type);
      return advanceIf(!shaped || isPossible(shaped));
    });
  }
  LogicalResult check(Operation *op);

private:
  static WalkResult advanceIf(bool condition) {
    return condition ? WalkResult::advance() : WalkResult::interrupt();
  }
  bool arePossible(TypeRange range) {
    return llvm::none_of(range, [&](Type type) {
      return !type || types.walk(type).wasInterrupted();
    });
  }

  AttrTypeWalker data, types;
};

} // namespace

LogicalResult Checker::check(Operation *op) {
  DictionaryAttr attributes = op->getAttrDictionary();
  if (data.walk(attributes).wasInterrupted())
    return op->emitError("'") << op->getName()
                              << "' has a constant with more or fewer bytes "
                                 "than its type: the file is damaged";
  bool isRight = !types.walk(attributes).wasInterrupted() &&
                 arePossible(op->getResultTypes());
  for (Region &region : op->getRegions())
    for (Block &block : region)
      isRight &= arePossible(block.getArgumentTypes());
  if (!isRight)
    return op->emitError("'") << op->getName()
                              << "' has a type of an impossible shape: the "
                                 "file is damaged";
  return success();
}

LogicalResult rtwmc::checkStoredData(Operation *root) {
  Checker checker;
  WalkResult result = root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    return failed(checker.check(op)) ? WalkResult::interrupt()
                                     : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

DenseElementsAttr rtwmc::readDense(Attribute constant, ShapedType type) {
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense.getType() == type ? dense : DenseElementsAttr();
  auto resource = dyn_cast<DenseResourceElementsAttr>(constant);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  bool isSplat = false;
  if (!blob ||
      !DenseElementsAttr::isValidRawBuffer(type, blob->getData(), isSplat))
    return {};
  return DenseElementsAttr::getFromRawBuffer(type, blob->getData());
}
