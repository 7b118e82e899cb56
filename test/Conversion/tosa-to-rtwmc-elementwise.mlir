// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// A residual: both inputs to 32 bits, a sum, back to 8 bits. No rounding where
// the scale is 1.
// CHECK-LABEL: func.func @residual
// CHECK: %[[A:.*]] = rtwmc.elementwise %{{.*}} {
// CHECK: arith.extsi
// CHECK: arith.addi %{{.*}}, %c3_i32
// CHECK-NOT: rtwmc.apply_scale
// CHECK: (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32>
// CHECK: %[[SUM:.*]] = rtwmc.elementwise %[[A]], %{{.*}} {
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32):
// CHECK: arith.addi %[[X]], %[[Y]]
// CHECK: (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
// CHECK: rtwmc.elementwise %[[SUM]] {
// CHECK: rtwmc.apply_scale %{{.*}} {multiplier = 1073741824 : i32, rounding = #rtwmc<rounding double>, shift = 50 : i32}
// CHECK: arith.addi %{{.*}}, %c4_i32
// CHECK: arith.trunci %{{.*}} : i32 to i8
// CHECK-NOT: tosa.
func.func @residual(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %thirty = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %s = "tosa.const"() {values = dense<50> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<4> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %1 = tosa.rescale %0, %one, %thirty, %izp, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %2 = tosa.rescale %arg0, %one, %thirty, %izp, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %3 = tosa.add %1, %2 : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %4 = tosa.rescale %3, %one, %s, %zero, %ozp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %4 : tensor<1x4x4x2xi8>
}

// -----

// The 16-bit scale is the 32-bit one with a smaller multiplier.
// CHECK-LABEL: func.func @scale16
// CHECK: rtwmc.apply_scale %{{.*}} {multiplier = 16384 : i32, rounding = #rtwmc<rounding single>, shift = 20 : i32}
func.func @scale16(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %m = "tosa.const"() {values = dense<16384> : tensor<1xi16>} : () -> tensor<1xi16>
  %s = "tosa.const"() {values = dense<20> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %m, %s, %izp, %izp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = false}
    : (tensor<1x4x4x2xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// Equal multipliers for all channels are one multiplier.
// CHECK-LABEL: func.func @splat
// CHECK: rtwmc.apply_scale %{{.*}} {multiplier = 5 : i32
// CHECK-NOT: tosa.rescale
func.func @splat(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %m = "tosa.const"() {values = dense<5> : tensor<2xi32>} : () -> tensor<2xi32>
  %s = "tosa.const"() {values = dense<20> : tensor<2xi8>} : () -> tensor<2xi8>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %m, %s, %izp, %izp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<2xi32>, tensor<2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// Constants of one value become part of the program.
// CHECK-LABEL: func.func @constant_operand
// CHECK: rtwmc.elementwise %arg0 {
// CHECK-NEXT: ^bb0(%{{[^,]*}}: i8):
// CHECK: arith.maxsi %{{.*}}, %c9_i32
// CHECK: (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
func.func @constant_operand(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %c = "tosa.const"() {values = dense<9> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x4x4x2xi8>, tensor<1x1x1x1xi8>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}

// -----

// A quantized product: both inputs to 32 bits, their product, back to 8 bits.
// CHECK-LABEL: func.func @product
// CHECK: rtwmc.elementwise
// CHECK: rtwmc.elementwise
// CHECK: rtwmc.elementwise
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32):
// CHECK-NEXT: %[[XY:.*]] = arith.muli %[[X]], %[[Y]] : i32
// CHECK-NEXT: rtwmc.yield %[[XY]] : i32
// CHECK: rtwmc.elementwise
// CHECK: rtwmc.apply_scale
// CHECK-NOT: tosa.
func.func @product(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %thirty = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %s = "tosa.const"() {values = dense<36> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<4> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %1 = tosa.rescale %0, %one, %thirty, %izp, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %2 = tosa.rescale %arg0, %one, %thirty, %izp, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %3 = tosa.mul %1, %2, %shift : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  %4 = tosa.rescale %3, %one, %s, %zero, %ozp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %4 : tensor<1x4x4x2xi8>
}

// -----

// Narrow operands are widened before they are multiplied.
// CHECK-LABEL: func.func @product_of_bytes
// CHECK: ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8):
// CHECK-DAG: %[[WX:.*]] = arith.extsi %[[X]] : i8 to i32
// CHECK-DAG: %[[WY:.*]] = arith.extsi %[[Y]] : i8 to i32
// CHECK: arith.muli %[[WX]], %[[WY]] : i32
// CHECK: (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32>
func.func @product_of_bytes(%arg0: tensor<1x4x4x2xi8>, %arg1: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32> {
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.mul %arg0, %arg1, %shift : (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

// A square reads its map twice; by a constant it is one of one map.
// CHECK-LABEL: func.func @square
// CHECK: %[[SQUARE:.*]] = rtwmc.elementwise %arg0, %arg0 {
// CHECK: rtwmc.elementwise %[[SQUARE]] {
// CHECK: arith.muli %{{.*}}, %c-7_i32
func.func @square(%arg0: tensor<1x4x4x2xi16>) -> tensor<1x4x4x2xi32> {
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %c = "tosa.const"() {values = dense<-7> : tensor<1x1x1x1xi32>} : () -> tensor<1x1x1x1xi32>
  %0 = tosa.mul %arg0, %arg0, %shift : (tensor<1x4x4x2xi16>, tensor<1x4x4x2xi16>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  %1 = tosa.mul %0, %c, %shift : (tensor<1x4x4x2xi32>, tensor<1x1x1x1xi32>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %1 : tensor<1x4x4x2xi32>
}
