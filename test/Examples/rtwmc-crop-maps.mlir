// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-crop-maps | FileCheck %s

// CHECK: rtwmc.conv2d %arg0
// CHECK-SAME: pad = array<i64: 1, 0, 1, 0>
// CHECK-SAME: tensor<1x7x7x1xi8> -> tensor<1x6x6x1xi8>
// CHECK: rtwmc.max_pool2d
// CHECK-SAME: tensor<1x6x6x1xi8> -> tensor<1x3x3x1xi8>
func.func @network(%0: tensor<1x7x7x1xi8>) -> tensor<1x3x3x1xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x3x3x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double,
                             zero_point = 0, range = [-128, 127]>}
    : tensor<1x7x7x1xi8> -> tensor<1x7x7x1xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 2>,
    stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x7x7x1xi8> -> tensor<1x3x3x1xi8>
  return %2 : tensor<1x3x3x1xi8>
}
