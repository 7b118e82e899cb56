//===- Expected.h - A value or an error, without exceptions -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Planning depends on the C++ standard library only, so it cannot borrow
// llvm::Expected; C++20 has no std::expected. This is the little of it we use.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_EXPECTED_H
#define RTWMC_PLANNING_EXPECTED_H

#include <cassert>
#include <utility>
#include <variant>

namespace rtwmc::planning {

/// Either a `Value` or an `Error`. Test with `operator bool` before use.
template <typename Value, typename Error> class Expected {
public:
  Expected(Value V) : Storage(std::in_place_index<0>, std::move(V)) {}
  Expected(Error E) : Storage(std::in_place_index<1>, std::move(E)) {}

  explicit operator bool() const { return Storage.index() == 0; }

  Value &operator*() {
    assert(*this && "no value");
    return *std::get_if<0>(&Storage);
  }
  const Value &operator*() const {
    assert(*this && "no value");
    return *std::get_if<0>(&Storage);
  }
  Value *operator->() { return &**this; }
  const Value *operator->() const { return &**this; }

  const Error &error() const {
    assert(!*this && "no error");
    return *std::get_if<1>(&Storage);
  }

private:
  std::variant<Value, Error> Storage;
};

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_EXPECTED_H
