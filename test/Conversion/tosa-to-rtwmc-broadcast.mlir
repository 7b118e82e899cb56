// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A constant for each channel is looked up.
// CHECK-LABEL: func.func @constant
// CHECK: rtwmc.elementwise %arg0 {
// CHECK-NEXT: ^bb0(%[[A:.*]]: i8):
// CHECK-NEXT: %[[C:.*]] = rtwmc.channel
// CHECK-NEXT: %[[V:.*]] = rtwmc.lookup %[[C]] in dense<[1, -2]> : tensor<2xi8> -> i8
// CHECK: arith.maxsi
func.func @constant(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %c = "tosa.const"() {values = dense<[1, -2]> : tensor<2xi8>} : () -> tensor<2xi8>
  %s = tosa.const_shape {values = dense<[1, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %r = tosa.reshape %c, %s : (tensor<2xi8>, !tosa.shape<4>) -> tensor<1x1x1x2xi8>
  %0 = tosa.maximum %arg0, %r : (tensor<1x4x4x2xi8>, tensor<1x1x1x2xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// A vector that is computed is an input, in either order.
// CHECK-LABEL: func.func @vector
// CHECK: rtwmc.elementwise %arg1, %arg0 {
// CHECK-NEXT: ^bb0(%{{.*}}: i32, %{{.*}}: i32):
// CHECK: } : (tensor<1x1x1x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
func.func @vector(%arg0: tensor<1x4x4x2xi32>, %arg1: tensor<1x1x1x2xi32>) -> tensor<1x4x4x2xi32> {
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.mul %arg1, %arg0, %shift : (tensor<1x1x1x2xi32>, tensor<1x4x4x2xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

// Constants fold through rescales, with a multiplier for each channel:
// (10 - 3) * 6 / 4 = 10.5 -> 11, (-20 - 3) * 10 / 4 = -57.5 -> -57, (0 - 3) * 10 / 4 =
// -7.5 -> -7, each and 1; 100 clamps.
// CHECK-LABEL: func.func @rescaled
// CHECK: "tosa.const"() <{values = dense<{{\[\[\[\[}}12, -56]], {{\[\[}}127, -6]]]]> : tensor<1x2x1x2xi8>}>
// CHECK-NOT: tosa.rescale
func.func @rescaled() -> tensor<1x2x1x2xi8> {
  %c = "tosa.const"() {values = dense<[[[[10, -20]], [[100, 0]]]]> : tensor<1x2x1x2xi8>} : () -> tensor<1x2x1x2xi8>
  %m = "tosa.const"() {values = dense<[6, 10]> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = "tosa.const"() {values = dense<2> : tensor<2xi8>} : () -> tensor<2xi8>
  %izp = "tosa.const"() {values = dense<3> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %c, %m, %s, %izp, %ozp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x1x2xi8>, tensor<2xi32>, tensor<2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x1x2xi8>
  return %0 : tensor<1x2x1x2xi8>
}

// -----

// CHECK-LABEL: func.func @prelu
// CHECK: arith.cmpi sge
// CHECK: arith.select
// CHECK-NOT: tosa.
func.func @prelu(%arg0: tensor<1x4x4x2xi32>, %arg1: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %z = "tosa.const"() {values = dense<0> : tensor<1x1x1x1xi32>} : () -> tensor<1x1x1x1xi32>
  %0 = tosa.greater_equal %arg0, %z : (tensor<1x4x4x2xi32>, tensor<1x1x1x1xi32>) -> tensor<1x4x4x2xi1>
  %1 = tosa.select %0, %arg0, %arg1 : (tensor<1x4x4x2xi1>, tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %1 : tensor<1x4x4x2xi32>
}

// -----

// CHECK-LABEL: func.func @compare
// CHECK: arith.cmpi eq
// CHECK: arith.cmpi sgt
func.func @compare(%arg0: tensor<1x4x4x2xi32>, %arg1: tensor<1x4x4x2xi32>) -> (tensor<1x4x4x2xi1>, tensor<1x4x4x2xi1>) {
  %0 = tosa.equal %arg0, %arg1 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi1>
  %1 = tosa.greater %arg0, %arg1 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi1>
  return %0, %1 : tensor<1x4x4x2xi1>, tensor<1x4x4x2xi1>
}

// -----

// Of 8 bits an element of the table, of 16 bits a value between two.
// CHECK-LABEL: func.func @table
// CHECK: %[[I:.*]] = arith.addi %{{.*}}, %{{.*}} : i32
// CHECK-NEXT: rtwmc.lookup %[[I]] in dense<9> : tensor<256xi8> -> i8
func.func @table(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %t = "tosa.const"() {values = dense<9> : tensor<256xi8>} : () -> tensor<256xi8>
  %0 = tosa.table %arg0, %t : (tensor<1x4x4x2xi8>, tensor<256xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// CHECK-LABEL: func.func @table16
// CHECK-COUNT-2: rtwmc.lookup {{.*}} : tensor<513xi16> -> i16
// CHECK: -> tensor<1x4x4x2xi32>
func.func @table16(%arg0: tensor<1x4x4x2xi16>) -> tensor<1x4x4x2xi32> {
  %t = "tosa.const"() {values = dense<9> : tensor<513xi16>} : () -> tensor<513xi16>
  %0 = tosa.table %arg0, %t : (tensor<1x4x4x2xi16>, tensor<513xi16>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

// Sums over rows, over columns and, by weights of 1, over channels.
// CHECK-LABEL: func.func @sums
// CHECK: rtwmc.sum_pool2d %arg0 {{{.*}}kernel = array<i64: 4, 1>{{.*}} -> tensor<1x1x3x2xi32>
// CHECK: rtwmc.sum_pool2d %arg0 {{{.*}}kernel = array<i64: 1, 3>{{.*}} -> tensor<1x4x1x2xi32>
// CHECK: rtwmc.conv2d %arg1 {{{.*}}input_zp = 5 : i32{{.*}}weight = dense<1> : tensor<1x1x1x2xi8>{{.*}} -> tensor<1x4x3x1xi32>
func.func @sums(%arg0: tensor<1x4x3x2xi32>, %arg1: tensor<1x4x3x2xi8>) -> (tensor<1x1x3x2xi32>, tensor<1x4x1x2xi32>, tensor<1x4x3x1xi32>) {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<5> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32} : (tensor<1x4x3x2xi32>) -> tensor<1x1x3x2xi32>
  %1 = tosa.reduce_sum %arg0 {axis = 2 : i32} : (tensor<1x4x3x2xi32>) -> tensor<1x4x1x2xi32>
  %2 = tosa.rescale %arg1, %m, %s, %izp, %ozp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x3x2xi32>
  %3 = tosa.reduce_sum %2 {axis = 3 : i32} : (tensor<1x4x3x2xi32>) -> tensor<1x4x3x1xi32>
  return %0, %1, %3 : tensor<1x1x3x2xi32>, tensor<1x4x1x2xi32>, tensor<1x4x3x1xi32>
}
