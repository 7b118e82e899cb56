// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-outline-kernels | FileCheck %s

// CHECK: func.func @main
// CHECK: %[[POOLED:.*]] = call @pool1
// CHECK: call @generic1(%[[POOLED]])
// CHECK: func.func private @pool1({{.*}} attributes {rtwmc.kernel}
// CHECK: rtwmc.max_pool2d
// CHECK: func.func private @generic1({{.*}} attributes {rtwmc.kernel}
// CHECK: tosa.reverse
func.func @main(%input: tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8> {
  %0 = rtwmc.max_pool2d %input {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8>
  %1 = tosa.reverse %0 {axis = 2 : i32} : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
