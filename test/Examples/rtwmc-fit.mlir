// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fit='mcpu=cortex-m0 ram=256' | FileCheck %s

// Four bytes of arena, and what the code for a Cortex-M0 takes of stack.
// CHECK: func.func @main({{.*}}) -> tensor<1x2x1x1xi8> attributes {rtwmc.fit = {arena = 4 : i64, lossless, stack = {{[1-9][0-9]*}} : i64}}
// CHECK: call @pool1
// CHECK: func.func private @pool1
// CHECK-NEXT: rtwmc.max_pool2d
func.func @main(%image: tensor<1x8x4x1xi8>) -> tensor<1x2x1x1xi8> {
  %0 = call @pool1(%image) : (tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8>
  %1 = call @pool2(%0) : (tensor<1x4x2x1xi8>) -> tensor<1x2x1x1xi8>
  return %1 : tensor<1x2x1x1xi8>
}
func.func private @pool1(%0: tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x4x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
func.func private @pool2(%0: tensor<1x4x2x1xi8>) -> tensor<1x2x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x2x1x1xi8>
  return %1 : tensor<1x2x1x1xi8>
}
