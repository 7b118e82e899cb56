// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-stream --rtwmc-place-buffers --convert-rtwmc-to-loops --split-input-file | FileCheck %s

// A padded window is gathered into a patch of 3x3x2 bytes, filled with the zero
// point outside the map. The patch is all the arena there is.
// CHECK-LABEL: func.func @padded
// CHECK-SAME: memref<18xi8>)
// CHECK: func.func private @conv1_row(%{{.*}}, %{{.*}}, %{{.*}}, %[[ARENA:.*]]: memref<18xi8>)
// CHECK: arith.constant -5 : i8
// CHECK: memref.extract_aligned_pointer_as_index %[[ARENA]]
func.func @padded(%0: tensor<1x6x6x2xi8>) -> tensor<1x6x6x1xi8> {
  %1 = call @conv1(%0) : (tensor<1x6x6x2xi8>) -> tensor<1x6x6x1xi8>
  return %1 : tensor<1x6x6x1xi8>
}
func.func private @conv1(%0: tensor<1x6x6x2xi8>) -> tensor<1x6x6x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x3x3x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>, input_zp = -5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x6x6x2xi8> -> tensor<1x6x6x1xi8>
  return %1 : tensor<1x6x6x1xi8>
}

// -----

// A crop needs no patch, and no arena.
// CHECK-LABEL: func.func @cropped
// CHECK-SAME: memref<0xi8>)
// CHECK: func.func private @conv1_row
// CHECK-NOT: memref.view
func.func @cropped(%0: tensor<1x8x8x2xi8>) -> tensor<1x4x4x1xi8> {
  %1 = call @conv1(%0) : (tensor<1x8x8x2xi8>) -> tensor<1x4x4x1xi8>
  return %1 : tensor<1x4x4x1xi8>
}
func.func private @conv1(%0: tensor<1x8x8x2xi8>) -> tensor<1x4x4x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x3x3x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: -1, -1, -2, 0>, dilation = array<i64: 1, 1>, input_zp = -5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x4x4x1xi8>
  return %1 : tensor<1x4x4x1xi8>
}
