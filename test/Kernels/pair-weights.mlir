// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-choose-kernels='mcpu=cortex-m0 kernel=pairs' | FileCheck %s

// Products of a chunk fit half a word, on both sides of the bound. Where they do
// not, another kernel is taken.

// (128 + 127) * 128 is less than 2^15.
// CHECK-LABEL: func.func private @enough
// CHECK: kernel = #rtwmc.kernel<"pairs", channels = 1, columns = 2, scratch = 12>
func.func private @enough(%0: tensor<1x2x2x2xi8>) -> tensor<1x2x2x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[-128, 127]]]]> : tensor<1x1x1x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x2xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// (128 + 128) * 128 is not.
// CHECK-LABEL: func.func private @too_much
// CHECK: kernel = #rtwmc.kernel<"direct",
func.func private @too_much(%0: tensor<1x2x2x2xi8>) -> tensor<1x2x2x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<-128> : tensor<1x1x1x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x2xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// Patches of both windows lie behind 9 elements and 2 chunks, 44 bytes.
// CHECK-LABEL: func.func private @padded
// CHECK: kernel = #rtwmc.kernel<"pairs", channels = 1, columns = 2, scratch = 66>
func.func private @padded(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<10> : tensor<1x3x3x1xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi32>
  return %1 : tensor<1x4x4x1xi32>
}
