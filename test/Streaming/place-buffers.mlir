// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-place-buffers | FileCheck %s

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
