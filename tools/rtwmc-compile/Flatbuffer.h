//===- Flatbuffer.h - Reading a flatbuffer of which nobody knows -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every offset is checked, as nobody else has before.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFER_H
#define RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"

namespace rtwmc::flatbuffer {

/// The bytes of a flatbuffer. What lies outside reads as 0.
class Bytes {
public:
  explicit Bytes(llvm::StringRef data) : data(data) {}

  template <typename T> T read(uint64_t at) const {
    if (at > data.size() || data.size() - at < sizeof(T))
      return 0;
    return llvm::support::endian::read<T, llvm::endianness::little>(
        data.data() + at);
  }
  llvm::StringRef string(uint64_t at, uint64_t size) const {
    return data.substr(at, size);
  }
  uint64_t size() const { return data.size(); }

private:
  llvm::StringRef data;
};

/// A vector: where its first element is, and how many there are.
struct Vector {
  uint64_t first = 0, size = 0;
};

/// A table at `at`; there is none at 0. Fields are known by their numbers.
class Table {
public:
  Table(const Bytes &bytes, uint64_t at) : bytes(&bytes), at(at) {}
  static Table root(const Bytes &bytes) {
    return {bytes, bytes.read<uint32_t>(0)};
  }

  explicit operator bool() const { return at != 0; }
  const Bytes &getBytes() const { return *bytes; }
  /// Where it is.
  uint64_t position() const { return at; }
  /// Where what field `number` refers to is; 0 if it refers to nothing.
  uint64_t target(unsigned number) const { return follow(field(number)); }

  template <typename T> T scalar(unsigned number) const {
    uint64_t place = field(number);
    return place ? bytes->read<T>(place) : T();
  }
  Table table(unsigned number) const { return {*bytes, follow(field(number))}; }
  Vector vector(unsigned number, uint64_t elementBytes) const {
    uint64_t place = follow(field(number));
    uint64_t size = place ? bytes->read<uint32_t>(place) : 0;
    bool isInside = size <= bytes->size() / elementBytes;
    return isInside ? Vector{place + 4, size} : Vector();
  }
  llvm::StringRef string(unsigned number) const {
    Vector text = vector(number, 1);
    return bytes->string(text.first, text.size);
  }
  /// Element `index` of a vector of tables.
  Table element(unsigned number, uint64_t index) const {
    Vector tables = vector(number, 4);
    bool isInside = index < tables.size;
    return {*bytes, isInside ? follow(tables.first + 4 * index) : 0};
  }
  /// Element `index` of a vector of numbers, -1 where it has no such element.
  int32_t number(unsigned number, uint64_t index) const {
    Vector values = vector(number, 4);
    return index < values.size ? bytes->read<int32_t>(values.first + 4 * index)
                               : -1;
  }

private:
  /// Where field `number` is, 0 if it is left out.
  uint64_t field(unsigned number) const {
    if (at == 0)
      return 0;
    uint64_t vtable = at - bytes->read<int32_t>(at);
    uint64_t place = 4 + 2 * uint64_t(number);
    if (place + 2 > bytes->read<uint16_t>(vtable))
      return 0;
    uint16_t offset = bytes->read<uint16_t>(vtable + place);
    return offset ? at + offset : 0;
  }
  /// What the offset at `place` points to.
  uint64_t follow(uint64_t place) const {
    uint32_t offset = place ? bytes->read<uint32_t>(place) : 0;
    return offset ? place + offset : 0;
  }

  const Bytes *bytes;
  uint64_t at;
};

} // namespace rtwmc::flatbuffer

#endif // RTWMC_TOOLS_RTWMC_COMPILE_FLATBUFFER_H
