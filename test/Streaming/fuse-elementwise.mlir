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
