// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-place-buffers | FileCheck %s --implicit-check-not=rtwmc.buffer

// CHECK: func.func @main({{.*}}, %[[ARENA:.*]]: memref<12xi8>)
// CHECK: memref.view %[[ARENA]]{{.*}} : memref<12xi8> to memref<4xi8>
// CHECK: memref.view %[[ARENA]]{{.*}} : memref<12xi8> to memref<2xi32>
func.func private @layer(tensor<4xi8>) -> tensor<2xi32> attributes {rtwmc.kernel}

func.func @main(%input: memref<4xi8>, %output: memref<2xi32>, %arena: memref<12xi8>) {
  %row = arith.constant 0 : i32
  %first = rtwmc.buffer "first" at 0 live [0, 1] : memref<4xi8>
  %second = rtwmc.buffer "second" at 4 live [1, 2] : memref<2xi32>
  memref.copy %input, %first : memref<4xi8> to memref<4xi8>
  rtwmc.step @layer[%row] (%first, %second) : memref<4xi8>, memref<2xi32>
  memref.copy %second, %output : memref<2xi32> to memref<2xi32>
  return
}
