// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layers of two_layers.mlir before they are kernels.
func.func @main(%0: tensor<1x8x8x3xi8>) -> tensor<1x5x5x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x3xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = -128, range = [-128, 127]>}
    : tensor<1x8x8x3xi8> -> tensor<1x6x6x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x6x6x4xi8> -> tensor<1x5x5x4xi8>
  return %2 : tensor<1x5x5x4xi8>
}
