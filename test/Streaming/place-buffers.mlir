// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-place-buffers --split-input-file | FileCheck %s

// Buffers become views of the arena; two share bytes that live one after the
// other.
func.func private @k(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  return %0 : tensor<1x4xi8>
}
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%{{.*}}: memref<4xi8>, %{{.*}}: memref<4xi8>, %[[ARENA:.*]]: memref<12xi8>)
func.func @main(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<12xi8>) {
  %c0 = arith.constant 0 : i32
  // CHECK: %[[O0:.*]] = arith.constant 0 : index
  // CHECK: %[[A:.*]] = memref.view %[[ARENA]][%[[O0]]][] : memref<12xi8> to memref<4xi8>
  %a = rtwmc.buffer "a" at 0 live [0, 1] : memref<4xi8>
  // CHECK: %[[O4:.*]] = arith.constant 4 : index
  // CHECK: %[[B:.*]] = memref.view %[[ARENA]][%[[O4]]][] : memref<12xi8> to memref<2xi32>
  %b = rtwmc.buffer "b" at 4 live [1, 2] : memref<2xi32>
  // CHECK: %[[C:.*]] = memref.view %[[ARENA]][%{{.*}}][] : memref<12xi8> to memref<3xi8>
  %c = rtwmc.buffer "c" at 1 live [2, 3] : memref<3xi8>
  // CHECK-NOT: rtwmc.buffer
  // CHECK: rtwmc.step @k[%{{.*}}] (%{{.*}}, %[[A]])
  rtwmc.step @k[%c0] (%in, %a) : memref<4xi8>, memref<4xi8>
  // CHECK: rtwmc.step @k[%{{.*}}] (%[[A]], %[[B]])
  rtwmc.step @k[%c0] (%a, %b) : memref<4xi8>, memref<2xi32>
  // CHECK: rtwmc.step @k[%{{.*}}] (%[[B]], %[[C]])
  rtwmc.step @k[%c0] (%b, %c) : memref<2xi32>, memref<3xi8>
  return
}

// -----

// The second map begins one row before the first, over whose rows it goes as
// they are read for the last time.
func.func private @first(%0: tensor<1x5x2x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x5x2x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
func.func private @second(%0: tensor<1x4x2x1xi8>) -> tensor<1x3x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x3x2x1xi8>
  return %1 : tensor<1x3x2x1xi8>
}
func.func private @third(%0: tensor<1x3x2x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
// CHECK-LABEL: func.func @slides
// CHECK-NOT: rtwmc.buffer
func.func @slides(%in: memref<1x5x2x1xi8>, %out: memref<1x2x2x1xi8>, %arena: memref<10xi8>) {
  %a = rtwmc.buffer "a" at 2 live [0, 6] : memref<1x4x2x1xi8>
  %b = rtwmc.buffer "b" at 0 live [4, 8] : memref<1x3x2x1xi8>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  scf.for %i = %c0 to %c4 step %c1 : i32 {
    rtwmc.step @first[%i] (%in, %a) : memref<1x5x2x1xi8>, memref<1x4x2x1xi8>
  }
  scf.for %i = %c0 to %c3 step %c1 : i32 {
    rtwmc.step @second[%i] (%a, %b) : memref<1x4x2x1xi8>, memref<1x3x2x1xi8>
  }
  scf.for %i = %c0 to %c2 step %c1 : i32 {
    rtwmc.step @third[%i] (%b, %out) : memref<1x3x2x1xi8>, memref<1x2x2x1xi8>
  }
  return
}
