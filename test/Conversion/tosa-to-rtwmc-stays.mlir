// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A multiplier per channel, where no layer takes it.
// CHECK-LABEL: func.func @per_channel
// CHECK: tosa.rescale
func.func @per_channel(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %m = "tosa.const"() {values = dense<[5, 6]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = "tosa.const"() {values = dense<20> : tensor<2xi8>} : () -> tensor<2xi8>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %m, %s, %izp, %izp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<2xi32>, tensor<2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// No operand has the result's shape.
// CHECK-LABEL: func.func @outer
// CHECK: tosa.maximum
func.func @outer(%arg0: tensor<1x4x1x2xi8>, %arg1: tensor<1x1x3x2xi8>) -> tensor<1x4x3x2xi8> {
  %0 = tosa.maximum %arg0, %arg1 : (tensor<1x4x1x2xi8>, tensor<1x1x3x2xi8>) -> tensor<1x4x3x2xi8>
  return %0 : tensor<1x4x3x2xi8>
}

// -----

// Not 1xHxWxC.
// CHECK-LABEL: func.func @not_a_map
// CHECK: tosa.clamp
func.func @not_a_map(%arg0: tensor<2x1x1x4xi8>) -> tensor<2x1x1x4xi8> {
  %0 = tosa.clamp %arg0 {max_val = 5 : i8, min_val = 0 : i8} : (tensor<2x1x1x4xi8>) -> tensor<2x1x1x4xi8>
  return %0 : tensor<2x1x1x4xi8>
}

// -----

// Weights that are computed.
// CHECK-LABEL: func.func @computed_weights
// CHECK: tosa.conv2d
func.func @computed_weights(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x1x1x1xi32> {
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %arg0, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// -----

// A table that is computed.
// CHECK-LABEL: func.func @table
// CHECK: tosa.table
func.func @table(%arg0: tensor<1x4x4x2xi8>, %t: tensor<256xi8>) -> tensor<1x4x4x2xi8> {
  %0 = tosa.table %arg0, %t : (tensor<1x4x4x2xi8>, tensor<256xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// A rounding that is the implementation's choice.
// CHECK-LABEL: func.func @inexact
// CHECK: tosa.rescale
func.func @inexact(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %m = "tosa.const"() {values = dense<5> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<20> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %m, %s, %izp, %izp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = INEXACT_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// A product by a shift that is computed.
// CHECK-LABEL: func.func @shifted_product
// CHECK: tosa.mul
func.func @shifted_product(%arg0: tensor<1x4x4x2xi32>, %arg1: tensor<1xi8>) -> tensor<1x4x4x2xi32> {
  %1 = tosa.mul %arg0, %arg0, %arg1 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %1 : tensor<1x4x4x2xi32>
}
