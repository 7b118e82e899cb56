// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %1 = call @generic1(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8> }
func.func private @generic1(tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel}
