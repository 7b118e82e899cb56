// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse --split-input-file | FileCheck %s

// Operations that feed only each other become one; the inputs keep their order.
// CHECK-LABEL: func.func @residual
// CHECK: rtwmc.elementwise %arg0, %arg1, %arg2 {
// CHECK-NEXT: ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %[[C:.*]]: i32):
// CHECK: %[[AB:.*]] = arith.subi %[[A]], %[[B]] : i8
// CHECK: %[[WIDE:.*]] = arith.extsi %[[AB]] : i8 to i32
// CHECK: %[[SUM:.*]] = arith.subi %[[WIDE]], %[[C]] : i32
// CHECK: rtwmc.yield %[[SUM]] : i32
// CHECK-NOT: rtwmc.elementwise
// CHECK: return
func.func @residual(%0: tensor<1x2x2x1xi8>, %1: tensor<1x2x2x1xi8>, %2: tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32> {
  %3 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %d = arith.subi %a, %b : i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i8):
    %w = arith.extsi %a : i8 to i32
    rtwmc.yield %w : i32
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi32>
  %5 = rtwmc.elementwise %4, %2 {
  ^bb0(%a: i32, %b: i32):
    %d = arith.subi %a, %b : i32
    rtwmc.yield %d : i32
  } : (tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32>
  return %5 : tensor<1x2x2x1xi32>
}

// -----

// A map with two readers is computed once.
// CHECK-LABEL: func.func @shared
// CHECK-COUNT-3: rtwmc.elementwise
func.func @shared(%0: tensor<1x2x2x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %d = arith.addi %a, %a : i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i8):
    %d = arith.muli %a, %a : i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  %3 = rtwmc.elementwise %1 {
  ^bb0(%a: i8):
    %d = arith.maxsi %a, %a : i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %2, %3 : tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>
}

// -----

// Wider elements than they are made of: each reader makes them itself. What another
// layer reads is stored, so that all read it.
// CHECK-LABEL: func.func @wide
// CHECK-COUNT-2: arith.extsi
// CHECK-NOT: arith.extsi
// CHECK-LABEL: func.func @wide_and_pooled
// CHECK-COUNT-1: arith.extsi
// CHECK-NOT: arith.extsi
// CHECK: rtwmc.sum_pool2d
func.func @wide(%0: tensor<1x2x2x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.extsi %a : i8 to i32
    rtwmc.yield %b : i32
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %c3 = arith.constant 3 : i32
    %b = arith.shrsi %a, %c3 : i32
    %c = arith.trunci %b : i32 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi8>
  %3 = rtwmc.elementwise %1, %1 {
  ^bb0(%a: i32, %b: i32):
    %c = arith.muli %a, %b : i32
    %d = arith.trunci %c : i32 to i8
    rtwmc.yield %d : i8
  } : (tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi8>
  return %2, %3 : tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>
}

func.func @wide_and_pooled(%0: tensor<1x2x2x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x1x1x1xi32>) {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.extsi %a : i8 to i32
    rtwmc.yield %b : i32
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %c3 = arith.constant 3 : i32
    %b = arith.shrsi %a, %c3 : i32
    %c = arith.trunci %b : i32 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi8>
  %3 = rtwmc.sum_pool2d %1 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x2x2x1xi32> -> tensor<1x1x1x1xi32>
  return %2, %3 : tensor<1x2x2x1xi8>, tensor<1x1x1x1xi32>
}

// -----

// A vector is computed once, not for each pixel of the map that it is for.
// CHECK-LABEL: func.func @vector
// CHECK-COUNT-2: rtwmc.elementwise
func.func @vector(%0: tensor<1x1x1x2xi8>, %1: tensor<1x3x3x2xi8>) -> tensor<1x3x3x2xi8> {
  %2 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.muli %a, %a : i8
    rtwmc.yield %b : i8
  } : (tensor<1x1x1x2xi8>) -> tensor<1x1x1x2xi8>
  %3 = rtwmc.elementwise %1, %2 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.addi %a, %b : i8
    rtwmc.yield %c : i8
  } : (tensor<1x3x3x2xi8>, tensor<1x1x1x2xi8>) -> tensor<1x3x3x2xi8>
  return %3 : tensor<1x3x3x2xi8>
}

// -----

// An input that comes twice is one.
// CHECK-LABEL: func.func @twice
// CHECK: rtwmc.elementwise %arg0 {
// CHECK-NEXT: ^bb0(%[[A:.*]]: i8):
// CHECK-NEXT: arith.addi %[[A]], %[[A]]
func.func @twice(%0: tensor<1x3x3x2xi8>) -> tensor<1x3x3x2xi8> {
  %1 = rtwmc.elementwise %0, %0 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.addi %a, %b : i8
    rtwmc.yield %c : i8
  } : (tensor<1x3x3x2xi8>, tensor<1x3x3x2xi8>) -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}
