// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-stream --split-input-file --verify-diagnostics

func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  // expected-error@+1 {{expects only calls of kernels in a network}}
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}

// -----

func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  // expected-error@+1 {{expects a kernel with a body and one result}}
  %1 = call @helper(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}
func.func private @helper(tensor<1x4xi8>) -> tensor<1x4xi8>

// -----

func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %1 = call @generic1(%0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}
// expected-error@+1 {{expects a kernel that was lowered}}
func.func private @generic1(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{the network computes nothing}}
func.func @main(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  return %0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects one network with inputs, outputs and one block}}
module {
  func.func @main(%0: tensor<1x4xi8>) {
    return
  }
}

// -----

// expected-error@+1 {{needs an arena of 400000000 bytes, of which no more than 268435456 can be planned}}
func.func @main(%0: tensor<1x2x200000000x1xi8>) -> tensor<1x1x200000000x1xi8> {
  %1 = call @pool1(%0) : (tensor<1x2x200000000x1xi8>) -> tensor<1x2x200000000x1xi8>
  %2 = call @pool2(%1) : (tensor<1x2x200000000x1xi8>) -> tensor<1x1x200000000x1xi8>
  return %2 : tensor<1x1x200000000x1xi8>
}
func.func private @pool1(%0: tensor<1x2x200000000x1xi8>) -> tensor<1x2x200000000x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x200000000x1xi8> -> tensor<1x2x200000000x1xi8>
  return %1 : tensor<1x2x200000000x1xi8>
}
func.func private @pool2(%0: tensor<1x2x200000000x1xi8>) -> tensor<1x1x200000000x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x200000000x1xi8> -> tensor<1x1x200000000x1xi8>
  return %1 : tensor<1x1x200000000x1xi8>
}
