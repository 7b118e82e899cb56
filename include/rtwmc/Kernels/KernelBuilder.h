//===- KernelBuilder.h - Building row kernels -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row kernel computes one step of a layer: a row of its output, or a part of
// it. Kernels use 32-bit integers and plain pointers: on a core with 8 low
// registers a memref descriptor is a luxury.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_KERNELS_KERNELBUILDER_H
#define RTWMC_KERNELS_KERNELBUILDER_H

#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace rtwmc {

/// On a branch: it is taken once in so many times. For estimates of work only.
inline constexpr llvm::StringLiteral periodAttrName = "rtwmc.period";

/// On a loop without a counter, or of which it is not known how far that goes:
/// how often it turns. For estimates of work only.
inline constexpr llvm::StringLiteral turnsAttrName = "rtwmc.turns";

/// On an operation that the backend makes part of another. For estimates of
/// work only.
inline constexpr llvm::StringLiteral foldedAttrName = "rtwmc.folded";

/// What `loadWord` and `storeWord` move.
inline constexpr int64_t wordBytes = 4;

/// Builds scalar code, with the vocabulary of kernels.
class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  /// Functions and constants go into `module`; they are the code of `kernel`.
  KernelBuilder(mlir::Location loc, mlir::ModuleOp module, const Core &core,
                mlir::StringAttr kernel)
      : ImplicitLocOpBuilder(loc, module.getContext()), core(core),
        module(module), kernel(kernel) {}

  const Core &core;

  mlir::Value i32(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b);
  mlir::Value mul(mlir::Value a, int64_t b);
  /// Quotient and remainder of `0 <= value <= max` by a constant, without a
  /// division where multiplying and shifting is exact.
  std::pair<mlir::Value, mlir::Value> divRem(mlir::Value value, int64_t divisor,
                                             int64_t max);
  mlir::Value clamp(mlir::Value value, int64_t min, int64_t max);

  /// `pointer + bytes`.
  mlir::Value offset(mlir::Value pointer, mlir::Value bytes);
  mlir::Value offset(mlir::Value pointer, int64_t bytes);
  /// The bytes from pointer `start` to pointer `end`.
  mlir::Value distance(mlir::Value start, mlir::Value end);
  /// The byte at `pointer + bytes`, as i32.
  mlir::Value loadByte(mlir::Value pointer, int64_t bytes = 0,
                       bool isUnsigned = false);
  /// The word at `pointer + bytes`; `alignment` 1 only where words may be
  /// loaded from any address.
  mlir::Value loadWord(mlir::Value pointer, int64_t bytes = 0,
                       int64_t alignment = 4);
  /// The unsigned number of 2 or 4 aligned bytes at `pointer`, as i32.
  mlir::Value loadUnsigned(mlir::Value pointer, int64_t bytes);
  void storeUnsigned(mlir::Value value, mlir::Value pointer, int64_t bytes);
  void storeByte(mlir::Value value, mlir::Value pointer, int64_t bytes = 0);
  void storeWord(mlir::Value value, mlir::Value pointer, int64_t bytes = 0);
  /// The same pointer, of which LLVM knows nothing but this: loads at constant
  /// distances stay loads at constant distances, in loops too.
  mlir::Value opaque(mlir::Value pointer);
  /// The same pointer, of which LLVM does not even know to what: an empty piece
  /// of assembly, which keeps a loop around it out of the link register.
  mlir::Value hidden(mlir::Value pointer);
  /// Lets the loop that is built count in any register but the link register
  /// (Armv8.1-M's LE), which is free for values then: an empty piece of
  /// assembly, which LLVM takes for a call. Functions without such loops
  /// altogether (-lob) would lose copies of vectors, as LLVM 22 expands these
  /// where it expands the loops.
  void keepLinkRegister();
  /// The first byte of a buffer.
  mlir::Value pointerTo(mlir::Value memref);
  /// Room for `count` values of `type` in the frame of the function that is
  /// built.
  mlir::Value stackSlot(mlir::Type type, int64_t count);
  /// A new constant in flash; its name is `name`, or begins with it.
  mlir::LLVM::GlobalOp constantBytes(llvm::StringRef name,
                                     llvm::ArrayRef<int8_t> values,
                                     int64_t alignment = 1);
  mlir::LLVM::GlobalOp constantWords(llvm::StringRef name,
                                     llvm::ArrayRef<int32_t> values);
  /// The same of elements of any width.
  mlir::LLVM::GlobalOp constantData(llvm::StringRef name,
                                    mlir::DenseElementsAttr data,
                                    int64_t alignment);
  /// Its address, where the builder stands.
  mlir::Value addressOf(mlir::LLVM::GlobalOp constant);

  /// `for i in [from, to)`, with values carried around; returns them.
  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value index, mlir::ValueRange carried)>;
  mlir::ValueRange loop(mlir::Value from, mlir::Value to,
                        mlir::ValueRange carried, LoopBody body);
  mlir::ValueRange loop(int64_t from, int64_t to, mlir::ValueRange carried,
                        LoopBody body);
  void loop(mlir::Value from, mlir::Value to,
            llvm::function_ref<void(mlir::Value)> body);
  void loop(int64_t from, int64_t to,
            llvm::function_ref<void(mlir::Value)> body);
  /// How often the loop turns that gave `results`, where nothing says how far
  /// it goes. For estimates of work only; 0: not known either.
  void expectTurns(mlir::ValueRange results, int64_t turns);
  /// `do ... while (carried[0] != end)`, which turns so many times.
  llvm::SmallVector<mlir::Value>
  loopTo(mlir::Value end, int64_t turns, mlir::ValueRange carried,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange)>
             body);
  /// `if (condition)`, which is true once in `period` times; 0: seldom.
  void ifTrue(mlir::Value condition, int64_t period,
              llvm::function_ref<void()> body);
  /// `if (a == b)`.
  void ifEqual(mlir::Value a, mlir::Value b, llvm::function_ref<void()> body,
               int64_t period = 0);

  /// Copies or fills `bytes` bytes, in words or vectors as far as the core can.
  /// Bytes may be copied down, over some of their own.
  void copy(mlir::Value to, mlir::Value from, int64_t bytes);
  void fill(mlir::Value to, mlir::Value bytes, int8_t value);

  /// A private function that is never inlined, because its registers are its
  /// own: `body` gets its arguments. Returns its symbol.
  mlir::func::FuncOp function(llvm::StringRef name, mlir::TypeRange arguments,
                              llvm::function_ref<void(mlir::ValueRange)> body);
  /// The one of that name that kernels share; it is the code of the first.
  mlir::func::FuncOp
  sharedFunction(llvm::StringRef name, mlir::TypeRange arguments,
                 llvm::function_ref<void(mlir::ValueRange)> body);
  mlir::Value intrinsic(llvm::StringRef name, mlir::ValueRange arguments);

  mlir::Type pointerType() {
    return mlir::LLVM::LLVMPointerType::get(getContext());
  }

private:
  mlir::ModuleOp module;
  mlir::StringAttr kernel;
};

} // namespace rtwmc

#endif // RTWMC_KERNELS_KERNELBUILDER_H
