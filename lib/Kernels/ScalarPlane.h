//===- ScalarPlane.h - Scalar programs that are planes ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_SCALARPLANE_H
#define RTWMC_LIB_KERNELS_SCALARPLANE_H

#include "Builder/PlaneSearch.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

namespace rtwmc {

/// What a program of one or two bytes that yields a byte does, as a plane: of
/// one byte, the second factor is 0.
struct ScalarPlane {
  Plane plane;
  ByteRanges ranges;
};
std::optional<ScalarPlane> findScalarPlane(ElementwiseOp op);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_SCALARPLANE_H
