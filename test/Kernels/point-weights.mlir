// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-choose-kernels='mcpu=cortex-m0 kernel=points' | FileCheck %s

// Sums are words if they are multiplied by what the transform divides by, 24 for
// three weights, on both sides of the bound. Where they are not, another kernel is
// taken.

// 128 * 24 * 127 * 3 * 1834 is less than 2^31.
// CHECK-LABEL: func.func private @enough
// CHECK: kernel = #rtwmc.kernel<"points",
func.func private @enough(%0: tensor<1x1x6x1834xi8>) -> tensor<1x1x4x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<1x1x3x1834xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x6x1834xi8> -> tensor<1x1x4x1xi32>
  return %1 : tensor<1x1x4x1xi32>
}

// 128 * 24 * 127 * 3 * 1835 is not.
// CHECK-LABEL: func.func private @too_much
// CHECK: kernel = #rtwmc.kernel<"direct",
func.func private @too_much(%0: tensor<1x1x6x1835xi8>) -> tensor<1x1x4x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<1x1x3x1835xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x6x1835xi8> -> tensor<1x1x4x1xi32>
  return %1 : tensor<1x1x4x1xi32>
}

// One step is all there is a transform for.
// CHECK-LABEL: func.func private @stride
// CHECK: kernel = #rtwmc.kernel<"direct",
func.func private @stride(%0: tensor<1x1x9x2xi8>) -> tensor<1x1x4x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x3x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x9x2xi8> -> tensor<1x1x4x1xi32>
  return %1 : tensor<1x1x4x1xi32>
}
