// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse --split-input-file | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-fuse=by-channel --split-input-file | FileCheck %s --check-prefix=KEPT
// RUN: rtwmc-opt %s --rtwmc-fuse=whole-maps --split-input-file | FileCheck %s --check-prefix=KEPT
// KEPT-NOT: row_repeat

// Twice as high and wide: columns are moved, rows are read twice.
// CHECK-LABEL: func.func @both
// CHECK:      %[[WIDE:.*]] = rtwmc.gather %arg0 {{.*}}columns = array<i64: 1, 0, 2, 0>, rows = array<i64: 1, 0, 1, 0>
// CHECK-SAME:   : tensor<1x4x4x2xi8> -> tensor<1x4x8x2xi8>
// CHECK:      rtwmc.conv2d %[[WIDE]] {{.*}}row_repeat = 2 : i64
// CHECK-SAME:   : tensor<1x4x8x2xi8> -> tensor<1x8x8x4xi8>
func.func @both(%0: tensor<1x4x4x2xi8>) -> tensor<1x8x8x4xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x8x8x2xi8>
  %2 = rtwmc.conv2d %1 {weight = dense<1> : tensor<4x3x3x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi8>
  return %2 : tensor<1x8x8x4xi8>
}

// -----

// Rows alone, for two layers.
// CHECK-LABEL: func.func @rows
// CHECK-NOT:  rtwmc.gather
// CHECK:      rtwmc.depthwise_conv2d %arg0 {{.*}}row_repeat = 3 : i64
// CHECK:      rtwmc.depthwise_conv2d %arg0 {{.*}}row_repeat = 3 : i64
func.func @rows(%0: tensor<1x4x4x2xi8>) -> (tensor<1x11x4x2xi32>, tensor<1x10x4x2xi32>) {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 3, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x12x4x2xi8>
  %2 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<2x1x2x1xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x12x4x2xi8> -> tensor<1x11x4x2xi32>
  %3 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<3x1x2x1xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x12x4x2xi8> -> tensor<1x10x4x2xi32>
  return %2, %3 : tensor<1x11x4x2xi32>, tensor<1x10x4x2xi32>
}

// -----

// The first row is there once only, and so is the last: both groups are made
// full and cropped.
// CHECK-LABEL: func.func @cropped
// CHECK-NOT:  rtwmc.gather
// CHECK:      rtwmc.conv2d %arg0 {{.*}}pad = array<i64: -1, -1, 0, 0>{{.*}}row_repeat = 2 : i64
// CHECK-SAME:   : tensor<1x4x4x2xi8> -> tensor<1x4x2x1xi32>
func.func @cropped(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x2x1xi32> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 1, 2, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x6x4x2xi8>
  %2 = rtwmc.conv2d %1 {weight = dense<1> : tensor<1x3x3x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x6x4x2xi8> -> tensor<1x4x2x1xi32>
  return %2 : tensor<1x4x2x1xi32>
}

// -----

// The same where what makes them full would be in the place of padding.
// CHECK-LABEL: func.func @padded
// CHECK:      rtwmc.gather
// CHECK-NOT:  row_repeat
func.func @padded(%0: tensor<1x4x4x2xi8>) -> tensor<1x6x2x1xi32> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 1, 2, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x6x4x2xi8>
  %2 = rtwmc.conv2d %1 {weight = dense<1> : tensor<1x3x3x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x6x4x2xi8> -> tensor<1x6x2x1xi32>
  return %2 : tensor<1x6x2x1xi32>
}

// -----

// Rows of channels in turn are not alike, nor is one read by a layer that reads
// one at a time.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-2: rtwmc.gather
// CHECK-NOT:  row_repeat
func.func @others(%0: tensor<1x4x4x4xi8>) -> (tensor<1x7x4x1xi32>, tensor<1x8x4x1xi32>) {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 2>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x4xi8> -> tensor<1x8x4x2xi8>
  %2 = rtwmc.conv2d %1 {weight = dense<1> : tensor<1x2x1x2xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x4x2xi8> -> tensor<1x7x4x1xi32>
  %3 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>} : tensor<1x4x4x4xi8> -> tensor<1x8x4x4xi8>
  %4 = rtwmc.conv2d %3 {weight = dense<1> : tensor<1x1x1x4xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x4x4xi8> -> tensor<1x8x4x1xi32>
  return %2, %4 : tensor<1x7x4x1xi32>, tensor<1x8x4x1xi32>
}
