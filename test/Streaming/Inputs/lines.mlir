// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pruned map under windows of 150 bytes, whose rows are 30.

#requant = #rtwmc.requant<[1073741824], [33], single, zero_point = -128, range = [-128, 127]>
#wide = #rtwmc.requant<[1073741824], [38], single, zero_point = 0, range = [-128, 127]>

func.func @main(%0: tensor<1x9x12x3xi8>) -> tensor<1x5x8x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<6x1x1x3xi8>, bias = dense<0> : tensor<6xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32, requant = #requant}
    : tensor<1x9x12x3xi8> -> tensor<1x9x12x6xi8>
  %p, %k = rtwmc.prune %1, drop = 40, batch = 8, tau_q = 1
    : tensor<1x9x12x6xi8> -> !rtwmc.pruned<1x9x12x6xi8, keep = 32, zero = -128, unit = row>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x9x12x6xi8, keep = 32, zero = -128, unit = row> -> tensor<1x9x12x6xi8>
  %3 = rtwmc.conv2d %2 {weight = dense<1> : tensor<4x5x5x6xi8>, bias = dense<0> : tensor<4xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32, requant = #wide}
    : tensor<1x9x12x6xi8> -> tensor<1x5x8x4xi8>
  return %3 : tensor<1x5x8x4xi8>
}
