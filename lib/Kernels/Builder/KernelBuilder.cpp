//===- KernelBuilder.cpp - Building row kernels ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Kernels/KernelBuilder.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

Value KernelBuilder::i32(int64_t value) {
  return arith::ConstantOp::create(*this, getI32IntegerAttr(value));
}

Value KernelBuilder::add(Value a, Value b) {
  return arith::AddIOp::create(*this, a, b);
}

Value KernelBuilder::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, i32(b));
}

Value KernelBuilder::mul(Value a, int64_t b) {
  return b == 1 ? a : arith::MulIOp::create(*this, a, i32(b));
}

std::pair<Value, Value> KernelBuilder::divRem(Value value, int64_t divisor,
                                              int64_t max) {
  if (divisor == 1)
    return {value, i32(0)};
  Value quotient;
  for (int64_t shift = 0; shift < 24 && !quotient; ++shift) {
    int64_t multiplier = ((int64_t(1) << shift) + divisor - 1) / divisor;
    bool exact = max * multiplier < (int64_t(1) << 31);
    for (int64_t each = 0; each <= max && exact; ++each)
      exact = (each * multiplier) >> shift == each / divisor;
    if (exact) {
      Value scaled = mul(value, multiplier);
      quotient = arith::ShRUIOp::create(*this, scaled, i32(shift));
    }
  }
  if (!quotient)
    quotient = arith::DivUIOp::create(*this, value, i32(divisor));
  Value remainder = arith::SubIOp::create(*this, value, mul(quotient, divisor));
  return {quotient, remainder};
}

Value KernelBuilder::clamp(Value value, int64_t min, int64_t max) {
  value = arith::MaxSIOp::create(*this, value, i32(min));
  return arith::MinSIOp::create(*this, value, i32(max));
}

Value KernelBuilder::offset(Value pointer, Value bytes) {
  return LLVM::GEPOp::create(*this, pointerType(), getI8Type(), pointer, bytes);
}

Value KernelBuilder::offset(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return LLVM::GEPOp::create(
      *this, pointerType(), getI8Type(), pointer,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)});
}

Value KernelBuilder::distance(Value start, Value end) {
  Value last = LLVM::PtrToIntOp::create(*this, getI32Type(), end);
  Value first = LLVM::PtrToIntOp::create(*this, getI32Type(), start);
  return arith::SubIOp::create(*this, last, first);
}

Value KernelBuilder::loadByte(Value pointer, int64_t bytes, bool isUnsigned) {
  Value byte =
      LLVM::LoadOp::create(*this, getI8Type(), offset(pointer, bytes), 1);
  if (isUnsigned)
    return arith::ExtUIOp::create(*this, getI32Type(), byte);
  return arith::ExtSIOp::create(*this, getI32Type(), byte);
}

Value KernelBuilder::loadWord(Value pointer, int64_t bytes, int64_t alignment) {
  return LLVM::LoadOp::create(*this, getI32Type(), offset(pointer, bytes),
                              alignment);
}

Value KernelBuilder::loadUnsigned(Value pointer, int64_t bytes) {
  if (bytes == 4)
    return loadWord(pointer);
  Value half = LLVM::LoadOp::create(*this, getI16Type(), pointer, 2);
  return arith::ExtUIOp::create(*this, getI32Type(), half);
}

void KernelBuilder::storeUnsigned(Value value, Value pointer, int64_t bytes) {
  if (bytes == 4)
    return storeWord(value, pointer);
  Value half = arith::TruncIOp::create(*this, getI16Type(), value);
  LLVM::StoreOp::create(*this, half, pointer, 2);
}

void KernelBuilder::storeByte(Value value, Value pointer, int64_t bytes) {
  if (!value.getType().isInteger(8))
    value = arith::TruncIOp::create(*this, getI8Type(), value);
  LLVM::StoreOp::create(*this, value, offset(pointer, bytes), 1);
}

void KernelBuilder::storeWord(Value value, Value pointer, int64_t bytes) {
  LLVM::StoreOp::create(*this, value, offset(pointer, bytes), 4);
}

Value KernelBuilder::opaque(Value pointer) {
  return LLVM::LaunderInvariantGroupOp::create(*this, pointerType(), pointer);
}

/// Assembly of no instructions.
static LLVM::InlineAsmOp barrier(KernelBuilder &b, TypeRange results,
                                 ValueRange operands, StringRef constraints,
                                 bool hasSideEffects) {
  return LLVM::InlineAsmOp::create(
      b, results, operands, /*asm_string=*/"", constraints, hasSideEffects,
      /*is_align_stack=*/false, LLVM::TailCallKind::None,
      LLVM::AsmDialectAttr(), ArrayAttr());
}

