// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A 3x3 convolution of 8x8 pixels, 192 bytes, to 6x6, 144 bytes, and a pooling
// of 2x2 that moves by one, to 5x5.
func.func @main(%arg0: tensor<1x8x8x3xi8>) -> tensor<1x5x5x4xi8> {
  %0 = call @conv1(%arg0) : (tensor<1x8x8x3xi8>) -> tensor<1x6x6x4xi8>
  %1 = call @pool1(%0) : (tensor<1x6x6x4xi8>) -> tensor<1x5x5x4xi8>
  return %1 : tensor<1x5x5x4xi8>
}
func.func private @conv1(%arg0: tensor<1x8x8x3xi8>) -> tensor<1x6x6x4xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.conv2d %arg0 {weight = dense<1> : tensor<4x3x3x3xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = -128, range = [-128, 127]>}
    : tensor<1x8x8x3xi8> -> tensor<1x6x6x4xi8>
  return %0 : tensor<1x6x6x4xi8>
}
func.func private @pool1(%arg0: tensor<1x6x6x4xi8>) -> tensor<1x5x5x4xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.max_pool2d %arg0 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x4xi8> -> tensor<1x5x5x4xi8>
  return %0 : tensor<1x5x5x4xi8>
}
