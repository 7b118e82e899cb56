// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// The mean of two maps, ties upwards.
// CHECK:      @mean: tensor<1x2x2x1xi8>
// CHECK-NEXT:   [114, -114]
// CHECK-NEXT:   [3, -2]
func.func @mean() -> tensor<1x2x2x1xi8> {
  %0 = arith.constant dense<[[[[127], [-128]], [[2], [-2]]]]> : tensor<1x2x2x1xi8>
  %1 = arith.constant dense<[[[[100], [-100]], [[3], [-3]]]]> : tensor<1x2x2x1xi8>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %3 = arith.extsi %a : i8 to i32
    %4 = arith.extsi %b : i8 to i32
    %5 = arith.addi %3, %4 : i32
    %6 = rtwmc.apply_scale %5 {multiplier = 1073741824 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %7 = arith.trunci %6 : i32 to i8
    rtwmc.yield %7 : i8
  } : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %2 : tensor<1x2x2x1xi8>
}

// 200 and -200 are 56 and -56 on the way back to i8 unless they are clamped.
// CHECK:      @narrow: tensor<1x1x4x1xi8>
// CHECK-NEXT:   [-56, 56, 127, -128]
func.func @narrow() -> tensor<1x1x4x1xi8> {
  %0 = arith.constant dense<[[[[100], [-100], [63], [-64]]]]> : tensor<1x1x4x1xi8>
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.addi %a, %a : i8
    %zero = arith.constant 0 : i8
    %one = arith.constant 1 : i8
    %is63 = arith.constant 63 : i8
    %c = arith.cmpi eq, %a, %is63 : i8
    %d = arith.select %c, %one, %zero : i8
    %e = arith.addi %b, %d : i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x4x1xi8>) -> tensor<1x1x4x1xi8>
  return %1 : tensor<1x1x4x1xi8>
}

// Operations that meet on the way: what a folder would make of them together
// is what they give one by one.
// CHECK:      @chains: tensor<1x1x3x1xi8>
// CHECK-NEXT:   [0, -1, 44]
func.func @chains() -> tensor<1x1x3x1xi8> {
  %0 = arith.constant dense<[[[[0], [-1], [300]]]]> : tensor<1x1x3x1xi32>
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i32):
    %b = arith.trunci %a : i32 to i16
    %c = arith.extsi %b : i16 to i32
    %d = arith.extsi %c : i32 to i64
    %e = arith.trunci %d : i64 to i32
    %f = arith.addi %e, %e : i32
    %g = arith.subi %f, %e : i32
    %h = arith.trunci %g : i32 to i8
    rtwmc.yield %h : i8
  } : (tensor<1x1x3x1xi32>) -> tensor<1x1x3x1xi8>
  return %1 : tensor<1x1x3x1xi8>
}

// Maps of truth values.
// CHECK:      @less: tensor<1x1x3x1xi1>
// CHECK-NEXT:   [1, 0, 0]
func.func @less() -> tensor<1x1x3x1xi1> {
  %0 = arith.constant dense<[[[[-1], [0], [1]]]]> : tensor<1x1x3x1xi8>
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %zero = arith.constant 0 : i8
    %b = arith.cmpi slt, %a, %zero : i8
    rtwmc.yield %b : i1
  } : (tensor<1x1x3x1xi8>) -> tensor<1x1x3x1xi1>
  return %1 : tensor<1x1x3x1xi1>
}

// 300 * 300 is 90000; of 65536 * 65537 the low half, 65536, is left, and of
// 65536 * 65536 nothing.
// CHECK:      @product: tensor<1x1x3x1xi32>
// CHECK-NEXT:   [90000, 65536, 0]
func.func @product() -> tensor<1x1x3x1xi32> {
  %0 = arith.constant dense<[[[[300], [65536], [65536]]]]> : tensor<1x1x3x1xi32>
  %1 = arith.constant dense<[[[[300], [65537], [65536]]]]> : tensor<1x1x3x1xi32>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i32, %b: i32):
    %c = arith.muli %a, %b : i32
    rtwmc.yield %c : i32
  } : (tensor<1x1x3x1xi32>, tensor<1x1x3x1xi32>) -> tensor<1x1x3x1xi32>
  return %2 : tensor<1x1x3x1xi32>
}

// 10 and 20 for the channels, a table of squares, and a map that has one element for
// each row: 3 * 3 + 10 + 1, 2 * 2 + 20 + 1; 1 * 1 + 10 + 2, 0 * 0 + 20 + 2.
// CHECK:      @broadcast: tensor<1x2x1x2xi8>
// CHECK-NEXT:   [20, 25]
// CHECK-NEXT:   [13, 22]
func.func @broadcast() -> tensor<1x2x1x2xi8> {
  %0 = arith.constant dense<[[[[3, 2]], [[1, 0]]]]> : tensor<1x2x1x2xi8>
  %1 = arith.constant dense<[[[[1]], [[2]]]]> : tensor<1x2x1x1xi8>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %3 = arith.extsi %a : i8 to i32
    %4 = rtwmc.lookup %3 in dense<[0, 1, 4, 9]> : tensor<4xi8> -> i8
    %5 = rtwmc.channel
    %6 = rtwmc.lookup %5 in dense<[10, 20]> : tensor<2xi8> -> i8
    %7 = arith.addi %4, %6 : i8
    %8 = arith.addi %7, %b : i8
    rtwmc.yield %8 : i8
  } : (tensor<1x2x1x2xi8>, tensor<1x2x1x1xi8>) -> tensor<1x2x1x2xi8>
  return %2 : tensor<1x2x1x2xi8>
}
