//===- FlatbufferPrefix.h - New tables before a flatbuffer ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Offsets in a flatbuffer point forward, and are relative: tables that are put
// before a file may refer to all that is in it, whatever its schema.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFERPREFIX_H
#define RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFERPREFIX_H

#include "Flatbuffer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace rtwmc::flatbuffer {

/// What is put before a flatbuffer. Places are those in the prefix, targets in
/// the file those that it had.
class Prefix {
public:
  /// Of a table; left out unless it is given. All take four bytes.
  struct Field {
    enum class Kind { Absent, Number, Old, New } kind = Kind::Absent;
    uint32_t number = 0;
    /// What an old reference points to.
    uint64_t target = 0;

    static Field of(uint32_t number) { return {Kind::Number, number, 0}; }
    /// A reference to `target` in the file; absent if that is 0.
    static Field old(uint64_t target) {
      return {target ? Kind::Old : Kind::Absent, 0, target};
    }
    /// A reference that `point` sets later.
    static Field later() { return {Kind::New, 0, 0}; }
  };

  /// Begins a file whose root is the first table.
  explicit Prefix(llvm::StringRef identifier);

  /// These add a table or a vector and return where it is.
  uint64_t addTable(llvm::ArrayRef<Field> fields);
  /// Adds a vector of references that `point` or `pointToOld` sets.
  uint64_t addReferences(uint64_t size);
  uint64_t addNumbers(llvm::ArrayRef<int32_t> numbers);
  uint64_t addString(llvm::StringRef text);
  /// Of 64 bits.
  uint64_t addZeros64(uint64_t count);
  /// Adds a vector of bytes, aligned as tensors are.
  uint64_t addBytes(llvm::StringRef contents);
  /// The place of a field of a table, or of an element of a vector.
  static uint64_t placeOf(uint64_t parent, uint64_t index);
  /// Lets the reference at `place` be to what is at `target` of the prefix.
  void point(uint64_t place, uint64_t target);
  void pointToOld(uint64_t place, uint64_t target) {
    old.push_back({place, target});
  }

  /// The whole file.
  std::string finish(llvm::StringRef file);

private:
  template <typename T> void put(T value);
  void align(uint64_t bytes, uint64_t ahead = 0);

  std::string out;
  struct Reference {
    uint64_t place, target;
  };
  llvm::SmallVector<Reference> old;
};

} // namespace rtwmc::flatbuffer

#endif // RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFERPREFIX_H
