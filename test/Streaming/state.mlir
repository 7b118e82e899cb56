// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-tosa-to-layers --rtwmc-layers-to-kernels --rtwmc-kernels-to-schedule --rtwmc-place-buffers --rtwmc-make-entry | FileCheck %s

// Variables are behind the arena, aligned as their elements are. They are
// written when all is done: 'last' after 'old', which becomes what it was.
// CHECK: memref.global "private" constant @network_reset_0 : memref<1x4xi8> = dense<{{\[\[}}1, 2, 3, 4]]>
// CHECK: func.func @network_run(%{{.*}}: memref<1x4xi8>, %{{.*}}: memref<1x4xi8>, %{{.*}}: memref<{{[0-9]+}}xi8>, %[[STATE:.*]]: memref<16xi8>) -> i32
// CHECK: arith.constant 3 : i32
// CHECK-DAG: %[[OLD:.*]] = memref.view %[[STATE]][%c0{{.*}}][] : memref<16xi8> to memref<1x4xi8>
// CHECK-DAG: %[[LAST:.*]] = memref.view %[[STATE]][%c4{{.*}}][] : memref<16xi8> to memref<1x4xi8>
// CHECK-DAG: %[[COUNT:.*]] = memref.view %[[STATE]][%c8{{.*}}][] : memref<16xi8> to memref<1x2xi32>
// CHECK: rtwmc.step
// CHECK: memref.copy %[[LAST:.*]], %[[OLD]]
// CHECK-NEXT: memref.copy %{{.*}}, %[[LAST]]
// CHECK: memref.copy %{{.*}}, %[[COUNT]]
// CHECK: func.func @network_reset(%[[MEMORY:.*]]: memref<16xi8>) -> i32
// CHECK: memref.view %[[MEMORY]][%c0
// CHECK: memref.copy
// CHECK: memref.view %[[MEMORY]][%c4
// CHECK: memref.store
// CHECK: memref.view %[[MEMORY]][%c8
// CHECK: memref.store
module {
  tosa.variable @old = dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  tosa.variable @last = dense<-1> : tensor<1x4xi8>
  tosa.variable @count = dense<0> : tensor<1x2xi32>
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
    %old = tosa.variable_read @old : tensor<1x4xi8>
    %last = tosa.variable_read @last : tensor<1x4xi8>
    %count = tosa.variable_read @count : tensor<1x2xi32>
    %0 = tosa.maximum %x, %old : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    %1 = tosa.add %count, %count : (tensor<1x2xi32>, tensor<1x2xi32>) -> tensor<1x2xi32>
    tosa.variable_write @old, %last : tensor<1x4xi8>
    tosa.variable_write @last, %x : tensor<1x4xi8>
    tosa.variable_write @count, %1 : tensor<1x2xi32>
    return %0 : tensor<1x4xi8>
  }
}
