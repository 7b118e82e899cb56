// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: sed s/ZERO/-5/ %s | rtwmc-opt --rtwmc-set-maps=maps=concat1:drop=9 --rtwmc-stream | FileCheck %s
// RUN: sed s/ZERO/-4/ %s | not rtwmc-opt --rtwmc-set-maps=maps=concat1:drop=9 --rtwmc-stream -o /dev/null 2>&1 | FileCheck %s --check-prefix=TWO

// What elements of several maps are dropped to must be the zero point of all.
// CHECK: rtwmc.prune %{{.*}}, drop = 9, {{.*}} -> !rtwmc.pruned<1x4x4x3xi8, keep = 39, zero = -5>
// TWO: error: plan: map 'concat1': it cannot be pruned: its zero point is not known: 'concat1' makes it of maps with zero points -4 and -5{{$}}

func.func @network(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x3xi8> {
  %1 = call @conv1(%0) : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  %2 = call @conv2(%0) : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8>
  %3 = call @concat1(%1, %2) : (tensor<1x4x4x1xi8>, tensor<1x4x4x2xi8>) -> tensor<1x4x4x3xi8>
  %4 = call @pool1(%3) : (tensor<1x4x4x3xi8>) -> tensor<1x4x4x3xi8>
  return %4 : tensor<1x4x4x3xi8>
}
func.func private @conv1(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 3 : i32,
    weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [31], double, zero_point = ZERO, range = [-128, 127]>}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
  return %1 : tensor<1x4x4x1xi8>
}
func.func private @conv2(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<2x1x1x1xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 3 : i32,
    weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [31], double, zero_point = -5, range = [-128, 127]>}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}
func.func private @concat1(%0: tensor<1x4x4x1xi8>, %1: tensor<1x4x4x2xi8>) -> tensor<1x4x4x3xi8> attributes {rtwmc.kernel} {
  %2 = rtwmc.concat %0, %1 : (tensor<1x4x4x1xi8>, tensor<1x4x4x2xi8>) -> tensor<1x4x4x3xi8>
  return %2 : tensor<1x4x4x3xi8>
}
func.func private @pool1(%0: tensor<1x4x4x3xi8>) -> tensor<1x4x4x3xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x3xi8> -> tensor<1x4x4x3xi8>
  return %1 : tensor<1x4x4x3xi8>
}
