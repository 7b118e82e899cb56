// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse --split-input-file | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-fuse=whole-maps --split-input-file | FileCheck %s --check-prefix=WHOLE

// A fully connected layer behind a flattening reads the map, whose rows are the rows
// of its weights.
// CHECK-LABEL: func.func @flattened
// CHECK: %[[MAP:.*]] = rtwmc.max_pool2d
// CHECK: rtwmc.conv2d %[[MAP]] {{.*}}weight = dense<{{\[\[\[\[1, 2\], \[3, 4\]\], \[\[5, 6\], \[7, 8\]\], \[\[9, 10\], \[11, 12\]\]\]\]}}> : tensor<1x3x2x2xi8>
// CHECK-SAME: tensor<1x3x2x2xi8> -> tensor<1x1x1x1xi32>
// WHOLE-LABEL: func.func @flattened
// WHOLE: rtwmc.conv2d {{.*}} : tensor<1x1x1x12xi8> -> tensor<1x1x1x1xi32>
func.func @flattened(%0: tensor<1x3x2x2xi8>) -> tensor<1x1x1x1xi32> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x2xi8> -> tensor<1x3x2x2xi8>
  %s = tosa.const_shape {values = dense<[1, 12]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %2 = tosa.reshape %1, %s : (tensor<1x3x2x2xi8>, !tosa.shape<2>) -> tensor<1x12xi8>
  %t = tosa.const_shape {values = dense<[1, 1, 1, 12]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %3 = tosa.reshape %2, %t : (tensor<1x12xi8>, !tosa.shape<4>) -> tensor<1x1x1x12xi8>
  %4 = rtwmc.conv2d %3 {weight = dense<[[[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]]]> : tensor<1x1x1x12xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x12xi8> -> tensor<1x1x1x1xi32>
  return %4 : tensor<1x1x1x1xi32>
}

// -----

// Two accumulators are eight bytes, as many as the two rows that would go.
// CHECK-LABEL: func.func @two
// CHECK: rtwmc.conv2d {{.*}} : tensor<1x1x1x12xi8> -> tensor<1x1x1x2xi32>
func.func @two(%0: tensor<1x3x2x2xi8>) -> tensor<1x1x1x2xi32> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x2xi8> -> tensor<1x3x2x2xi8>
  %t = tosa.const_shape {values = dense<[1, 1, 1, 12]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %3 = tosa.reshape %1, %t : (tensor<1x3x2x2xi8>, !tosa.shape<4>) -> tensor<1x1x1x12xi8>
  %4 = rtwmc.conv2d %3 {weight = dense<1> : tensor<2x1x1x12xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x12xi8> -> tensor<1x1x1x2xi32>
  return %4 : tensor<1x1x1x2xi32>
}

// -----

// The network's input is in memory anyway.
// CHECK-LABEL: func.func @input
// CHECK: rtwmc.conv2d {{.*}} : tensor<1x1x1x12xi8> -> tensor<1x1x1x1xi32>
func.func @input(%0: tensor<1x3x2x2xi8>) -> tensor<1x1x1x1xi32> {
  %t = tosa.const_shape {values = dense<[1, 1, 1, 12]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %3 = tosa.reshape %0, %t : (tensor<1x3x2x2xi8>, !tosa.shape<4>) -> tensor<1x1x1x12xi8>
  %4 = rtwmc.conv2d %3 {weight = dense<1> : tensor<1x1x1x12xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x12xi8> -> tensor<1x1x1x1xi32>
  return %4 : tensor<1x1x1x1xi32>
}

// -----

// Three pixels are no map of one column flattened.
// CHECK-LABEL: func.func @pixels
// CHECK: rtwmc.conv2d {{.*}} : tensor<1x1x3x4xi8> -> tensor<1x1x3x1xi32>
func.func @pixels(%0: tensor<1x3x2x2xi8>) -> tensor<1x1x3x1xi32> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x2xi8> -> tensor<1x3x2x2xi8>
  %t = tosa.const_shape {values = dense<[1, 1, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %3 = tosa.reshape %1, %t : (tensor<1x3x2x2xi8>, !tosa.shape<4>) -> tensor<1x1x3x4xi8>
  %4 = rtwmc.conv2d %3 {weight = dense<1> : tensor<1x1x1x4xi8>, bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x3x4xi8> -> tensor<1x1x3x1xi32>
  return %4 : tensor<1x1x3x1xi32>
}
