// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-orient-maps | FileCheck %s

// CHECK: %[[TIME:.*]] = tosa.reshape %arg0
// CHECK: rtwmc.max_pool2d %[[TIME]]
// CHECK-SAME: kernel = array<i64: 2, 1>
// CHECK-SAME: tensor<1x8x1x3xi8> -> tensor<1x4x1x3xi8>
func.func @network(%0: tensor<1x1x8x3xi8>) -> tensor<1x1x4x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 2>,
    stride = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x1x8x3xi8> -> tensor<1x1x4x3xi8>
  return %1 : tensor<1x1x4x3xi8>
}
