// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-choose-kernels='mcpu=cortex-m4 kernel=block' | FileCheck %s

// Weights of two channels share a word where that is exact, on both sides of each
// bound. Where it is not, another kernel is taken.

// 512 * 127 * -128 and a start of 2^16 are -2^23; one product more is too much.
// CHECK-LABEL: func.func private @enough
// CHECK: kernel = #rtwmc.kernel<"block",
func.func private @enough(%0: tensor<1x2x2x512xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<2x1x1x512xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x512xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}

// CHECK-LABEL: func.func private @product_too_many
// CHECK: kernel = #rtwmc.kernel<"block16",
func.func private @product_too_many(%0: tensor<1x2x2x513xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<2x1x1x513xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x513xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}

// A larger bias counts in place of that start: 2^23 - 4 * 127 * 128.
// CHECK-LABEL: func.func private @bias
// CHECK: kernel = #rtwmc.kernel<"block",
func.func private @bias(%0: tensor<1x2x2x4xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<2x1x1x4xi8>, bias = dense<8323584> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x4xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}

// CHECK-LABEL: func.func private @bias_too_large
// CHECK: kernel = #rtwmc.kernel<"block16",
func.func private @bias_too_large(%0: tensor<1x2x2x4xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<127> : tensor<2x1x1x4xi8>, bias = dense<8323585> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x4xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}

// -128 * 256 + 0 fits 16 bits, -128 * 256 - 1 does not.
// CHECK-LABEL: func.func private @halfword
// CHECK: kernel = #rtwmc.kernel<"block",
func.func private @halfword(%0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[0]]], [[[-128]]]]> : tensor<2x1x1x1xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x1xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}

// CHECK-LABEL: func.func private @no_halfword
// CHECK: kernel = #rtwmc.kernel<"block16",
func.func private @no_halfword(%0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x2xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[-1]]], [[[-128]]]]> : tensor<2x1x1x1xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x1xi8> -> tensor<1x2x2x2xi32>
  return %1 : tensor<1x2x2x2xi32>
}
