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

// The tiny buffer would overflow.
func.func @main(%0: tensor<1x2x2x9xi8>) -> tensor<1x1x1x9xi8> {
  %1 = call @pool1(%0) : (tensor<1x2x2x9xi8>) -> !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0>
  %2 = call @pool2(%1) : (!rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0>) -> tensor<1x1x1x9xi8>
  return %2 : tensor<1x1x1x9xi8>
}
func.func private @pool1(%0: tensor<1x2x2x9xi8>) -> !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x9xi8> -> tensor<1x2x2x9xi8>
  // expected-error@+1 {{drops in batches of 33 elements, but the tiny buffer is of 32}}
  %2, %kept = rtwmc.prune %1, drop = 34, batch = 33, tau_q = 1 : tensor<1x2x2x9xi8> -> !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0>
  return %2 : !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0>
}
func.func private @pool2(%0: !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0>) -> tensor<1x1x1x9xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.unprune %0 : !rtwmc.pruned<1x2x2x9xi8, keep = 2, zero = 0> -> tensor<1x2x2x9xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x9xi8> -> tensor<1x1x1x9xi8>
  return %2 : tensor<1x1x1x9xi8>
}
