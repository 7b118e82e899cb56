// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<1x2x4x8xi16>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects 1xHxWxC maps of i8, got 'tensor<1x2x4x8xi16>' and 'tensor<1x2x5x8xi8>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi16>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<2x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects 1xHxWxC maps of i8, got 'tensor<1x2x4x8xi8>' and 'tensor<2x5x8xi8>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<2x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8> {
  // expected-error@+1 {{expects the result to be a 1xHxWxC map of i32, got 'tensor<1x8x1x5xi8>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8>
  return %r : tensor<1x8x1x5xi8>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects the result to be a 1xHxWxC map of i8, got 'tensor<1x8x1x5xi32>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32, requant = #rtwmc.requant<[1], [38], double, zero_point = 0, range = [-128, 127]>} : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x7xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects 5 columns of 8 channels in the second input, got 'tensor<1x2x5x7xi8>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<1x2x5x7xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x6x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects 5 columns of 8 channels in the second input, got 'tensor<1x2x6x8xi8>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<1x2x6x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x3x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects each row of an input to be for as many rows of the result, got 2 and 3 for 8}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<1x3x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x3x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // expected-error@+1 {{expects each row of an input to be for as many rows of the result, got 3 and 2 for 8}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x3x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %r : tensor<1x8x1x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x2x5xi32> {
  // expected-error@+1 {{expects a result with the pixels of 'tensor<1x2x4x8xi8>', got 'tensor<1x8x2x5xi32>'}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x2x5xi32>
  return %r : tensor<1x8x2x5xi32>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8> {
  // expected-error@+1 {{expects one multiplier, and a range within i8}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32, requant = #rtwmc.requant<[1, 2, 3, 4, 5], [38, 38, 38, 38, 38], double, zero_point = 0, range = [-128, 127]>} : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8>
  return %r : tensor<1x8x1x5xi8>
}

// -----

func.func @f(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8> {
  // expected-error@+1 {{expects one multiplier, and a range within i8}}
  %r = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32, requant = #rtwmc.requant<[1], [38], double, zero_point = 0, range = [0, 255]>} : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi8>
  return %r : tensor<1x8x1x5xi8>
}
