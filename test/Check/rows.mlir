// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check=input=rows -o /dev/null | FileCheck %s

// Inputs that are asked for row by row.

// Windows of three rows that move by two: one more than three is never there.
// CHECK: @strided: 20 inputs, equal
// CHECK-NEXT: rows1: ring 3
func.func @strided(%0: tensor<1x9x6x2xi8>) -> tensor<1x4x4x2xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x9x6x2xi8> -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}

// The last two rows are asked for, too.
// CHECK: @unread: 20 inputs, equal
// CHECK-NEXT: rows1: ring 1
func.func @unread(%0: tensor<1x6x4x1xi8>) -> tensor<1x4x4x1xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, -2, 0, 0>}
    : tensor<1x6x4x1xi8> -> tensor<1x4x4x1xi8>
  return %1 : tensor<1x4x4x1xi8>
}

// Along time, which is written along columns: a row is a step.
// CHECK: @time: 20 inputs, equal
// CHECK-NEXT: rows1: ring 3
func.func @time(%0: tensor<1x1x12x3xi8>) -> tensor<1x1x10x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x1x12x3xi8> -> tensor<1x1x10x3xi8>
  return %1 : tensor<1x1x10x3xi8>
}

// Read twice, once from top to bottom before the other begins.
// CHECK: @twice: 20 inputs, equal
// CHECK-NEXT: rows1: dense
func.func @twice(%0: tensor<1x6x4x1xi8>) -> tensor<1x6x4x1xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 6, 4>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x6x4x1xi8> -> tensor<1x1x1x1xi8>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %3 = arith.subi %b, %a : i8
    rtwmc.yield %3 : i8
  } : (tensor<1x6x4x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x6x4x1xi8>
  return %2 : tensor<1x6x4x1xi8>
}

// Elements of 16 and 32 bits.
// CHECK: @wide: 20 inputs, equal
// CHECK-NEXT: rows1: ring 1
// CHECK-NEXT: rows2: ring 1
func.func @wide(%0: tensor<1x5x3x2xi16>, %1: tensor<1x5x3x2xi32>) -> tensor<1x5x3x2xi32> {
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i16, %b: i32):
    %3 = arith.extsi %a : i16 to i32
    %4 = arith.addi %3, %b : i32
    rtwmc.yield %4 : i32
  } : (tensor<1x5x3x2xi16>, tensor<1x5x3x2xi32>) -> tensor<1x5x3x2xi32>
  return %2 : tensor<1x5x3x2xi32>
}
