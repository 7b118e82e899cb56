// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f() -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects an input}}
  %r = rtwmc.concat : () -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  // expected-error@+1 {{expects elements of 8, 16 or 32 bits, got 'f32'}}
  %r = rtwmc.concat %0 : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %r : tensor<1x4x4x2xf32>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x4x4x2xi16>) -> tensor<1x4x4x4xi8> {
  // expected-error@+1 {{expects i8 elements in the input, got 'i16'}}
  %r = rtwmc.concat %0, %1 : (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi16>) -> tensor<1x4x4x4xi8>
  return %r : tensor<1x4x4x4xi8>
}

// -----

func.func @f(%0: tensor<4x4x2xi8>) -> tensor<4x4x2xi8> {
  // expected-error@+1 {{expects a 1xHxWxC input, got 'tensor<4x4x2xi8>'}}
  %r = rtwmc.concat %0 : (tensor<4x4x2xi8>) -> tensor<4x4x2xi8>
  return %r : tensor<4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x4x5x2xi8>) -> tensor<1x4x4x4xi8> {
  // expected-error@+1 {{expects inputs of the same rows and columns, got 'tensor<1x4x4x2xi8>' and 'tensor<1x4x5x2xi8>'}}
  %r = rtwmc.concat %0, %1 : (tensor<1x4x4x2xi8>, tensor<1x4x5x2xi8>) -> tensor<1x4x4x4xi8>
  return %r : tensor<1x4x4x4xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x4x4x3xi8>) -> tensor<1x4x4x4xi8> {
  // expected-error@+1 {{expects the result to be 'tensor<1x4x4x5xi8>', got 'tensor<1x4x4x4xi8>'}}
  %r = rtwmc.concat %0, %1 : (tensor<1x4x4x2xi8>, tensor<1x4x4x3xi8>) -> tensor<1x4x4x4xi8>
  return %r : tensor<1x4x4x4xi8>
}
