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
  Expected(Value v) : storage(std::in_place_index<0>, std::move(v)) {}
  Expected(Error e) : storage(std::in_place_index<1>, std::move(e)) {}

  explicit operator bool() const { return storage.index() == 0; }

  Value &operator*() {
    assert(*this && "no value");
    return *std::get_if<0>(&storage);
  }
  const Value &operator*() const {
    assert(*this && "no value");
    return *std::get_if<0>(&storage);
  }
  Value *operator->() { return &**this; }
  const Value *operator->() const { return &**this; }

  const Error &error() const {
    assert(!*this && "no error");
    return *std::get_if<1>(&storage);
  }

private:
  std::variant<Value, Error> storage;
};

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_EXPECTED_H
