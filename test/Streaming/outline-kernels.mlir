// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-outline-kernels --split-input-file | FileCheck %s

// Every layer is a kernel named after its kind; a front end's name is kept.
// Reshapes stay: they are names for the same bytes. What has no layer is one
// kernel, with its constants.
// CHECK-LABEL: func.func @main
// CHECK-NEXT: %[[SHAPE:.*]] = tosa.const_shape
// CHECK-NEXT: %[[POOL:.*]] = call @pool1(%arg0)
// CHECK-NEXT: %[[FLAT:.*]] = tosa.reshape %[[POOL]], %[[SHAPE]]
// CHECK-NEXT: %[[OUT:.*]] = call @generic1(%[[FLAT]])
// CHECK-NEXT: return %[[OUT]]
// CHECK: func.func private @pool1(%{{.*}}: tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
// CHECK-SAME: attributes {rtwmc.kernel, rtwmc.layer = "model/pool"}
// CHECK-NEXT: rtwmc.max_pool2d
// CHECK-NEXT: return
// CHECK: func.func private @generic1(%{{.*}}: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel}
// CHECK-NEXT: tosa.const
// CHECK-NEXT: tosa.table
// CHECK-NEXT: tosa.reverse
// CHECK-NEXT: return
func.func @main(%0: tensor<1x4x4x1xi8>) -> tensor<1x4xi8> {
  %shape = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %t = "tosa.const"() {values = dense<1> : tensor<256xi8>} : () -> tensor<256xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8> loc("model/pool"("net.tflite":3:1))
  %2 = tosa.reshape %1, %shape : (tensor<1x2x2x1xi8>, !tosa.shape<2>) -> tensor<1x4xi8>
  %3 = tosa.table %2, %t : (tensor<1x4xi8>, tensor<256xi8>) -> tensor<1x4xi8>
  %4 = tosa.reverse %3 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %4 : tensor<1x4xi8>
}

// -----

// A kernel that writes a pruned map holds its `prune`, one that reads it the
// `unprune`; maps travel pruned between them.
// CHECK-LABEL: func.func @pruned
// CHECK: %[[MAP:.*]] = call @pool1(%arg0) : (tensor<1x4x4x1xi8>) -> !rtwmc.pruned<
// CHECK: call @sum1(%[[MAP]]) : (!rtwmc.pruned<{{.*}}>) -> tensor<1x1x1x1xi32>
// CHECK-NOT: rtwmc.{{un?}}prune
// CHECK: func.func private @pool1
// CHECK: rtwmc.max_pool2d
// CHECK: rtwmc.prune
// CHECK: func.func private @sum1
// CHECK: rtwmc.unprune
// CHECK: rtwmc.sum_pool2d
func.func @pruned(%0: tensor<1x4x4x1xi8>) -> tensor<1x1x1x1xi32> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
  %p, %d = rtwmc.prune %1, drop = 8, batch = 4, tau_q = 1 : tensor<1x4x4x1xi8> -> !rtwmc.pruned<1x4x4x1xi8, keep = 8, zero = 0>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x1xi8, keep = 8, zero = 0> -> tensor<1x4x4x1xi8>
  %3 = rtwmc.sum_pool2d %2 {kernel = array<i64: 4, 4>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x4x4x1xi8> -> tensor<1x1x1x1xi32>
  return %3 : tensor<1x1x1x1xi32>
}

// -----

// Two layers that read one pruned map: each unprunes it for itself.
// CHECK-LABEL: func.func @read_twice
// CHECK: %[[MAP:.*]] = call @pool1(%arg0)
// CHECK-NEXT: call @pool2(%[[MAP]]) : (!rtwmc.pruned<{{.*}}>) -> tensor<1x1x1x1xi8>
// CHECK-NEXT: call @sum1(%[[MAP]]) : (!rtwmc.pruned<{{.*}}>) -> tensor<1x1x1x1xi32>
// CHECK: func.func private @pool2
// CHECK-NEXT: rtwmc.unprune
// CHECK: func.func private @sum1
// CHECK-NEXT: rtwmc.unprune
func.func @read_twice(%0: tensor<1x4x4x1xi8>) -> (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi32>) {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
  %p, %d = rtwmc.prune %1, drop = 8, batch = 4, tau_q = 1 : tensor<1x4x4x1xi8> -> !rtwmc.pruned<1x4x4x1xi8, keep = 8, zero = 0>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x1xi8, keep = 8, zero = 0> -> tensor<1x4x4x1xi8>
  %3 = rtwmc.max_pool2d %2 {kernel = array<i64: 4, 4>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x1x1x1xi8>
  %4 = rtwmc.sum_pool2d %2 {kernel = array<i64: 4, 4>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x4x4x1xi8> -> tensor<1x1x1x1xi32>
  return %3, %4 : tensor<1x1x1x1xi8>, tensor<1x1x1x1xi32>
}