Value KernelBuilder::hidden(Value pointer) {
  // With MVE an odd register: the even ones are those of accumulators.
  StringRef constraints = core.mve ? "=^To,0" : "=r,0";
  return barrier(*this, pointerType(), pointer, constraints,
                 /*hasSideEffects=*/false)
      .getResult(0);
}

void KernelBuilder::keepLinkRegister() {
  barrier(*this, TypeRange(), ValueRange(), "", /*hasSideEffects=*/true);
}

Value KernelBuilder::pointerTo(Value memref) {
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(*this, memref);
  // As wide as any pointer; the backend folds the round trip.
  address = arith::IndexCastOp::create(*this, getI64Type(), address);
  return LLVM::IntToPtrOp::create(*this, pointerType(), address);
}

Value KernelBuilder::stackSlot(Type type, int64_t count) {
  Operation *parent = getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(parent);
  if (!function)
    function = parent->getParentOfType<func::FuncOp>();
  // What is not at the start of a function is an allocation at run time.
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&function.front());
  Value size = i32(count);
  return LLVM::AllocaOp::create(*this, pointerType(), type, size);
}

LLVM::GlobalOp KernelBuilder::constantData(StringRef name,
                                           DenseElementsAttr data,
                                           int64_t alignment) {
  std::string unique = name.str();
  for (int suffix = 0; SymbolTable::lookupSymbolIn(module, unique); ++suffix)
    unique = (name + "_" + Twine(suffix)).str();
  Type type =
      LLVM::LLVMArrayType::get(data.getElementType(), data.getNumElements());
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(module.getBody());
  return LLVM::GlobalOp::create(*this, type, /*isConstant=*/true,
                                LLVM::Linkage::Internal, unique, data,
                                alignment);
}

LLVM::GlobalOp KernelBuilder::constantBytes(StringRef name,
                                            ArrayRef<int8_t> values,
                                            int64_t alignment) {
  auto type = RankedTensorType::get(values.size(), getI8Type());
  return constantData(name, DenseElementsAttr::get(type, values), alignment);
}

LLVM::GlobalOp KernelBuilder::constantWords(StringRef name,
                                            ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get(values.size(), getI32Type());
  return constantData(name, DenseElementsAttr::get(type, values),
                      /*alignment=*/4);
}

Value KernelBuilder::addressOf(LLVM::GlobalOp constant) {
  return LLVM::AddressOfOp::create(*this, constant);
}

ValueRange KernelBuilder::loop(Value from, Value to, ValueRange carried,
                               LoopBody body) {
  auto loop = scf::ForOp::create(*this, from, to, i32(1), carried);
  {
    OpBuilder::InsertionGuard guard(*this);
    // With nothing carried the builder has made a terminator already.
    if (carried.empty())
      loop.getBody()->getTerminator()->erase();
    setInsertionPointToEnd(loop.getBody());
    SmallVector<Value> next =
        body(loop.getInductionVar(), loop.getRegionIterArgs());
    scf::YieldOp::create(*this, next);
  }
  return loop.getResults();
}

ValueRange KernelBuilder::loop(int64_t from, int64_t to, ValueRange carried,
                               LoopBody body) {
  Value first = i32(from), end = i32(to);
  return loop(first, end, carried, body);
}

void KernelBuilder::loop(Value from, Value to, function_ref<void(Value)> body) {
  loop(from, to, {}, [&](Value index, ValueRange) {
    body(index);
    return SmallVector<Value>();
  });
}

void KernelBuilder::loop(int64_t from, int64_t to,
                         function_ref<void(Value)> body) {
  Value first = i32(from), end = i32(to);
  loop(first, end, body);
}

SmallVector<Value>
KernelBuilder::loopTo(Value end, int64_t turns, ValueRange carried,
                      function_ref<SmallVector<Value>(ValueRange)> body) {
  if (turns == 1)
    return body(carried);
  auto loop = scf::WhileOp::create(
      *this, carried.getTypes(), carried,
      [&](OpBuilder &, Location, ValueRange values) {
        // The builder that is given knows nothing of kernels.
        OpBuilder::InsertionGuard guard(*this);
        setInsertionPointToEnd(values.front().getParentBlock());
        SmallVector<Value> next = body(values);
        Value goesOn = LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::ne,
                                            next.front(), end);
        scf::ConditionOp::create(*this, goesOn, next);
      },
      [&](OpBuilder &builder, Location loc, ValueRange values) {
        scf::YieldOp::create(builder, loc, values);
      });
  loop->setAttr(turnsAttrName, getI64IntegerAttr(turns));
  return SmallVector<Value>(loop.getResults());
}

