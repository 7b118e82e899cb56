// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-generic-kernels | FileCheck %s

// CHECK: func.func private @generic1({{.*}} attributes {rtwmc.kernel, rtwmc.lowered = @generic1_loops, rtwmc.scratch = 16 : i64}
// CHECK: func.func private @generic1_loops(%{{.*}}: memref<4x5xi32>, %{{.*}}: memref<4x5xi32>, %[[SCRATCH:.*]]: memref<16xi8>)
// CHECK: memref.view %[[SCRATCH]]
func.func @main(%0: tensor<4x5xi32>) -> tensor<4x5xi32> {
  %1 = call @generic1(%0) : (tensor<4x5xi32>) -> tensor<4x5xi32>
  return %1 : tensor<4x5xi32>
}
func.func private @generic1(%0: tensor<4x5xi32>) -> tensor<4x5xi32> attributes {rtwmc.kernel} {
  %1 = tosa.reduce_max %0 {axis = 1 : i32} : (tensor<4x5xi32>) -> tensor<4x1xi32>
  %2 = tosa.sub %0, %1 : (tensor<4x5xi32>, tensor<4x1xi32>) -> tensor<4x5xi32>
  return %2 : tensor<4x5xi32>
}
