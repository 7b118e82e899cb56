// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file | FileCheck %s

// Layers of constants are constants. 2x2 windows of [[1, 2], [3, 4]], weights 1
// and 2 for the two filters: sums 10 and 20, less the zero point 1 four times.
// CHECK-LABEL: func.func @convolution
// CHECK: dense<{{\[\[\[\[}}6, 12]]]]> : tensor<1x1x1x2xi32>
// CHECK-NOT: tosa.conv2d
func.func @convolution(%x: tensor<1x1x1x2xi32>) -> tensor<1x1x1x2xi32> {
  %c = "tosa.const"() {values = dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %w = "tosa.const"() {values = dense<[[[[1], [1]], [[1], [1]]], [[[2], [2]], [[2], [2]]]]> : tensor<2x2x2x1xi8>} : () -> tensor<2x2x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %one = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %c, %w, %b, %one, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xi8>, tensor<2x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %1 = tosa.add %x, %0 : (tensor<1x1x1x2xi32>, tensor<1x1x1x2xi32>) -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}

// -----

// CHECK-LABEL: func.func @depthwise
// CHECK: dense<{{\[\[\[\[}}1, 4], [3, 8]]]]> : tensor<1x1x2x2xi32>
func.func @depthwise(%x: tensor<1x1x2x2xi32>) -> tensor<1x1x2x2xi32> {
  %c = "tosa.const"() {values = dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>} : () -> tensor<1x1x2x2xi8>
  %w = "tosa.const"() {values = dense<[[[[1], [2]]]]> : tensor<1x1x2x1xi8>} : () -> tensor<1x1x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %c, %w, %b, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x1x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2x2xi32>
  %1 = tosa.add %x, %0 : (tensor<1x1x2x2xi32>, tensor<1x1x2x2xi32>) -> tensor<1x1x2x2xi32>
  return %1 : tensor<1x1x2x2xi32>
}

// -----

// Poolings, and what follows from them: max 7, mean of 1, 2, 4, 7 is 3.5, so 4;
// 7 - 4 = 3.
// CHECK-LABEL: func.func @pools
// CHECK: dense<3> : tensor<1x1x1x1xi8>
// CHECK-NOT: pool2d
func.func @pools(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8> {
  %c = "tosa.const"() {values = dense<[[[[1], [2]], [[4], [7]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.max_pool2d %c {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8>
  %1 = tosa.avg_pool2d %c, %zero, %zero {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi8>
  %2 = tosa.sub %0, %1 : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8>
  %3 = tosa.maximum %x, %2 : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8>
  return %3 : tensor<1x1x1x1xi8>
}

// -----

// An output at least is computed: the first, here.
// CHECK-LABEL: func.func @copy
// CHECK-SAME: (%[[X:.*]]: tensor<1x4xi8>)
// CHECK: %[[COPY:.*]] = tosa.identity %[[X]]
// CHECK: return %[[COPY]], %[[X]]
func.func @copy(%x: tensor<1x4xi8>) -> (tensor<1x4xi8>, tensor<1x4xi8>) {
  return %x, %x : tensor<1x4xi8>, tensor<1x4xi8>
}

// -----

// CHECK-LABEL: func.func @constant_output
// CHECK: %[[C:.*]] = "tosa.const"
// CHECK: %[[COPY:.*]] = tosa.identity %[[C]]
// CHECK: return %{{.*}}, %[[COPY]]
func.func @constant_output(%x: tensor<1x4xi8>) -> (tensor<1x4xi8>, tensor<1x4xi8>) {
  %0 = tosa.reverse %x {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %1 = "tosa.const"() {values = dense<1> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  return %0, %1 : tensor<1x4xi8>, tensor<1x4xi8>
}
