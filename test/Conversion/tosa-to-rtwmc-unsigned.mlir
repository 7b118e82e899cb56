// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A convolution reads unsigned elements and writes unsigned ones, through the
// reshapes of a fully connected layer.
// CHECK-LABEL: func.func @fully_connected
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4xi8>)
// CHECK-NOT: rtwmc.elementwise
// CHECK: %[[PIXEL:.*]] = tosa.reshape %[[IN]]
// CHECK: rtwmc.conv2d %[[PIXEL]] {{.*}}input_unsigned, input_zp = 130 : i32
// CHECK-SAME: zero_point = 135, range = [0, 255]
// CHECK-NOT: rtwmc.elementwise
func.func @fully_connected(%arg0: tensor<1x4xi8>) -> tensor<1x2xi8> {
  %pixel = tosa.const_shape {values = dense<[1, 1, 1, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %flat = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %w = "tosa.const"() {values = dense<1> : tensor<2x1x1x4xi8>} : () -> tensor<2x1x1x4xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %u130 = "tosa.const"() {values = dense<-126> : tensor<1xi8>} : () -> tensor<1xi8>
  %s2 = "tosa.const"() {values = dense<2> : tensor<1xi8>} : () -> tensor<1xi8>
  %s7 = "tosa.const"() {values = dense<7> : tensor<1xi8>} : () -> tensor<1xi8>
  %u135 = "tosa.const"() {values = dense<-121> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %one, %shift, %u130, %s2 {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xi8>
  %1 = tosa.reshape %0, %pixel : (tensor<1x4xi8>, !tosa.shape<4>) -> tensor<1x1x1x4xi8>
  %2 = tosa.conv2d %1, %w, %b, %s2, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x4xi8>, tensor<2x1x1x4xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %3 = tosa.rescale %2, %one, %shift, %zero32, %s7 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x1x1x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x1x1x2xi8>
  %4 = tosa.reshape %3, %flat : (tensor<1x1x1x2xi8>, !tosa.shape<2>) -> tensor<1x2xi8>
  %5 = tosa.rescale %4, %one, %shift, %s7, %u135 {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2xi8>
  return %5 : tensor<1x2xi8>
}

// -----

// Zero points that are not 128 apart clamp: that is a layer of its own.
// CHECK-LABEL: func.func @other_zero_point
// CHECK: rtwmc.elementwise
// CHECK: rtwmc.conv2d
// CHECK-NOT: input_unsigned
func.func @other_zero_point(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %one, %shift, %zero, %zero {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi8>
  %1 = tosa.conv2d %0, %w, %b, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}
