// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file | FileCheck %s

// Every second row and column a picture of its own, each convolved: a dilation of 2, as Keras writes it.
// CHECK-LABEL: func.func @rows_and_columns
// CHECK: %[[CONV:.*]] = tosa.conv2d %arg0, {{.*}} {acc_type = i32, dilation = array<i64: 2, 2>, pad = array<i64: 2, 2, 2, 2>, stride = array<i64: 1, 1>} : (tensor<1x8x8x1xi8>, {{.*}} -> tensor<1x8x8x1xi32>
// CHECK-NEXT: tosa.rescale %[[CONV]]
// CHECK-NOT: tosa.transpose
func.func @rows_and_columns(%arg0: tensor<?x8x8x1xi8>) -> tensor<?x8x8x1xi8> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x1xi8>} : () -> tensor<1x3x3x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %amounts = tosa.const_shape {values = dense<[0, 0, 2, 2, 2, 2, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %apart = tosa.const_shape {values = dense<[-1, 6, 2, 6, 2, 1]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %batch = tosa.const_shape {values = dense<[-1, 6, 6, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %again = tosa.const_shape {values = dense<[2, 2, -1, 4, 4, 1]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %whole = tosa.const_shape {values = dense<[-1, 8, 8, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.pad %arg0, %amounts, %zp : (tensor<?x8x8x1xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<?x12x12x1xi8>
  %1 = tosa.reshape %0, %apart : (tensor<?x12x12x1xi8>, !tosa.shape<6>) -> tensor<?x6x2x6x2x1xi8>
  %2 = tosa.transpose %1 {perms = array<i32: 2, 4, 0, 1, 3, 5>} : (tensor<?x6x2x6x2x1xi8>) -> tensor<2x2x?x6x6x1xi8>
  %3 = tosa.reshape %2, %batch : (tensor<2x2x?x6x6x1xi8>, !tosa.shape<4>) -> tensor<?x6x6x1xi8>
  %4 = tosa.conv2d %3, %w, %b, %zp, %zp {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<?x6x6x1xi8>, tensor<1x3x3x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<?x4x4x1xi32>
  %5 = tosa.rescale %4, %m, %s, %zp32, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<?x4x4x1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<?x4x4x1xi8>
  %6 = tosa.reshape %5, %again : (tensor<?x4x4x1xi8>, !tosa.shape<6>) -> tensor<2x2x?x4x4x1xi8>
  %7 = tosa.transpose %6 {perms = array<i32: 2, 3, 0, 4, 1, 5>} : (tensor<2x2x?x4x4x1xi8>) -> tensor<?x4x2x4x2x1xi8>
  %8 = tosa.reshape %7, %whole : (tensor<?x4x2x4x2x1xi8>, !tosa.shape<4>) -> tensor<?x8x8x1xi8>
  return %8 : tensor<?x8x8x1xi8>
}

// -----

// Along one axis, of a static batch, whose reshapes to four dimensions were dropped; the convolution pads.
// CHECK-LABEL: func.func @one_axis
// CHECK: %[[MAP:.*]] = tosa.reshape %arg0, {{.*}} -> tensor<1x1x9x2xi8>
// CHECK: tosa.depthwise_conv2d %[[MAP]], {{.*}} dilation = array<i64: 1, 3>, pad = array<i64: 0, 0, 3, 0>, {{.*}} -> tensor<1x1x9x2xi32>
// CHECK: tosa.reshape {{.*}} -> tensor<1x9x2xi8>
// CHECK-NOT: tosa.transpose
func.func @one_axis(%arg0: tensor<1x9x2xi8>) -> tensor<1x9x2xi8> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %apart = tosa.const_shape {values = dense<[1, 3, 3, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %whole = tosa.const_shape {values = dense<[1, 9, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %1 = tosa.reshape %arg0, %apart : (tensor<1x9x2xi8>, !tosa.shape<4>) -> tensor<1x3x3x2xi8>
  %2 = tosa.transpose %1 {perms = array<i32: 2, 0, 1, 3>} : (tensor<1x3x3x2xi8>) -> tensor<3x1x3x2xi8>
  %4 = tosa.depthwise_conv2d %2, %w, %b, %zp, %zp {acc_type = i32, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<3x1x3x2xi8>, tensor<1x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<3x1x3x2xi32>
  %5 = tosa.rescale %4, %m, %s, %zp32, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<3x1x3x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<3x1x3x2xi8>
  %7 = tosa.transpose %5 {perms = array<i32: 1, 2, 0, 3>} : (tensor<3x1x3x2xi8>) -> tensor<1x3x3x2xi8>
  %8 = tosa.reshape %7, %whole : (tensor<1x3x3x2xi8>, !tosa.shape<3>) -> tensor<1x9x2xi8>
  return %8 : tensor<1x9x2xi8>
}
