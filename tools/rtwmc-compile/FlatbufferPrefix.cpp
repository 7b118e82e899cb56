//===- FlatbufferPrefix.cpp - New tables before a flatbuffer --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatbufferPrefix.h"

using namespace rtwmc;
using namespace rtwmc::flatbuffer;
using llvm::ArrayRef;
using llvm::StringRef;

/// Of numbers, references and the sizes of vectors.
static constexpr uint64_t wordBytes = 4;
/// What tensors are aligned to.
static constexpr uint64_t tensorAlign = 16;

template <typename T> void Prefix::put(T value) {
  char bytes[sizeof(T)];
  llvm::support::endian::write<T, llvm::endianness::little>(bytes, value);
  out.append(bytes, sizeof(T));
}

/// Lets what comes after the next `ahead` bytes be aligned.
void Prefix::align(uint64_t bytes, uint64_t ahead) {
  while ((out.size() + ahead) % bytes != 0)
    out.push_back(0);
}

Prefix::Prefix(StringRef identifier) {
  put<uint32_t>(0);
  out += identifier.substr(0, wordBytes);
}

uint64_t Prefix::addTable(ArrayRef<Field> fields) {
  bool isRoot = out.size() == 2 * wordBytes;
  uint64_t fieldsBytes = wordBytes * fields.size();
  uint64_t vtableBytes = wordBytes + 2 * fields.size();
  align(wordBytes, vtableBytes);
  put<uint16_t>(vtableBytes);
  put<uint16_t>(wordBytes + fieldsBytes);
  for (size_t i = 0; i < fields.size(); ++i)
    put<uint16_t>(
        fields[i].kind == Field::Kind::Absent ? 0 : wordBytes + wordBytes * i);
  uint64_t table = out.size();
  put<int32_t>(static_cast<int32_t>(vtableBytes));
  for (const Field &field : fields) {
    if (field.kind == Field::Kind::Old)
      pointToOld(out.size(), field.target);
    put<uint32_t>(field.number);
  }
  if (isRoot)
    point(0, table);
  return table;
}

uint64_t Prefix::addReferences(uint64_t size) {
  align(wordBytes);
  uint64_t vector = out.size();
  put<uint32_t>(size);
  out.append(wordBytes * size, 0);
  return vector;
}

uint64_t Prefix::addNumbers(ArrayRef<int32_t> numbers) {
  align(wordBytes);
  uint64_t vector = out.size();
  put<uint32_t>(numbers.size());
  for (int32_t number : numbers)
    put<int32_t>(number);
  return vector;
}

uint64_t Prefix::addString(StringRef text) {
  uint64_t vector = addBytes(text);
  out.push_back(0);
  return vector;
}

uint64_t Prefix::addZeros64(uint64_t count) {
  align(sizeof(int64_t), wordBytes);
  uint64_t vector = out.size();
  put<uint32_t>(count);
  out.append(sizeof(int64_t) * count, 0);
  return vector;
}

uint64_t Prefix::addBytes(StringRef contents) {
  align(tensorAlign, wordBytes);
  uint64_t vector = out.size();
  put<uint32_t>(contents.size());
  out += contents;
  return vector;
}

uint64_t Prefix::placeOf(uint64_t parent, uint64_t index) {
  return parent + wordBytes + wordBytes * index;
}

void Prefix::point(uint64_t place, uint64_t target) {
  llvm::support::endian::write<uint32_t, llvm::endianness::little>(
      out.data() + place, static_cast<uint32_t>(target - place));
}

std::string Prefix::finish(StringRef file) {
  align(tensorAlign);
  uint64_t moved = out.size();
  for (const Reference &each : old)
    point(each.place, moved + each.target);
  return out + file.str();
}
