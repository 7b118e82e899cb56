// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A value for each row and channel is in a table, a row of it after the other.
// CHECK-LABEL: func.func @places
// CHECK: %[[ROW:.*]] = rtwmc.row
// CHECK: %[[BEGIN:.*]] = arith.muli %[[ROW]], %c2_i32
// CHECK: %[[CHANNEL:.*]] = rtwmc.channel
// CHECK: %[[INDEX:.*]] = arith.addi %[[BEGIN]], %[[CHANNEL]]
// CHECK: rtwmc.lookup %[[INDEX]] in dense<[1, 2, 3, 4, 5, 6]>
func.func @places(%arg0: tensor<1x3x4x2xi8>) -> tensor<1x3x4x2xi8> {
  %c = "tosa.const"() {values = dense<[[[[1, 2]], [[3, 4]], [[5, 6]]]]> : tensor<1x3x1x2xi8>} : () -> tensor<1x3x1x2xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x3x4x2xi8>, tensor<1x3x1x2xi8>) -> tensor<1x3x4x2xi8>
  return %0 : tensor<1x3x4x2xi8>
}

// -----

// CHECK-LABEL: func.func @column
// CHECK: %[[COLUMN:.*]] = rtwmc.column
// CHECK: rtwmc.lookup %[[COLUMN]] in dense<[1, 2]>
func.func @column(%arg0: tensor<1x3x2x2xi8>) -> tensor<1x3x2x2xi8> {
  %c = "tosa.const"() {values = dense<[[[[1], [2]]]]> : tensor<1x1x2x1xi8>} : () -> tensor<1x1x2x1xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x3x2x2xi8>, tensor<1x1x2x1xi8>) -> tensor<1x3x2x2xi8>
  return %0 : tensor<1x3x2x2xi8>
}

// -----

// CHECK-LABEL: func.func @reductions
// CHECK: rtwmc.elementwise %arg0 {
// CHECK-NEXT: ^bb0(%[[A:.*]]: i32):
// CHECK-NEXT: rtwmc.yield %[[A]] : i32
// CHECK-NEXT: } {reduction = #rtwmc<reduction max>} : (tensor<1x3x2x5xi32>) -> tensor<1x3x2x1xi32>
// CHECK: {reduction = #rtwmc<reduction sum>} : (tensor<1x3x2x5xi32>) -> tensor<1x3x2x1xi32>
func.func @reductions(%arg0: tensor<1x3x2x5xi32>) -> (tensor<1x3x2x1xi32>, tensor<1x3x2x1xi32>) {
  %0 = tosa.reduce_max %arg0 {axis = 3 : i32} : (tensor<1x3x2x5xi32>) -> tensor<1x3x2x1xi32>
  %1 = tosa.reduce_sum %arg0 {axis = 3 : i32} : (tensor<1x3x2x5xi32>) -> tensor<1x3x2x1xi32>
  return %0, %1 : tensor<1x3x2x1xi32>, tensor<1x3x2x1xi32>
}

// -----

// The largest of rows, or of columns, is a pooling.
// CHECK-LABEL: func.func @reduce_rows
// CHECK: rtwmc.max_pool2d %arg0 {kernel = array<i64: 3, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 3, 1>}
func.func @reduce_rows(%arg0: tensor<1x3x2x5xi8>) -> tensor<1x1x2x5xi8> {
  %0 = tosa.reduce_max %arg0 {axis = 1 : i32} : (tensor<1x3x2x5xi8>) -> tensor<1x1x2x5xi8>
  return %0 : tensor<1x1x2x5xi8>
}

// -----

// All bits of a product, and half of what is shifted out.
// CHECK-LABEL: func.func @shifted_product
// CHECK: %[[PRODUCT:.*]] = arith.muli %{{.*}}, %{{.*}} : i64
// CHECK: %[[ROUNDED:.*]] = arith.addi %[[PRODUCT]], %c1073741824_i64
// CHECK: arith.shrsi %[[ROUNDED]], %c31_i64
func.func @shifted_product(%arg0: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %shift = "tosa.const"() {values = dense<31> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.mul %arg0, %arg0, %shift : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

// CHECK-LABEL: func.func @bits
// CHECK: math.ctlz
// CHECK: arith.shli
// CHECK: arith.shrsi
// CHECK: arith.andi
func.func @bits(%arg0: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %0 = tosa.clz %arg0 : (tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %1 = tosa.logical_left_shift %arg0, %0 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %2 = tosa.arithmetic_right_shift %1, %0 {round = true} : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %2 : tensor<1x4x4x2xi32>
}
