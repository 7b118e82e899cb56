// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-stream=input=arena | FileCheck %s

// Inputs that a kernel reads move into the arena; an output that is an input is
// copied from where the caller has it.
// CHECK: func.func @main(%[[A:.*]]: memref<1x2x2x1xi8>, %[[UNREAD:.*]]: memref<1x3xi8>, %[[B:.*]]: memref<1x2x2x1xi8>, %[[C:.*]]: memref<4xi8>, %[[FIRST:.*]]: memref<1x2x2x1xi8>, %[[SECOND:.*]]: memref<1x1x1x1xi8>, %[[THIRD:.*]]: memref<1x2x2x1xi8>, %[[FOURTH:.*]]: memref<4xi8>, %{{.*}}: memref<{{.*}}xi8>)
// CHECK-DAG: memref.copy %[[A]], %[[INA:.*]] :
// CHECK-DAG: memref.copy %[[B]], %[[INB:.*]] :
// CHECK-NOT: memref.copy
// CHECK-DAG: rtwmc.step @pool1[{{.*}}] (%[[INA]], %[[SECOND]])
// CHECK-DAG: rtwmc.step @pool2[{{.*}}] (%[[INB]], %[[THIRD]])
// CHECK: memref.copy %[[B]], %[[FIRST]]
// CHECK: memref.copy %[[C]], %[[FOURTH]]
func.func @main(%a: tensor<1x2x2x1xi8>, %unread: tensor<1x3xi8>, %b: tensor<1x2x2x1xi8>, %c: tensor<4xi8>)
    -> (tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1x2x2x1xi8>, tensor<4xi8>) {
  %0 = call @pool1(%a) : (tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8>
  %1 = call @pool2(%b) : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %b, %0, %1, %c : tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1x2x2x1xi8>, tensor<4xi8>
}
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
func.func private @pool2(%0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
