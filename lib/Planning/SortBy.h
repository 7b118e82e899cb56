//===- SortBy.h - Sorting by a key ------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_SORTBY_H
#define RTWMC_LIB_PLANNING_SORTBY_H

#include <algorithm>
#include <utility>
#include <vector>

namespace rtwmc::planning {

/// Sorts `items` by `key`, ascending; equal ones stay as they were.
template <typename Item, typename Key>
void sortBy(std::vector<Item> &items, Key key) {
  using KeyType = decltype(key(items[0]));
  std::vector<std::pair<KeyType, size_t>> order;
  for (size_t i = 0; i < items.size(); ++i)
    order.emplace_back(key(items[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<Item> sorted;
  for (const auto &[value, index] : order)
    sorted.push_back(items[index]);
  items = std::move(sorted);
}

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_SORTBY_H
