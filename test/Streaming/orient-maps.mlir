// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-orient-maps --split-input-file | FileCheck %s

// Windows, weights and types turn; between two layers no reshape is left.
// CHECK-LABEL: func.func @chain
// CHECK: %[[IN:.*]] = tosa.reshape %arg0, %{{.*}} : (tensor<1x1x6x2xi8>, !tosa.shape<4>) -> tensor<1x6x1x2xi8>
// CHECK: %[[A:.*]] = rtwmc.conv2d %[[IN]] {
// CHECK-SAME: dilation = array<i64: 2, 1>
// CHECK-SAME: pad = array<i64: 2, 1, 0, 1>
// CHECK-SAME: stride = array<i64: 1, 1>
// CHECK-SAME{LITERAL}: weight = dense<[[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]> : tensor<1x2x2x2xi8>
// CHECK-SAME: -> tensor<1x7x1x1xi8>
// CHECK-NEXT: %[[B:.*]] = rtwmc.depthwise_conv2d %[[A]] {
// CHECK-SAME: stride = array<i64: 2, 1>
// CHECK-SAME{LITERAL}: weight = dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
// CHECK-SAME: -> tensor<1x3x1x2xi8>
// CHECK-NEXT: %[[C:.*]] = rtwmc.max_pool2d %[[B]] {kernel = array<i64: 2, 1>, pad = array<i64: 0, 1, 0, 0>, stride = array<i64: 1, 1>}
// CHECK-NEXT: %[[D:.*]] = rtwmc.elementwise %[[B]], %[[C]]
// CHECK: (tensor<1x3x1x2xi8>, tensor<1x3x1x2xi8>) -> tensor<1x3x1x2xi8>
// CHECK: %[[E:.*]] = rtwmc.concat %[[D]], %[[B]] : (tensor<1x3x1x2xi8>, tensor<1x3x1x2xi8>) -> tensor<1x3x1x4xi8>
// CHECK: tosa.reshape %[[E]], %{{.*}} -> tensor<1x1x3x4xi8>
func.func @chain(%0: tensor<1x1x6x2xi8>) -> tensor<1x1x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 1, 2, 1>, dilation = array<i64: 1, 2>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double, zero_point = 0, range = [-128, 127]>} : tensor<1x1x6x2xi8> -> tensor<1x1x7x1xi8>
  %2 = rtwmc.depthwise_conv2d %1 {weight = dense<[[[[1, 2]], [[3, 4]]]]> : tensor<1x2x1x2xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double, zero_point = 0, range = [-128, 127]>} : tensor<1x1x7x1xi8> -> tensor<1x1x3x2xi8>
  %3 = rtwmc.max_pool2d %2 {kernel = array<i64: 1, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 1>} : tensor<1x1x3x2xi8> -> tensor<1x1x3x2xi8>
  %4 = rtwmc.elementwise %2, %3 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.addi %a, %b : i8
    rtwmc.yield %c : i8
  } : (tensor<1x1x3x2xi8>, tensor<1x1x3x2xi8>) -> tensor<1x1x3x2xi8>
  %5 = rtwmc.concat %4, %2 : (tensor<1x1x3x2xi8>, tensor<1x1x3x2xi8>) -> tensor<1x1x3x4xi8>
  return %5 : tensor<1x1x3x4xi8>
}

// -----

// Pixels stay, and maps of rows; a sum over all columns is one over all rows.
// CHECK-LABEL: func.func @others
// CHECK: rtwmc.max_pool2d %arg0 {{.*}} : tensor<1x2x3x1xi8> -> tensor<1x1x3x1xi8>
// CHECK: rtwmc.sum_pool2d %{{.*}} {{{.*}}kernel = array<i64: 3, 1>{{.*}} : tensor<1x3x1x1xi8> -> tensor<1x1x1x1xi32>
// CHECK: rtwmc.elementwise
// CHECK: (tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
func.func @others(%0: tensor<1x2x3x1xi8>) -> tensor<1x1x1x1xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x3x1xi8> -> tensor<1x1x3x1xi8>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 1, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x1x3x1xi8> -> tensor<1x1x1x1xi32>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %b = arith.trunci %a : i32 to i8
    rtwmc.yield %b : i8
  } : (tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
  return %3 : tensor<1x1x1x1xi8>
}

// -----

// What the module prunes itself keeps its shape.
// CHECK-LABEL: func.func @pruned
// CHECK: rtwmc.max_pool2d %{{.*}} : tensor<1x1x3x1xi8> -> tensor<1x1x2x1xi8>
func.func @pruned(%0: tensor<1x1x3x1xi8>) -> tensor<1x1x2x1xi8> {
  %p, %k = rtwmc.prune %0, drop = 1, batch = 3, tau_q = 1 : tensor<1x1x3x1xi8> -> !rtwmc.pruned<1x1x3x1xi8, keep = 2, zero = 0>
  %1 = rtwmc.unprune %p : !rtwmc.pruned<1x1x3x1xi8, keep = 2, zero = 0> -> tensor<1x1x3x1xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 1, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x1x3x1xi8> -> tensor<1x1x2x1xi8>
  return %2 : tensor<1x1x2x1xi8>
}

// -----

