// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --mlir-print-op-generic | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @residual
// CHECK: rtwmc.elementwise %{{.*}}, %{{.*}} {
// CHECK-NEXT: ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8):
// CHECK: rtwmc.apply_scale %{{.*}} {multiplier = 1073741824 : i32, rounding = #rtwmc<rounding double>, shift = 31 : i32}
// CHECK: rtwmc.yield %{{.*}} : i8
// CHECK: } : (tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
func.func @residual(%0: tensor<1x8x8x4xi8>, %1: tensor<1x8x8x4xi8>)
    -> tensor<1x8x8x4xi8> {
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %3 = arith.extsi %a : i8 to i32
    %4 = arith.extsi %b : i8 to i32
    %5 = arith.addi %3, %4 : i32
    %6 = rtwmc.apply_scale %5 {multiplier = 1073741824 : i32,
      shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %7 = arith.trunci %6 : i32 to i8
    rtwmc.yield %7 : i8
  } : (tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
  return %2 : tensor<1x8x8x4xi8>
}

// apply_scale of a constant, as TOSA's pseudo-code computes it: ties go up, and
// with double rounding and a shift above 31 away from zero.
// FOLD-LABEL: func.func @fold
func.func @fold() -> (i32, i32, i32, i32) {
  // FOLD-DAG: %[[UP:.*]] = arith.constant 3 : i32
  // FOLD-DAG: %[[DOWN:.*]] = arith.constant -2 : i32
  // FOLD-DAG: %[[ONCE:.*]] = arith.constant 0 : i32
  // FOLD-DAG: %[[TWICE:.*]] = arith.constant -1 : i32
  // FOLD: return %[[UP]], %[[DOWN]], %[[ONCE]], %[[TWICE]]
  %ten = arith.constant 10 : i32
  %minus10 = arith.constant -10 : i32
  %minus4 = arith.constant -4 : i32
  %0 = rtwmc.apply_scale %ten {multiplier = 1 : i32, shift = 2 : i32,
    rounding = #rtwmc<rounding single>}
  %1 = rtwmc.apply_scale %minus10 {multiplier = 1 : i32, shift = 2 : i32,
    rounding = #rtwmc<rounding double>}
  %2 = rtwmc.apply_scale %minus4 {multiplier = 1073741824 : i32,
    shift = 33 : i32, rounding = #rtwmc<rounding single>}
  %3 = rtwmc.apply_scale %minus4 {multiplier = 1073741824 : i32,
    shift = 33 : i32, rounding = #rtwmc<rounding double>}
  return %0, %1, %2, %3 : i32, i32, i32, i32
}

// An element of a constant table; none outside of it.
// FOLD-LABEL: func.func @lookup
// FOLD-DAG: %[[C:.*]] = arith.constant -7 : i16
// FOLD-DAG: rtwmc.lookup %{{.*}} in dense<[5, -7]> : tensor<2xi16> -> i16
// CHECK-LABEL: func.func @lookup
func.func @lookup() -> (i16, i16) {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  // CHECK: rtwmc.lookup %{{.*}} in dense<[5, -7]> : tensor<2xi16> -> i16
  %0 = rtwmc.lookup %one in dense<[5, -7]> : tensor<2xi16> -> i16
  %1 = rtwmc.lookup %two in dense<[5, -7]> : tensor<2xi16> -> i16
  return %0, %1 : i16, i16
}
