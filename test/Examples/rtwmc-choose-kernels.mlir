// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m4 | FileCheck %s

// CHECK: rtwmc.conv2d {{.*}}kernel = #rtwmc.kernel<"block16", channels = 4, columns = 2, scratch = 16>
func.func private @conv1(%0: tensor<1x4x4x4xi8>) -> tensor<1x4x4x4xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x4xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x4xi8> -> tensor<1x4x4x4xi32>
  return %1 : tensor<1x4x4x4xi32>
}