// Rows and columns of a gather are exchanged, and those that a program asks for.
// CHECK-LABEL: func.func @places
// CHECK: rtwmc.gather %{{.*}} {channels = array<i64: 2, 1, 0, 0, 2, 0, 0, 1>, columns = array<i64: 1, 0, 1, 0>, rows = array<i64: 2, 1, 1, 3>}
// CHECK-SAME: tensor<1x9x1x4xi8> -> tensor<1x4x1x4xi8>
// CHECK: rtwmc.elementwise
// CHECK: %[[COLUMN:.*]] = rtwmc.column
// CHECK-NEXT: %[[ROW:.*]] = rtwmc.row
// CHECK-NEXT: arith.subi %[[COLUMN]], %[[ROW]]
func.func @places(%0: tensor<1x1x9x4xi8>) -> tensor<1x1x4x4xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 2, 1, 1, 3>,
    channels = array<i64: 2, 0, 1, 0, 2, 0, 0, 1>} : tensor<1x1x9x4xi8> -> tensor<1x1x4x4xi8>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i8):
    %row = rtwmc.row
    %column = rtwmc.column
    %b = arith.subi %row, %column : i32
    %c = arith.trunci %b : i32 to i8
    %d = arith.addi %a, %c : i8
    rtwmc.yield %d : i8
  } : (tensor<1x1x4x4xi8>) -> tensor<1x1x4x4xi8>
  return %2 : tensor<1x1x4x4xi8>
}

// -----

// The scores of two heads: programs read the rows of one pixel that a product
// has, and so does the next product, whatever shapes are between them.
// CHECK-LABEL: func.func @scores
// CHECK: %[[A:.*]] = rtwmc.matmul %arg0, %arg1 {{.*}} -> tensor<1x6x1x4xi32>
// CHECK-NEXT: %[[M:.*]] = rtwmc.elementwise %[[A]] {
// CHECK: } {reduction = #rtwmc<reduction max>} : (tensor<1x6x1x4xi32>) -> tensor<1x6x1x1xi32>
// CHECK-NEXT: %[[S:.*]] = rtwmc.elementwise %[[A]], %[[M]] {
// CHECK: } : (tensor<1x6x1x4xi32>, tensor<1x6x1x1xi32>) -> tensor<1x6x1x4xi8>
// CHECK: rtwmc.matmul %[[S]], %arg2
func.func @scores(%0: tensor<1x2x3x5xi8>, %1: tensor<1x2x4x5xi8>, %2: tensor<1x2x5x4xi8>) -> tensor<1x6x1x5xi32> {
  %3 = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x3x5xi8>, tensor<1x2x4x5xi8>) -> tensor<1x6x1x4xi32>
  %4 = tosa.const_shape {values = dense<[1, 2, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %5 = tosa.reshape %3, %4 : (tensor<1x6x1x4xi32>, !tosa.shape<4>) -> tensor<1x2x3x4xi32>
  %6 = rtwmc.elementwise %5 {
  ^bb0(%a: i32):
    rtwmc.yield %a : i32
  } {reduction = #rtwmc<reduction max>} : (tensor<1x2x3x4xi32>) -> tensor<1x2x3x1xi32>
  %7 = rtwmc.elementwise %5, %6 {
  ^bb0(%a: i32, %b: i32):
    %c = arith.subi %a, %b : i32
    %d = arith.trunci %c : i32 to i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x3x4xi32>, tensor<1x2x3x1xi32>) -> tensor<1x2x3x4xi8>
  %8 = rtwmc.matmul %7, %2 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x3x4xi8>, tensor<1x2x5x4xi8>) -> tensor<1x6x1x5xi32>
  return %8 : tensor<1x6x1x5xi32>
}

// -----

// Maps of an image stay: neither rows of several pixels nor a column's number
// are those of single pixels.
// CHECK-LABEL: func.func @stay
// CHECK: rtwmc.elementwise %arg0
// CHECK: (tensor<1x2x3x4xi8>) -> tensor<1x2x3x4xi8>
// CHECK: %[[R:.*]] = tosa.reshape %arg1, %{{.*}} -> tensor<1x2x3x4xi8>
// CHECK: rtwmc.elementwise %[[R]]
// CHECK: (tensor<1x2x3x4xi8>) -> tensor<1x2x3x4xi8>
func.func @stay(%0: tensor<1x2x3x4xi8>, %1: tensor<1x6x1x4xi8>) -> (tensor<1x2x3x4xi8>, tensor<1x2x3x4xi8>) {
  %2 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %c = arith.addi %a, %a : i8
    rtwmc.yield %c : i8
  } : (tensor<1x2x3x4xi8>) -> tensor<1x2x3x4xi8>
  %3 = tosa.const_shape {values = dense<[1, 2, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %4 = tosa.reshape %1, %3 : (tensor<1x6x1x4xi8>, !tosa.shape<4>) -> tensor<1x2x3x4xi8>
  %5 = rtwmc.elementwise %4 {
  ^bb0(%a: i8):
    %column = rtwmc.column
    %c = arith.trunci %column : i32 to i8
    %d = arith.addi %a, %c : i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x3x4xi8>) -> tensor<1x2x3x4xi8>
  return %2, %5 : tensor<1x2x3x4xi8>, tensor<1x2x3x4xi8>
}
