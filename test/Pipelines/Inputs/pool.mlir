// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @main(%image: tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8> {
  %0 = call @pool1(%image) : (tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8>
  return %0 : tensor<1x4x2x1xi8>
}
func.func private @pool1(%0: tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x4x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
