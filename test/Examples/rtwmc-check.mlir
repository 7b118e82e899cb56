// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check=inputs=100 -o /dev/null | FileCheck %s

// CHECK:      @main: 104 inputs, equal
// CHECK-NEXT:   conv1: packed
// CHECK-NEXT:   pool1: external
func.func @main(%image: tensor<1x4x4x1xi8>) -> tensor<1x3x3x2xi8> {
  %map = rtwmc.conv2d %image {weight = dense<[[[[1]]], [[[-1]]]]> : tensor<2x1x1x1xi8>,
    bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [30], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x2xi8>
  %pruned, %kept = rtwmc.prune %map, drop = 12, batch = 8, tau_q = 1
    : tensor<1x4x4x2xi8> -> !rtwmc.pruned<1x4x4x2xi8, keep = 20, zero = 0>
  %read = rtwmc.unprune %pruned : !rtwmc.pruned<1x4x4x2xi8, keep = 20, zero = 0> -> tensor<1x4x4x2xi8>
  %most = rtwmc.max_pool2d %read {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x2xi8> -> tensor<1x3x3x2xi8>
  return %most : tensor<1x3x3x2xi8>
}
