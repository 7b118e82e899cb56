// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A pad by the zero point is the padding of the layer, added to its own.
// CHECK-LABEL: func.func @pad
// CHECK-NOT: tosa.pad
// CHECK: rtwmc.conv2d %arg0 {{.*}}pad = array<i64: 1, 3, 0, 1>
// CHECK-SAME: tensor<1x6x6x2xi8> -> tensor<1x8x5x1xi32>
func.func @pad(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x8x5x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %v = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 2, 0, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x6x6x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x9x7x2xi8>
  %r = tosa.conv2d %0, %w, %b, %zp, %wzp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 1, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x9x7x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x5x1xi32>
  return %r : tensor<1x8x5x1xi32>
}

// -----

// A slice is a negative padding.
// CHECK-LABEL: func.func @crop
// CHECK-NOT: tosa.slice
// CHECK: rtwmc.conv2d %arg0 {{.*}}pad = array<i64: -1, -1, 0, -1>
// CHECK-SAME: tensor<1x6x6x2xi8> -> tensor<1x2x3x1xi32>
func.func @crop(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x2x3x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %from = tosa.const_shape {values = dense<[0, 1, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 4, 5, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.slice %arg0, %from, %size : (tensor<1x6x6x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x5x2xi8>
  %r = tosa.conv2d %0, %w, %b, %zp, %wzp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x5x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x3x1xi32>
  return %r : tensor<1x2x3x1xi32>
}

// -----

// CHECK-LABEL: func.func @crop_pool
// CHECK-NOT: tosa.slice
// CHECK: rtwmc.max_pool2d %arg0 {{.*}}pad = array<i64: 0, 0, -2, 0>
func.func @crop_pool(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x3x2x2xi8> {
  %from = tosa.const_shape {values = dense<[0, 0, 2, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 6, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.slice %arg0, %from, %size : (tensor<1x6x6x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x6x4x2xi8>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x4x2xi8>) -> tensor<1x3x2x2xi8>
  return %1 : tensor<1x3x2x2xi8>
}

// -----

// Another value than the zero point is padded by a layer of its own.
// CHECK-LABEL: func.func @other_value
// CHECK: rtwmc.gather %arg0 {channels = array<i64: 2, 0, 0, 1>, columns = array<i64: 1, -1, 1, 0>, rows = array<i64: 1, -1, 1, 0>}
// CHECK: rtwmc.conv2d {{.*}}pad = array<i64: 0, 0, 0, 0>
func.func @other_value(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x6x6x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %v = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x6x6x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x8x8x2xi8>
  %r = tosa.conv2d %0, %w, %b, %zp, %wzp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x8x8x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x1xi32>
  return %r : tensor<1x6x6x1xi32>
}

// -----

// Channels are not padded by a convolution.
// CHECK-LABEL: func.func @channels
// CHECK: rtwmc.gather %arg0 {channels = array<i64: 2, 0, 0, 1>, {{.*}}fill = -7 : i32, first_channel = -1 : i64
// CHECK: rtwmc.conv2d
func.func @channels(%arg0: tensor<1x6x6x1xi8>) -> tensor<1x4x4x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %v = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 0, 0, 1, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x6x6x1xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x6x2xi8>
  %r = tosa.conv2d %0, %w, %b, %zp, %wzp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x1xi32>
  return %r : tensor<1x4x4x1xi32>
}

// -----

// One side cannot be cropped and padded.
// CHECK-LABEL: func.func @crop_then_pad
// CHECK: rtwmc.gather %arg0 {{.*}}rows = array<i64: 1, 1, 1, 0>
// CHECK: rtwmc.conv2d {{.*}}pad = array<i64: 1, 1, 0, 0>
func.func @crop_then_pad(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x5x4x1xi32> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-7> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %from = tosa.const_shape {values = dense<[0, 1, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 5, 6, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.slice %arg0, %from, %size : (tensor<1x6x6x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x5x6x2xi8>
  %r = tosa.conv2d %0, %w, %b, %zp, %wzp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x5x6x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x5x4x1xi32>
  return %r : tensor<1x5x4x1xi32>
}

// -----

// What a maximum is padded with may win.
// CHECK-LABEL: func.func @pad_pool
// CHECK-NOT: tosa.pad
// CHECK: rtwmc.max_pool2d %arg0 {{.*}}pad = array<i64: 0, 0, 1, 1>, pad_value = 5 : i32
func.func @pad_pool(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x3x4x2xi8> {
  %v = "tosa.const"() {values = dense<5> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x6x6x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x8x2xi8>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x8x2xi8>) -> tensor<1x3x4x2xi8>
  return %1 : tensor<1x3x4x2xi8>
}

// -----

// Two values are not one; but the least never wins, as the pooling's own padding.
// CHECK-LABEL: func.func @pad_padded_pool
// CHECK: %[[PADDED:.*]] = rtwmc.gather %arg0 {{.*}}fill = 5 : i32
// CHECK: rtwmc.max_pool2d %[[PADDED]] {{.*}}pad = array<i64: 1, 1, 0, 0>, stride
// CHECK: rtwmc.max_pool2d %arg0 {{.*}}pad = array<i64: 1, 1, 1, 1>, stride
func.func @pad_padded_pool(%arg0: tensor<1x6x6x2xi8>) -> (tensor<1x7x7x2xi8>, tensor<1x7x7x2xi8>) {
  %v = "tosa.const"() {values = dense<5> : tensor<1xi8>} : () -> tensor<1xi8>
  %least = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x6x6x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x8x2xi8>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x8x2xi8>) -> tensor<1x7x7x2xi8>
  %2 = tosa.pad %arg0, %p, %least : (tensor<1x6x6x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x8x2xi8>
  %3 = tosa.max_pool2d %2 {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x8x2xi8>) -> tensor<1x7x7x2xi8>
  return %1, %3 : tensor<1x7x7x2xi8>, tensor<1x7x7x2xi8>
}
