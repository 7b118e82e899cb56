// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s | FileCheck %s
// RUN: rtwmc-opt %s | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --mlir-print-op-generic | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --emit-bytecode | rtwmc-opt | FileCheck %s

func.func private @pool1(tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>

// A buffer is named after its map; a step names its kernel, its row and where
// the maps live.
// CHECK-LABEL: func.func @main
func.func @main(%input: memref<1x4x4x1xi8>, %arena: memref<4xi8>) {
  // CHECK: %pool1 = rtwmc.buffer "pool1" at 0 live{{ ?}}[0, 1] : memref<1x2x2x1xi8>
  %0 = rtwmc.buffer "pool1" at 0 live [0, 1] : memref<1x2x2x1xi8>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  // CHECK: scf.for %[[ROW:.*]] =
  scf.for %row = %c0 to %c2 step %c1 : i32 {
    // CHECK-NEXT: rtwmc.step @pool1[%[[ROW]]] (%{{.*}}, %pool1) : memref<1x4x4x1xi8>, memref<1x2x2x1xi8>
    rtwmc.step @pool1[%row] (%input, %0) : memref<1x4x4x1xi8>, memref<1x2x2x1xi8>
    // CHECK: rtwmc.step @pool1[%[[ROW]]] columns(%{{.*}} for 1) (%{{.*}}, %pool1)
    rtwmc.step @pool1[%row] columns(%c1 for 1) (%input, %0) : memref<1x4x4x1xi8>, memref<1x2x2x1xi8>
  }
  return
}

// A row of an input is asked of a function, with its context, and has its slot.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[READ:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr, %[[ROW:.*]]: i32, %[[RING:.*]]: memref<1x3x96x3xi8>
func.func @rows(%read: !llvm.ptr, %context: !llvm.ptr, %row: i32, %rows: memref<1x3x96x3xi8>) {
  // CHECK: rtwmc.read_row %[[ROW]] of 96 from %[[READ]](%[[CONTEXT]]) into %[[RING]] : memref<1x3x96x3xi8>
  rtwmc.read_row %row of 96 from %read(%context) into %rows : memref<1x3x96x3xi8>
  // CHECK: rtwmc.stop_if %[[ROW]]
  rtwmc.stop_if %row
  return
}
