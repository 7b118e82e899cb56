// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A map of 8x4x2 bytes, its elementwise image, which may take the same bytes,
// and a pooling of that.
func.func @main(%arg0: tensor<1x8x4x2xi8>) -> tensor<1x4x2x2xi8> {
  %0 = call @pool1(%arg0) : (tensor<1x8x4x2xi8>) -> tensor<1x8x4x2xi8>
  %1 = call @negate1(%0) : (tensor<1x8x4x2xi8>) -> tensor<1x8x4x2xi8>
  %2 = call @pool2(%1) : (tensor<1x8x4x2xi8>) -> tensor<1x4x2x2xi8>
  return %2 : tensor<1x4x2x2xi8>
}
func.func private @pool1(%arg0: tensor<1x8x4x2xi8>) -> tensor<1x8x4x2xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.max_pool2d %arg0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x4x2xi8> -> tensor<1x8x4x2xi8>
  return %0 : tensor<1x8x4x2xi8>
}
func.func private @negate1(%arg0: tensor<1x8x4x2xi8>) -> tensor<1x8x4x2xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.elementwise %arg0 {
  ^bb0(%x: i8):
    %c0 = arith.constant 0 : i8
    %y = arith.subi %c0, %x : i8
    rtwmc.yield %y : i8
  } : (tensor<1x8x4x2xi8>) -> tensor<1x8x4x2xi8>
  return %0 : tensor<1x8x4x2xi8>
}
func.func private @pool2(%arg0: tensor<1x8x4x2xi8>) -> tensor<1x4x2x2xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.max_pool2d %arg0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x4x2xi8> -> tensor<1x4x2x2xi8>
  return %0 : tensor<1x4x2x2xi8>
}
