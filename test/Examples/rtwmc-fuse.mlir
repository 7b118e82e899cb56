// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse | FileCheck %s --implicit-check-not=rtwmc.max_pool2d

// CHECK: rtwmc.conv2d {{.*}}pool = #rtwmc.pool<max, [2, 2], zero_point = 0>
// CHECK-SAME: tensor<1x32x32x3xi8> -> tensor<1x14x14x6xi8>
func.func @main(%image: tensor<1x32x32x3xi8>) -> tensor<1x14x14x6xi8> {
  %0 = rtwmc.conv2d %image {weight = dense<1> : tensor<6x5x5x3xi8>, bias = dense<0> : tensor<6xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>}
    : tensor<1x32x32x3xi8> -> tensor<1x28x28x6xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x28x28x6xi8> -> tensor<1x14x14x6xi8>
  return %1 : tensor<1x14x14x6xi8>
}
