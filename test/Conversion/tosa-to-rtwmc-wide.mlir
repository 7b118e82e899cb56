// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A convolution of 16 bits is that of the high bytes, times 256, and that of the
// low ones.
// CHECK-LABEL: func.func @conv
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4x4x2xi16>)
// CHECK: %[[HIGH:.*]] = rtwmc.elementwise %[[IN]] {
// CHECK: arith.shrsi %{{.*}}, %c8_i32
// CHECK: -> tensor<1x4x4x2xi8>
// CHECK: %[[LOW:.*]] = rtwmc.elementwise %[[IN]] {
// CHECK: arith.addi %{{.*}}, %c-128_i32
// CHECK: -> tensor<1x4x4x2xi8>
// CHECK: %[[HIGH_SUMS:.*]] = rtwmc.conv2d %[[HIGH]] {bias = dense<0> : tensor<3xi32>,
// CHECK-SAME: input_zp = 0 : i32, pad = array<i64: 1, 0, 1, 0>
// CHECK-SAME: tensor<1x4x4x2xi8> -> tensor<1x4x4x3xi32>
// CHECK: %[[LOW_SUMS:.*]] = rtwmc.conv2d %[[LOW]] {bias = dense<0> : tensor<3xi32>,
// CHECK-SAME: input_zp = -128 : i32, pad = array<i64: 1, 0, 1, 0>
// CHECK: rtwmc.elementwise %[[HIGH_SUMS]], %[[LOW_SUMS]] {
// CHECK-NEXT: ^bb0(%[[H:.*]]: i32, %[[L:.*]]: i32):
// CHECK: %[[BIAS:.*]] = rtwmc.lookup %{{.*}} in dense<[5, -6, 7]>
// CHECK: %[[TIMES:.*]] = arith.shli %[[H]], %c8_i32
// CHECK: %[[SUM:.*]] = arith.addi %[[TIMES]], %[[L]]
// CHECK: %[[ALL:.*]] = arith.addi %[[SUM]], %[[BIAS]]
// CHECK: %[[LONG:.*]] = arith.extsi %[[ALL]] : i32 to i64
// CHECK: rtwmc.lookup %{{.*}} in dense<[20000, 30000, 16385]>
// CHECK: %[[PRODUCT:.*]] = arith.muli %[[LONG]], %{{.*}} : i64
// CHECK: %[[HALVES:.*]] = arith.shrsi %[[PRODUCT]], %{{.*}} : i64
// CHECK: %[[MORE:.*]] = arith.addi %[[HALVES]], %c1_i64
// CHECK: arith.shrsi %[[MORE]], %c1_i64
// CHECK: arith.maxsi %{{.*}}, %c-32768_i32
// CHECK: arith.minsi %{{.*}}, %c32767_i32
func.func @conv(%arg0: tensor<1x4x4x2xi16>) -> tensor<1x4x4x3xi16> {
  %w = "tosa.const"() {values = dense<3> : tensor<3x2x2x2xi8>} : () -> tensor<3x2x2x2xi8>
  %b = "tosa.const"() {values = dense<[5, -6, 7]> : tensor<3xi48>} : () -> tensor<3xi48>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %izp, %wzp {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi16>, tensor<3x2x2x2xi8>, tensor<3xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x4x4x3xi48>
  %m = "tosa.const"() {values = dense<[20000, 30000, 16385]> : tensor<3xi16>} : () -> tensor<3xi16>
  %s = "tosa.const"() {values = dense<[20, 21, 22]> : tensor<3xi8>} : () -> tensor<3xi8>
  %czp = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %1 = tosa.rescale %0, %m, %s, %czp, %izp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = false}
    : (tensor<1x4x4x3xi48>, tensor<3xi16>, tensor<3xi8>, tensor<1xi48>, tensor<1xi16>) -> tensor<1x4x4x3xi16>
  return %1 : tensor<1x4x4x3xi16>
}

// -----

// Sums that may have more than 32 bits are added in 64; one scale for all.
// CHECK-LABEL: func.func @large
// CHECK: rtwmc.depthwise_conv2d
// CHECK: rtwmc.depthwise_conv2d
// CHECK: rtwmc.elementwise
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: arith.shli %{{.*}} : i64
// CHECK-NOT: rtwmc.lookup
func.func @large(%arg0: tensor<1x30x30x2xi16>) -> tensor<1x1x1x2xi16> {
  %w = "tosa.const"() {values = dense<127> : tensor<30x30x2x1xi8>} : () -> tensor<30x30x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %arg0, %w, %b, %izp, %wzp {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x30x30x2xi16>, tensor<30x30x2x1xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x2xi48>
  %m = "tosa.const"() {values = dense<20000> : tensor<1xi16>} : () -> tensor<1xi16>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %czp = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %1 = tosa.rescale %0, %m, %s, %czp, %izp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = false}
    : (tensor<1x1x1x2xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi16>) -> tensor<1x1x1x2xi16>
  return %1 : tensor<1x1x1x2xi16>
}

// -----

// Sums that nobody rescales stay, and so does a bias of more than 32 bits.
// CHECK-LABEL: func.func @stay
// CHECK: tosa.conv2d
// CHECK: tosa.conv2d
// CHECK: tosa.rescale
func.func @stay(%arg0: tensor<1x1x1x2xi16>) -> (tensor<1x1x1x1xi48>, tensor<1x1x1x1xi16>) {
  %w = "tosa.const"() {values = dense<3> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<5> : tensor<1xi48>} : () -> tensor<1xi48>
  %large = "tosa.const"() {values = dense<5000000000> : tensor<1xi48>} : () -> tensor<1xi48>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %izp, %wzp {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x2xi16>, tensor<1x1x1x2xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x1xi48>
  %1 = tosa.conv2d %arg0, %w, %large, %izp, %wzp {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x2xi16>, tensor<1x1x1x2xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x1xi48>
  %m = "tosa.const"() {values = dense<20000> : tensor<1xi16>} : () -> tensor<1xi16>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %czp = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %2 = tosa.rescale %1, %m, %s, %czp, %izp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = false}
    : (tensor<1x1x1x1xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi16>) -> tensor<1x1x1x1xi16>
  return %0, %2 : tensor<1x1x1x1xi48>, tensor<1x1x1x1xi16>
}