void KernelBuilder::expectTurns(ValueRange results, int64_t turns) {
  if (turns > 0)
    results[0].getDefiningOp()->setAttr(turnsAttrName,
                                        getI64IntegerAttr(turns));
}

void KernelBuilder::ifTrue(Value condition, int64_t period,
                           function_ref<void()> body) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  branch->setAttr(periodAttrName, getI64IntegerAttr(period));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  body();
}

void KernelBuilder::ifEqual(Value a, Value b, function_ref<void()> body,
                            int64_t period) {
  Value equal = arith::CmpIOp::create(*this, arith::CmpIPredicate::eq, a, b);
  ifTrue(equal, period, body);
}

void KernelBuilder::copy(Value to, Value from, int64_t bytes) {
  // Short copies are straight-line code, longer ones loops.
  int64_t done = 0;
  if (core.mve && bytes >= 16) {
    auto type = VectorType::get({16}, getI8Type());
    auto moveVector = [&](Value target, Value source) {
      Value vector = LLVM::LoadOp::create(*this, type, source, 1);
      LLVM::StoreOp::create(*this, vector, target, 1);
    };
    // The last one may overlap the one before, whose store may be where it is
    // loaded from if bytes move down.
    Value last;
    if (bytes % 16)
      last = LLVM::LoadOp::create(*this, type, offset(from, bytes - 16), 1);
    int64_t vectors = bytes / 16;
    if (vectors > 4) {
      loop(0, vectors, [&](Value i) {
        Value at = mul(i, 16);
        Value target = offset(to, at), source = offset(from, at);
        moveVector(target, source);
      });
    } else {
      for (int64_t vector = 0; vector < vectors; ++vector) {
        Value target = offset(to, 16 * vector);
        moveVector(target, offset(from, 16 * vector));
      }
    }
    if (last)
      LLVM::StoreOp::create(*this, last, offset(to, bytes - 16), 1);
    return;
  }
  if (core.unaligned) {
    auto moveWord = [&](Value target, Value source, int64_t at) {
      Value word = loadWord(source, at, 1);
      LLVM::StoreOp::create(*this, word, offset(target, at), 1);
    };
    int64_t words = bytes / 4;
    if (words > 4)
      loop(0, words, [&](Value i) {
        Value at = mul(i, 4);
        Value target = offset(to, at), source = offset(from, at);
        moveWord(target, source, 0);
      });
    else
      for (int64_t word = 0; word < words; ++word)
        moveWord(to, from, 4 * word);
    done = 4 * words;
  }
  auto moveByte = [&](Value target, Value source) {
    Value byte = LLVM::LoadOp::create(*this, getI8Type(), source, 1);
    LLVM::StoreOp::create(*this, byte, target, 1);
  };
  if (bytes - done > 4)
    loop(done, bytes, [&](Value i) {
      Value target = offset(to, i), source = offset(from, i);
      moveByte(target, source);
    });
  else
    for (; done < bytes; ++done) {
      Value target = offset(to, done), source = offset(from, done);
      moveByte(target, source);
    }
}

void KernelBuilder::fill(Value to, Value bytes, int8_t value) {
  Value byte = arith::ConstantOp::create(*this, getI8IntegerAttr(value));
  loop(i32(0), bytes,
       [&](Value i) { LLVM::StoreOp::create(*this, byte, offset(to, i), 1); });
}

func::FuncOp KernelBuilder::function(StringRef name, TypeRange arguments,
                                     function_ref<void(ValueRange)> body) {
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToEnd(module.getBody());
  auto result =
      func::FuncOp::create(*this, name, getFunctionType(arguments, {}));
  result.setPrivate();
  result->setAttr(codeOfAttrName, kernel);
  SymbolTable(module).insert(result);
  setInsertionPointToStart(result.addEntryBlock());
  body(result.getArguments());
  func::ReturnOp::create(*this);
  return result;
}

func::FuncOp
KernelBuilder::sharedFunction(StringRef name, TypeRange arguments,
                              function_ref<void(ValueRange)> body) {
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  return function(name, arguments, body);
}

Value KernelBuilder::intrinsic(StringRef name, ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(*this, getI32Type(), getStringAttr(name),
                                       arguments)
      .getResult(0);
}
