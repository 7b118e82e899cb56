// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A convolution to 6x6x4 pixels of which 100 of 144 elements are kept, and a
// convolution that reads three rows of them at a time.
func.func @main(%arg0: tensor<1x8x8x3xi8>) -> tensor<1x4x4x2xi8> {
  %0 = call @conv1(%arg0) : (tensor<1x8x8x3xi8>) -> !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128>
  %1 = call @conv2(%0) : (!rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128>) -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}
func.func private @conv1(%arg0: tensor<1x8x8x3xi8>) -> !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128> attributes {rtwmc.kernel} {
  %0 = rtwmc.conv2d %arg0 {weight = dense<1> : tensor<4x3x3x3xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = -128, range = [-128, 127]>}
    : tensor<1x8x8x3xi8> -> tensor<1x6x6x4xi8>
  %pruned, %kept = rtwmc.prune %0, drop = 44, batch = 8, tau_q = 1 : tensor<1x6x6x4xi8> -> !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128>
  return %pruned : !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128>
}
func.func private @conv2(%arg0: !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128>) -> tensor<1x4x4x2xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.unprune %arg0 : !rtwmc.pruned<1x6x6x4xi8, keep = 100, zero = -128> -> tensor<1x6x6x4xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<2x3x3x4xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x6x6x4xi8> -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}
