//===- PaperPlanner.h - Algorithm 1 of the paper ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `paper` planner (spec section 2): how many elements of each convolution's
// output must be dropped, in the paper's closed form, so that its numbers can
// be compared with the paper's. Code is generated from Planner.h instead, or
// with these drops forced upon it.
//
// Where the printed text cannot be implemented (spec section 2, findings):
//  1. Line 10 compares the whole array; here it means element `l`.
//  2. The text's S_tkc = 2*(S_out - D_p)*S_b/S_out contradicts the algorithm's
//     denominator and Table 2; both fit S_tkc = 2*P_b, P_b = ceil(D_p / T).
//  3. The closed form ignores the ceilings, so its layout can overshoot the
//     budget: `PaperLayerPlan::overshoots`. `leastDrop` does not.
//  4. There is no answer where S_b >= full/2 or where D_p = N does not fit:
//     `PaperError`.
//  5. Pooling needs the packed and the pooled map at once, which eq. 2 does not
//     count; `layoutBytes` follows eq. 2 and 3, Planner.h counts both.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PAPERPLANNER_H
#define RTWMC_PLANNING_PAPERPLANNER_H

#include "rtwmc/Planning/Enums.h"
#include "rtwmc/Planning/Expected.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rtwmc::planning {

/// A convolution layer as Algorithm 1 sees it; all sizes in elements.
struct PaperLayer {
  std::string name;
  /// `S_in`, used for the first layer only (and only if its input is in the
  /// arena); later layers read what their predecessor leaves.
  int64_t inputElements = 0;
  /// `S_out` without the bitmap: `N` of spec section 1.
  int64_t outputElements = 0;
  /// Output of the pooling layer that follows (`S_pool`); 0 = none follows.
  int64_t poolElements = 0;
};

struct PaperOptions {
  /// `S_r`, elements.
  int64_t ram = 0;
  /// `S_b`, elements.
  int64_t batch = 0;
  /// Output threshold, 0 < alpha <= 1. Resolved to millionths, so that the
  /// arithmetic is exact.
  double alpha = 1.0;
  /// `bw`: bits of an element.
  int64_t bitWidth = 8;
  /// Whether the first layer's input is counted (spec section 1).
  InputPlace input = InputPlace::External;
};

/// Which of Algorithm 1's two formulas gave `num`.
enum class PaperOption {
  /// Nothing is dropped; the layer pays neither buffer nor bitmap.
  None,
  /// The hard constraint, eq. 2: everything within `S_r`.
  WholeRam,
  /// The output threshold, eq. 3: the packed map within `alpha * S_r`.
  OutputThreshold,
};

struct PaperLayerPlan {
  PaperOption option = PaperOption::None;
  /// `D_p`, elements.
  int64_t drop = 0;
  /// `P_b = ceil(D_p / T)`: elements a batch drops at first.
  int64_t dropPerBatch = 0;
  /// `S_in` as counted for this layer, elements.
  int64_t inputElements = 0;
  /// `S_bm`, 0 if nothing is dropped.
  int64_t bitmapElements = 0;
  /// `S_b`, 0 if nothing is dropped.
  int64_t bufferElements = 0;
  /// `S_tkc = 2 * P_b`, 0 if nothing is dropped.
  int64_t cacheElements = 0;
  /// The left side of eq. 2 (`WholeRam`, `None`) or eq. 3 (`OutputThreshold`).
  int64_t layoutElements = 0;
  /// The right side, rounded down: `S_r` or `alpha * S_r`.
  int64_t boundElements = 0;

  /// Finding 3: the closed form's own rounding breaks its budget.
  bool overshoots() const { return layoutElements > boundElements; }
};

/// Why Algorithm 1 has no answer.
struct PaperError {
  /// Index of the layer, -1 if the options themselves are at fault.
  int layer = -1;
  std::string message;
};

using PaperResult = Expected<std::vector<PaperLayerPlan>, PaperError>;

/// Algorithm 1 in closed form: `D_p = ceil(num / (1 - 2 * S_b / full))`.
PaperResult planPaper(const std::vector<PaperLayer> &layers,
                      const PaperOptions &options);

/// The same decisions, but each `D_p` is the least integer for which eq. 2 or
/// eq. 3 holds with `S_tkc = 2 * ceil(D_p * S_b / N)`, so that no layout
/// overshoots. `cacheElements` is that `S_tkc`.
PaperResult leastDrop(const std::vector<PaperLayer> &layers,
                      const PaperOptions &options);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PAPERPLANNER_H
