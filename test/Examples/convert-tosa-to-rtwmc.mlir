// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc | FileCheck %s --implicit-check-not=tosa.

// CHECK: rtwmc.conv2d %{{.*}} {bias = dense<[7, 8]> : tensor<2xi32>
// CHECK-SAME: input_zp = -5 : i32
// CHECK-SAME: requant = #rtwmc.requant<[1073741824], [33], double, zero_point = -3, range = [-3, 20]>
// CHECK-SAME: tensor<1x4x4x1xi8> -> tensor<1x4x4x2xi8>
func.func @main(%input: tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8> {
  %weights = "tosa.const"() {values = dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1xi8>
  %bias = "tosa.const"() {values = dense<[7, 8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %input_zp = "tosa.const"() {values = dense<-5> : tensor<1xi8>} : () -> tensor<1xi8>
  %weight_zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %multiplier = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc_zp = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %output_zp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %input, %weights, %bias, %input_zp, %weight_zp {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>)
    -> tensor<1x4x4x2xi32>
  %map = tosa.rescale %acc, %multiplier, %shift, %acc_zp, %output_zp {input_unsigned = false,
    output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>)
    -> tensor<1x4x4x2xi8>
  %output = tosa.clamp %map {max_val = 20 : i8, min_val = -3 : i8} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %output : tensor<1x4x4x2xi8>
}
