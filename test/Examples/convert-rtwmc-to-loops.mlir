// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-rtwmc-to-loops --canonicalize | FileCheck %s --implicit-check-not=rtwmc.step

// CHECK: func.func @main
// CHECK: scf.for
// CHECK-NEXT: call @pool1_row(
// CHECK: func.func private @pool1_row(
// CHECK: arith.maxsi
func.func @main(%image: memref<1x4x2x1xi8>, %output: memref<1x2x1x1xi8>, %arena: memref<8xi8>) {
  %start = arith.constant 0 : index
  %first = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %rows = arith.constant 2 : i32
  %input = memref.view %arena[%start][] : memref<8xi8> to memref<1x4x2x1xi8>
  memref.copy %image, %input : memref<1x4x2x1xi8> to memref<1x4x2x1xi8>
  scf.for %row = %first to %rows step %one : i32 {
    rtwmc.step @pool1[%row] (%input, %output) : memref<1x4x2x1xi8>, memref<1x2x1x1xi8>
  }
  return
}
func.func private @pool1(%0: tensor<1x4x2x1xi8>) -> tensor<1x2x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x2x1x1xi8>
  return %1 : tensor<1x2x1x1xi8>
}
