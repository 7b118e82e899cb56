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
