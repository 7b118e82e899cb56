// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @max_pool
// CHECK: rtwmc.max_pool2d %{{.*}} {kernel = array<i64: 3, 2>, pad = array<i64: 1, 0, 0, 0>, stride = array<i64: 2, 2>}
// CHECK-SAME: tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
func.func @max_pool(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 3, 2>, pad = array<i64: 1, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8>
  return %0 : tensor<1x3x3x2xi8>
}

// -----

// An average is a sum and TOSA's reciprocal scale: for four elements
// (2^30 + 1) * 4 / 4 and a shift of 32.
// CHECK-LABEL: func.func @avg_pool
// CHECK: %[[SUM:.*]] = rtwmc.sum_pool2d %{{.*}} {input_zp = -3 : i32, kernel = array<i64: 2, 2>
// CHECK-SAME: tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi32>
// CHECK: rtwmc.elementwise %[[SUM]] {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32):
// CHECK: %[[SCALED:.*]] = rtwmc.apply_scale %[[ACC]] {multiplier = 1073741825 : i32, rounding = #rtwmc<rounding single>, shift = 32 : i32}
// CHECK: arith.addi %[[SCALED]], %c5_i32
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: arith.trunci
func.func @avg_pool(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  %izp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<5> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.avg_pool2d %arg0, %izp, %ozp {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x6x6x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x3x2xi8>
  return %0 : tensor<1x3x3x2xi8>
}

// -----

// Windows at the border of a padded average have four elements or six: TOSA's
// reciprocal scales of those, (2^30 + 1) * 8 / 6 and a shift of 33, and so on.
// CHECK-LABEL: func.func @avg_pool_padded
// CHECK: %[[SUM:.*]] = rtwmc.sum_pool2d %{{.*}}pad = array<i64: 1, 1, 1, 1>
// CHECK: rtwmc.elementwise %[[SUM]] {
// CHECK: %[[ROW:.*]] = rtwmc.row
// CHECK: %[[HEIGHT:.*]] = rtwmc.lookup %[[ROW]] in dense<[2, 3, 3, 3, 3, 2]>
// CHECK: %[[COLUMN:.*]] = rtwmc.column
// CHECK: %[[WIDTH:.*]] = rtwmc.lookup %[[COLUMN]] in dense<[2, 3, 3, 3, 3, 2]>
// CHECK: %[[COUNT:.*]] = arith.muli %[[HEIGHT]], %[[WIDTH]]
// CHECK: %[[FOUR:.*]] = rtwmc.apply_scale %{{.*}} {multiplier = 1073741825 : i32, rounding = #rtwmc<rounding single>, shift = 32 : i32}
// CHECK-DAG: %[[SIX:.*]] = rtwmc.apply_scale %{{.*}} {multiplier = 1431655766 : i32, rounding = #rtwmc<rounding single>, shift = 33 : i32}
// CHECK-DAG: %[[IS_SIX:.*]] = arith.cmpi eq, %[[COUNT]], %c6_i32
// CHECK: arith.select %[[IS_SIX]], %[[SIX]], %[[FOUR]]
// CHECK: arith.cmpi eq, %[[COUNT]], %c9_i32
func.func @avg_pool_padded(%arg0: tensor<1x6x6x2xi8>) -> tensor<1x6x6x2xi8> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.avg_pool2d %arg0, %zp, %zp {acc_type = i32, kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x2xi8>
  return %0 : tensor<1x6x6x2xi8>
}

// -----

// Keras's global average: a rescale to 32 bits, a sum over rows, a sum over
// columns, a rescale. The first becomes the zero point of the sum.
// CHECK-LABEL: func.func @keras_global_average
// CHECK: %[[SUM:.*]] = rtwmc.sum_pool2d %{{.*}} {input_zp = -128 : i32, kernel = array<i64: 4, 5>,
// CHECK-SAME: tensor<1x4x5x2xi8> -> tensor<1x1x1x2xi32>
// CHECK-NOT: tosa.reduce_sum
// CHECK: rtwmc.elementwise %[[SUM]] {
// CHECK: rtwmc.apply_scale {{.*}} {multiplier = 1717986918 : i32, {{.*}}shift = 35 : i32}
func.func @keras_global_average(%arg0: tensor<1x4x5x2xi8>) -> tensor<1x1x1x2xi8> {
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %oneshift = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1717986918> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<35> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.rescale %arg0, %one, %oneshift, %zp, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x5x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x5x2xi32>
  %1 = tosa.reduce_sum %0 {axis = 1 : i32} : (tensor<1x4x5x2xi32>) -> tensor<1x1x5x2xi32>
  %2 = tosa.reduce_sum %1 {axis = 2 : i32} : (tensor<1x1x5x2xi32>) -> tensor<1x1x1x2xi32>
  %3 = tosa.rescale %2, %m, %s, %zero, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x1x1x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x1x1x2xi8>
  return %3 : tensor<1x1x1x2xi8>
}

// -----

// The largest of all pixels, which front ends write along one axis after the
// other, is one pooling; along one axis it is one of rows or columns.
// CHECK-LABEL: func.func @largest
// CHECK: rtwmc.max_pool2d %arg0 {kernel = array<i64: 6, 4>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 6, 4>}
// CHECK-SAME: tensor<1x6x4x2xi8> -> tensor<1x1x1x2xi8>
// CHECK-NOT: rtwmc.max_pool2d
// CHECK: return
func.func @largest(%arg0: tensor<1x6x4x2xi8>) -> tensor<1x1x1x2xi8> {
  %0 = tosa.reduce_max %arg0 {axis = 1 : i32} : (tensor<1x6x4x2xi8>) -> tensor<1x1x4x2xi8>
  %1 = tosa.reduce_max %0 {axis = 2 : i32} : (tensor<1x1x4x2xi8>) -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

// Not where a pooling before has left pixels out.
// CHECK-LABEL: func.func @some
// CHECK-COUNT-2: rtwmc.max_pool2d
func.func @some(%arg0: tensor<1x6x3x2xi8>) -> tensor<1x1x1x2xi8> {
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 6, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 2>} : (tensor<1x6x3x2xi8>) -> tensor<1x1x2x2xi8>
  %1 = tosa.reduce_max %0 {axis = 2 : i32} : (tensor<1x1x2x2xi8>) -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

// The least is the largest of the inverted bits.
// CHECK-LABEL: func.func @reduce_min
// CHECK: %[[INVERTED:.*]] = rtwmc.elementwise %{{.*}} {
// CHECK: arith.xori %{{.*}}, %c-1_i32
// CHECK: %[[LARGEST:.*]] = rtwmc.max_pool2d %[[INVERTED]] {kernel = array<i64: 4, 1>
// CHECK: rtwmc.elementwise %[[LARGEST]] {
// CHECK: arith.xori %{{.*}}, %c-1_i32
func.func @reduce_min(%arg0: tensor<1x4x6x2xi8>) -> tensor<1x1x6x2xi8> {
  %0 = tosa.reduce_min %arg0 {axis = 1 : i32} : (tensor<1x4x6x2xi8>) -> tensor<1x1x6x2xi8>
  return %0 : tensor<1x1x6x2xi8>
}

// -----

// CHECK-LABEL: func.func @reduce_min_of_channels
// CHECK: rtwmc.elementwise
// CHECK: arith.xori
// CHECK: reduction = #rtwmc<reduction max>
// CHECK: arith.xori
func.func @reduce_min_of_channels(%arg0: tensor<1x4x6x2xi32>) -> tensor<1x4x6x1xi32> {
  %0 = tosa.reduce_min %arg0 {axis = 3 : i32} : (tensor<1x4x6x2xi32>) -> tensor<1x4x6x1xi32>
  return %0 : tensor<1x4x6x1xi32>
}

// -----

// Of 16 bits, without padding.
// CHECK-LABEL: func.func @wide
// CHECK: rtwmc.max_pool2d {{.*}} : tensor<1x6x6x2xi16> -> tensor<1x3x3x2xi16>
// CHECK: tosa.max_pool2d
func.func @wide(%arg0: tensor<1x6x6x2xi16>) -> (tensor<1x3x3x2xi16>, tensor<1x4x4x2xi16>) {
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x6x2xi16>) -> tensor<1x3x3x2xi16>
  %1 = tosa.max_pool2d %arg0 {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>} : (tensor<1x6x6x2xi16>) -> tensor<1x4x4x2xi16>
  return %0, %1 : tensor<1x3x3x2xi16>, tensor<1x4x4x2xi16>
}

// -----

// CHECK-LABEL: func.func @wide_average
// CHECK: %[[WIDE:.*]] = rtwmc.elementwise {{.*}} {
// CHECK: arith.extsi
// CHECK: %[[SUM:.*]] = rtwmc.sum_pool2d %[[WIDE]] {{.*}} : tensor<1x6x6x2xi32> -> tensor<1x3x3x2xi32>
// CHECK: rtwmc.elementwise %[[SUM]] {
// CHECK: arith.maxsi %{{.*}}, %c-32768_i32
// CHECK: arith.minsi %{{.*}}, %c32767_i32
func.func @wide_average(%arg0: tensor<1x6x6x2xi16>) -> tensor<1x3x3x2xi16> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %0 = tosa.avg_pool2d %arg0, %zp, %zp {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x6x6x2xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x3x3x2xi16>
  return %0 : tensor<1x3x3x2xi16>
}
