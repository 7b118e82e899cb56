// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// Two groups of three channels: 0, 3, 1, 4, 2, 5.
// CHECK-LABEL: func.func @shuffle
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 3, 0, 0, 1, 2, 0, 0, 3>, columns = array<i64: 1, 0, 1, 0>, rows = array<i64: 1, 0, 1, 0>}
func.func @shuffle(%arg0: tensor<1x4x5x6xi8>) -> tensor<1x4x5x6xi8> {
  %5 = tosa.const_shape {values = dense<[1, 4, 5, 2, 3]> : tensor<5xindex>} : () -> !tosa.shape<5>
  %4 = tosa.const_shape {values = dense<[1, 4, 5, 6]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.reshape %arg0, %5 : (tensor<1x4x5x6xi8>, !tosa.shape<5>) -> tensor<1x4x5x2x3xi8>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 1, 2, 4, 3>} : (tensor<1x4x5x2x3xi8>) -> tensor<1x4x5x3x2xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x4x5x3x2xi8>, !tosa.shape<4>) -> tensor<1x4x5x6xi8>
  return %2 : tensor<1x4x5x6xi8>
}

// -----

// CHECK-LABEL: func.func @space_to_depth
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 2, 1, 0, 0, 3, 0, 1, 0, 5, 0, 0, 1>, columns = array<i64: 3, 0, 1, 0>, rows = array<i64: 2, 0, 1, 0>}
func.func @space_to_depth(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x2x2x30xi8> {
  %6 = tosa.const_shape {values = dense<[1, 2, 2, 2, 3, 5]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %4 = tosa.const_shape {values = dense<[1, 2, 2, 30]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.reshape %arg0, %6 : (tensor<1x4x6x5xi8>, !tosa.shape<6>) -> tensor<1x2x2x2x3x5xi8>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 1, 3, 2, 4, 5>} : (tensor<1x2x2x2x3x5xi8>) -> tensor<1x2x2x2x3x5xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x2x2x2x3x5xi8>, !tosa.shape<4>) -> tensor<1x2x2x30xi8>
  return %2 : tensor<1x2x2x30xi8>
}

// -----

// What is left of a row, divided, chooses among six channels, of a column among three.
// CHECK-LABEL: func.func @depth_to_space
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 3, 0, 0, 1>, columns = array<i64: 1, 0, 2, 3>, rows = array<i64: 1, 0, 2, 6>}
func.func @depth_to_space(%arg0: tensor<1x2x2x12xi8>) -> tensor<1x4x4x3xi8> {
  %6 = tosa.const_shape {values = dense<[1, 2, 2, 2, 2, 3]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %4 = tosa.const_shape {values = dense<[1, 4, 4, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.reshape %arg0, %6 : (tensor<1x2x2x12xi8>, !tosa.shape<6>) -> tensor<1x2x2x2x2x3xi8>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 1, 3, 2, 4, 5>} : (tensor<1x2x2x2x2x3xi8>) -> tensor<1x2x2x2x2x3xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x2x2x2x2x3xi8>, !tosa.shape<4>) -> tensor<1x4x4x3xi8>
  return %2 : tensor<1x4x4x3xi8>
}

// -----

// Every other row and column.
// CHECK-LABEL: func.func @strided_slice
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 5, 0, 0, 1>, columns = array<i64: 2, 0, 1, 0>, rows = array<i64: 2, 0, 1, 0>}
func.func @strided_slice(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x2x3x5xi8> {
  %6 = tosa.const_shape {values = dense<[1, 2, 2, 3, 2, 5]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %4 = tosa.const_shape {values = dense<[1, 2, 3, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %from = tosa.const_shape {values = dense<0> : tensor<6xindex>} : () -> !tosa.shape<6>
  %size = tosa.const_shape {values = dense<[1, 2, 1, 3, 1, 5]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %0 = tosa.reshape %arg0, %6 : (tensor<1x4x6x5xi8>, !tosa.shape<6>) -> tensor<1x2x2x3x2x5xi8>
  %1 = tosa.slice %0, %from, %size : (tensor<1x2x2x3x2x5xi8>, !tosa.shape<6>, !tosa.shape<6>) -> tensor<1x2x1x3x1x5xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x2x1x3x1x5xi8>, !tosa.shape<4>) -> tensor<1x2x3x5xi8>
  return %2 : tensor<1x2x3x5xi8>
}

// -----

// As Keras pads before a causal convolution: with three dimensions.
// CHECK-LABEL: func.func @pad
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 5, 0, 0, 1>, columns = array<i64: 1, -3, 1, 0>, fill = -4 : i32, rows = array<i64: 1, 0, 1, 0>}
// CHECK-SAME: tensor<1x1x8x5xi8> -> tensor<1x1x12x5xi8>
func.func @pad(%arg0: tensor<1x1x8x5xi8>) -> tensor<1x1x12x5xi8> {
  %3 = tosa.const_shape {values = dense<[1, 8, 5]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %4 = tosa.const_shape {values = dense<[1, 1, 12, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %p = tosa.const_shape {values = dense<[0, 0, 3, 1, 0, 0]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %v = "tosa.const"() {values = dense<-4> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.reshape %arg0, %3 : (tensor<1x1x8x5xi8>, !tosa.shape<3>) -> tensor<1x8x5xi8>
  %1 = tosa.pad %0, %p, %v : (tensor<1x8x5xi8>, !tosa.shape<6>, tensor<1xi8>) -> tensor<1x12x5xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x12x5xi8>, !tosa.shape<4>) -> tensor<1x1x12x5xi8>
  return %2 : tensor<1x1x12x5xi8>
}

// -----

// CHECK-LABEL: func.func @reverse
// CHECK-NEXT: rtwmc.gather %arg0 {{.*}}columns = array<i64: -1, 5, 1, 0>
func.func @reverse(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x4x6x5xi8> {
  %0 = tosa.reverse %arg0 {axis = 2 : i32} : (tensor<1x4x6x5xi8>) -> tensor<1x4x6x5xi8>
  return %0 : tensor<1x4x6x5xi8>
}

// -----

// Upsampling as PyTorch's exporters write it: halves of rows and columns.
// CHECK-LABEL: func.func @tile
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 5, 0, 0, 1>, columns = array<i64: 1, 0, 2, 0>, rows = array<i64: 1, 0, 2, 0>}
func.func @tile(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x8x12x5xi8> {
  %6 = tosa.const_shape {values = dense<[1, 4, 1, 6, 1, 5]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %4 = tosa.const_shape {values = dense<[1, 8, 12, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %m = tosa.const_shape {values = dense<[1, 1, 2, 1, 2, 1]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %0 = tosa.reshape %arg0, %6 : (tensor<1x4x6x5xi8>, !tosa.shape<6>) -> tensor<1x4x1x6x1x5xi8>
  %1 = tosa.tile %0, %m : (tensor<1x4x1x6x1x5xi8>, !tosa.shape<6>) -> tensor<1x4x2x6x2x5xi8>
  %2 = tosa.reshape %1, %4 : (tensor<1x4x2x6x2x5xi8>, !tosa.shape<4>) -> tensor<1x8x12x5xi8>
  return %2 : tensor<1x8x12x5xi8>
}

// -----

// TOSA 1.0: row y is (y * 2 - 1) / 4 to the nearest, which is y / 2.
// CHECK-LABEL: func.func @nearest
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 2, 0, 0, 1>, columns = array<i64: 1, 0, 2, 0>, rows = array<i64: 1, 0, 2, 0>}
func.func @nearest(%arg0: tensor<1x4x6x2xi8>) -> tensor<1x8x12x2xi8> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %arg0, %scale, %offset, %border {mode = NEAREST_NEIGHBOR}
    : (tensor<1x4x6x2xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x8x12x2xi8>
  return %0 : tensor<1x8x12x2xi8>
}

// -----

// Corners on corners: 3 rows become 5, columns 2 become 4; halves are rounded up.
// CHECK-LABEL: func.func @nearest_corners
// CHECK-NEXT: rtwmc.gather %arg0 {channels = array<i64: 2, 0, 0, 1>, columns = array<i64: 1, 1, 3, 0>, rows = array<i64: 1, 1, 2, 0>}
func.func @nearest_corners(%arg0: tensor<1x3x2x2xi8>) -> tensor<1x5x4x2xi8> {
  %scale = tosa.const_shape {values = dense<[4, 2, 6, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %arg0, %scale, %offset, %border {mode = NEAREST_NEIGHBOR}
    : (tensor<1x3x2x2xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x5x4x2xi8>
  return %0 : tensor<1x5x4x2xi8>
}

// -----

// Rows become columns: the map is read as one pixel.
// CHECK-LABEL: func.func @transposed
// CHECK: %[[IN:.*]] = tosa.reshape %arg0, %{{.*}} -> tensor<1x1x1x120xi8>
// CHECK: rtwmc.gather %[[IN]] {channels = array<i64: 5, 0, 0, 1>, columns = array<i64: 1, 0, 4, 30>, rows = array<i64: 1, 0, 6, 5>}
// CHECK-SAME: -> tensor<1x6x4x5xi8>
func.func @transposed(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x6x4x5xi8> {
  %0 = tosa.transpose %arg0 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x4x6x5xi8>) -> tensor<1x6x4x5xi8>
  return %0 : tensor<1x6x4x5xi8>
}

// -----

// Heads of an attention: two transposes are one move, which reads the map as a
// whole once, not one after the other.
// CHECK-LABEL: func.func @heads
// CHECK: %[[IN:.*]] = tosa.reshape %arg0
// CHECK: rtwmc.gather %[[IN]]
// CHECK-SAME: -> tensor<1x2x2x20xi8>
// CHECK-NOT: rtwmc.gather
// CHECK: return
func.func @heads(%arg0: tensor<1x20x1x4xi8>) -> tensor<1x2x2x20xi8> {
  %shape = tosa.const_shape {values = dense<[1, 20, 2, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.reshape %arg0, %shape : (tensor<1x20x1x4xi8>, !tosa.shape<4>) -> tensor<1x20x2x2xi8>
  %1 = tosa.transpose %0 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x20x2x2xi8>) -> tensor<1x2x20x2xi8>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 1, 3, 2>} : (tensor<1x2x20x2xi8>) -> tensor<1x2x2x20xi8>
  return %2 : tensor<1x2x2x20xi8>
}

// -----

// A name stays a name.
// CHECK-LABEL: func.func @reshape
// CHECK: tosa.reshape
func.func @reshape(%arg0: tensor<1x4x6x5xi8>) -> tensor<1x24x1x5xi8> {
  %4 = tosa.const_shape {values = dense<[1, 24, 1, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.reshape %arg0, %4 : (tensor<1x4x6x5xi8>, !tosa.shape<4>) -> tensor<1x24x1x5xi8>
  return %0 : tensor<1x24x1x5xi8>
}
