// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// Pixel by pixel; an input may come twice.
// CHECK:      @three: tensor<1x2x2x4xi8>
// CHECK-NEXT:   [1, 5, 6, 1] [2, 7, 8, 2]
// CHECK-NEXT:   [3, 9, 10, 3] [4, 11, -128, 4]
func.func @three() -> tensor<1x2x2x4xi8> {
  %0 = arith.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>
  %1 = arith.constant dense<[[[[5, 6], [7, 8]], [[9, 10], [11, -128]]]]> : tensor<1x2x2x2xi8>
  %2 = rtwmc.concat %0, %1, %0
    : (tensor<1x2x2x1xi8>, tensor<1x2x2x2xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x4xi8>
  return %2 : tensor<1x2x2x4xi8>
}
