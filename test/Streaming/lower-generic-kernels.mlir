// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-generic-kernels --split-input-file | FileCheck %s

// A kernel without a layer gets a companion of loops; its constants become
// globals, aligned as their elements need it, its temporary memory an argument.
// CHECK: func.func private @generic1(%{{.*}}: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel, rtwmc.lowered = @generic1_loops, rtwmc.scratch = 0 : i64}
// CHECK: memref.global "private" constant @[[CONSTANT:generic1.*]] : memref<1x4xi8{{.*}}> = dense<{{\[\[}}1, 2, 3, 4]]> {alignment = 1 : i64}
// CHECK: func.func private @generic1_loops(%{{.*}}: memref<1x4xi8>, %{{.*}}: memref<1x4xi8>)
// CHECK: memref.get_global @[[CONSTANT]]
// CHECK: scf.for
// CHECK-NOT: tosa.
// CHECK-NOT: memref.alloc
func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %1 = call @generic1(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}
func.func private @generic1(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  %c = "tosa.const"() {values = dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  %1 = tosa.bitwise_xor %0, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}

// -----

// The maxima of four rows, 16 bytes, live until they are subtracted.
// CHECK-LABEL: func.func @softmax_head
// CHECK: func.func private @generic1({{.*}}rtwmc.scratch = 16 : i64
// CHECK: func.func private @generic1_loops(%{{.*}}: memref<4x5xi32>, %{{.*}}: memref<4x5xi32>, %[[ARENA:.*]]: memref<16xi8>)
// CHECK: memref.view %[[ARENA]]
// CHECK-NOT: memref.alloc
func.func @softmax_head(%0: tensor<4x5xi32>) -> tensor<4x5xi32> {
  %1 = call @generic1(%0) : (tensor<4x5xi32>) -> tensor<4x5xi32>
  return %1 : tensor<4x5xi32>
}
func.func private @generic1(%0: tensor<4x5xi32>) -> tensor<4x5xi32> attributes {rtwmc.kernel} {
  %1 = tosa.reduce_max %0 {axis = 1 : i32} : (tensor<4x5xi32>) -> tensor<4x1xi32>
  %2 = tosa.sub %0, %1 : (tensor<4x5xi32>, tensor<4x1xi32>) -> tensor<4x5xi32>
  return %2 : tensor<4x5xi32>
}

// -----

// Words are aligned as words.
// CHECK: memref.global "private" constant @generic1_{{.*}} : memref<1x4xi32> = dense<{{.*}}> {alignment = 4 : i64}
func.func private @generic1(%0: tensor<1x4xi32>) -> tensor<1x4xi32> attributes {rtwmc.kernel} {
  %c = "tosa.const"() {values = dense<[[1, 2, 3, 4]]> : tensor<1x4xi32>} : () -> tensor<1x4xi32>
  %1 = tosa.bitwise_xor %0, %c : (tensor<1x4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
  return %1 : tensor<1x4xi32>
}

// -----

// A kernel with a layer is left alone.
// CHECK-LABEL: func.func private @pool1
// CHECK-SAME: attributes {rtwmc.kernel} {
// CHECK-NOT: _loops
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
