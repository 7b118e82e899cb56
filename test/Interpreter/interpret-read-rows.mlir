// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// The same elements in other rows.
// CHECK:      @rows: tensor<1x4x1x1xi8>
// CHECK-NEXT:   [1]
// CHECK-NEXT:   [2]
// CHECK-NEXT:   [3]
// CHECK-NEXT:   [4]
func.func @rows() -> tensor<1x4x1x1xi8> {
  %0 = arith.constant dense<[[[[1], [2], [3], [4]]]]> : tensor<1x1x4x1xi8>
  %1 = rtwmc.read_rows %0 : tensor<1x1x4x1xi8> -> tensor<1x4x1x1xi8>
  return %1 : tensor<1x4x1x1xi8>
}
