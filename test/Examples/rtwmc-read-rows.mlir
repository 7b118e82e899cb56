// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-read-rows | FileCheck %s

// CHECK: func.func @network(%[[INPUT:.*]]: tensor<1x8x6x3xi8>) -> tensor<1x4x6x3xi8> attributes {rtwmc.rows = array<i64: 8>} {
// CHECK: %[[ROWS:.*]] = rtwmc.read_rows %[[INPUT]] : tensor<1x8x6x3xi8> -> tensor<1x8x6x3xi8>
// CHECK: rtwmc.max_pool2d %[[ROWS]]
func.func @network(%0: tensor<1x8x6x3xi8>) -> tensor<1x4x6x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x8x6x3xi8> -> tensor<1x4x6x3xi8>
  return %1 : tensor<1x4x6x3xi8>
}
