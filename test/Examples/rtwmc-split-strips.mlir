// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-split-strips=strips=pool1:pool1:2 | FileCheck %s

// CHECK: func.func @main
// CHECK: %[[LEFT:.*]] = call @pool1_s0
// CHECK: %[[BOTH:.*]] = call @pool1_s1(%{{.*}}, %[[LEFT]])
// CHECK: call @pool2(%[[BOTH]])
// CHECK: func.func private @pool1_s1
// CHECK: rtwmc.take_columns %{{.*}} from 3
// CHECK: rtwmc.put_columns %{{.*}} at 4 into
func.func @main(%input: tensor<1x4x8x1xi8>) -> tensor<1x2x4x1xi8> {
  %0 = call @pool1(%input) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %1 = call @pool2(%0) : (tensor<1x4x8x1xi8>) -> tensor<1x2x4x1xi8>
  return %1 : tensor<1x2x4x1xi8>
}
func.func private @pool1(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @pool2(%0: tensor<1x4x8x1xi8>) -> tensor<1x2x4x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x8x1xi8> -> tensor<1x2x4x1xi8>
  return %1 : tensor<1x2x4x1xi8>
}
