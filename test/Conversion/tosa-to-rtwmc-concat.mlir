// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @channels
// CHECK-SAME: (%[[A:.*]]: tensor<1x4x5x2xi8>, %[[B:.*]]: tensor<1x4x5x1xi8>)
// CHECK: rtwmc.concat %[[B]], %[[A]], %[[B]] : (tensor<1x4x5x1xi8>, tensor<1x4x5x2xi8>, tensor<1x4x5x1xi8>) -> tensor<1x4x5x4xi8>
func.func @channels(%a: tensor<1x4x5x2xi8>, %b: tensor<1x4x5x1xi8>) -> tensor<1x4x5x4xi8> {
  %0 = tosa.concat %b, %a, %b {axis = 3 : i32}
    : (tensor<1x4x5x1xi8>, tensor<1x4x5x2xi8>, tensor<1x4x5x1xi8>) -> tensor<1x4x5x4xi8>
  return %0 : tensor<1x4x5x4xi8>
}

// -----

// Columns after each other: each map with the least there is where the others
// are, the largest of them.
// CHECK-LABEL: func.func @columns
// CHECK-SAME: (%[[A:.*]]: tensor<1x4x5x2xi8>, %[[B:.*]]: tensor<1x4x1x2xi8>)
// CHECK: %[[LEFT:.*]] = rtwmc.gather %[[A]] {channels = array<i64: 2, 0, 0, 1>, columns = array<i64: 1, 0, 1, 0>, fill = -128 : i32, rows = array<i64: 1, 0, 1, 0>} : tensor<1x4x5x2xi8> -> tensor<1x4x6x2xi8>
// CHECK: %[[RIGHT:.*]] = rtwmc.gather %[[B]] {channels = array<i64: 2, 0, 0, 1>, columns = array<i64: 1, -5, 1, 0>, fill = -128 : i32, rows = array<i64: 1, 0, 1, 0>} : tensor<1x4x1x2xi8> -> tensor<1x4x6x2xi8>
// CHECK: rtwmc.elementwise %[[LEFT]], %[[RIGHT]]
// CHECK: arith.maxsi
func.func @columns(%a: tensor<1x4x5x2xi8>, %b: tensor<1x4x1x2xi8>) -> tensor<1x4x6x2xi8> {
  %0 = tosa.concat %a, %b {axis = 2 : i32}
    : (tensor<1x4x5x2xi8>, tensor<1x4x1x2xi8>) -> tensor<1x4x6x2xi8>
  return %0 : tensor<1x4x6x2xi8>
}

// -----

// Rows, of three maps of 16 bits.
// CHECK-LABEL: func.func @rows
// CHECK-COUNT-2: rtwmc.gather {{.*}}fill = -32768 : i32
// CHECK: arith.maxsi
// CHECK: rtwmc.gather {{.*}}fill = -32768 : i32{{.*}}rows = array<i64: 1, -5, 1, 0>
// CHECK: arith.maxsi
func.func @rows(%a: tensor<1x4x5x2xi16>, %b: tensor<1x1x5x2xi16>) -> tensor<1x6x5x2xi16> {
  %0 = tosa.concat %b, %a, %b {axis = 1 : i32}
    : (tensor<1x1x5x2xi16>, tensor<1x4x5x2xi16>, tensor<1x1x5x2xi16>) -> tensor<1x6x5x2xi16>
  return %0 : tensor<1x6x5x2xi16>
}

// -----

// Each element would be as many comparisons.
// CHECK-LABEL: func.func @many
// CHECK: tosa.concat
func.func @many(%a: tensor<1x1x5x2xi8>) -> tensor<1x9x5x2xi8> {
  %0 = tosa.concat %a, %a, %a, %a, %a, %a, %a, %a, %a {axis = 1 : i32}
    : (tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>,
       tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>, tensor<1x1x5x2xi8>) -> tensor<1x9x5x2xi8>
  return %0 : tensor<1x9x5x2xi8>
}

// -----

// A constant is no map of the network.
// CHECK-LABEL: func.func @constant
// CHECK: tosa.concat
func.func @constant(%a: tensor<1x1x1x2xi8>) -> tensor<1x1x1x3xi8> {
  %c = "tosa.const"() {values = dense<7> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %0 = tosa.concat %a, %c {axis = 3 : i32}
    : (tensor<1x1x1x2xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x3xi8>
  return %0 : tensor<1x1x1x3xi8>
}

// -----

// CHECK-LABEL: func.func @batches
// CHECK: tosa.concat
func.func @batches(%a: tensor<2x4x4x2xi8>) -> tensor<2x4x4x4xi8> {
  %0 = tosa.concat %a, %a {axis = 3 : i32}
    : (tensor<2x4x4x2xi8>, tensor<2x4x4x2xi8>) -> tensor<2x4x4x4xi8>
  return %0 : tensor<2x4x4x4xi8>
}
