// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --rtwmc-fuse --rtwmc-check -o /dev/null | FileCheck %s

// Maps of 16 bits, and of rows below each other, are held in rings.

// CHECK: @convolutions: 20 inputs, equal
// CHECK-NEXT: scale1: ring 2
// CHECK-NEXT: scale2: ring 2
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: conv2: ring 1
// CHECK-NEXT: mul1: ring 3
// CHECK-NEXT: pool1: ring 1
func.func @convolutions(%arg0: tensor<1x12x6x2xi16>) -> tensor<1x9x5x3xi16> {
  %w = "tosa.const"() {values = dense<"0x685D64C4980BB8D4544A8721A99A01AD219EB59CF6A15EF6"> : tensor<3x2x2x2xi8>} : () -> tensor<3x2x2x2xi8>
  %b = "tosa.const"() {values = dense<[5, -60000, 7]> : tensor<3xi48>} : () -> tensor<3xi48>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %izp, %wzp {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x12x6x2xi16>, tensor<3x2x2x2xi8>, tensor<3xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x11x6x3xi48>
  %m = "tosa.const"() {values = dense<[20000, 30000, 16385]> : tensor<3xi16>} : () -> tensor<3xi16>
  %s = "tosa.const"() {values = dense<[22, 23, 24]> : tensor<3xi8>} : () -> tensor<3xi8>
  %czp = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %1 = tosa.rescale %0, %m, %s, %czp, %izp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = false}
    : (tensor<1x11x6x3xi48>, tensor<3xi16>, tensor<3xi8>, tensor<1xi48>, tensor<1xi16>) -> tensor<1x11x6x3xi16>
  %2 = tosa.max_pool2d %1 {kernel = array<i64: 3, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x11x6x3xi16>) -> tensor<1x9x5x3xi16>
  %3 = tosa.clamp %2 {max_val = 30000 : i16, min_val = -30000 : i16} : (tensor<1x9x5x3xi16>) -> tensor<1x9x5x3xi16>
  return %3 : tensor<1x9x5x3xi16>
}
