// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<1x2x8x3xi8>) {
  // expected-error@+1 {{expects columns inside a map of 8, got 5 from 4 on}}
  %1 = rtwmc.take_columns %0 from 4 : tensor<1x2x8x3xi8> -> tensor<1x2x5x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x2x8x3xi8>) {
  // expected-error@+1 {{expects columns inside a map of 8, got 5 from -1 on}}
  %1 = rtwmc.take_columns %0 from -1 : tensor<1x2x8x3xi8> -> tensor<1x2x5x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x2x8x3xi8>) {
  // expected-error@+1 {{expects columns of 'tensor<1x2x8x3xi8>', got 'tensor<1x3x5x3xi8>'}}
  %1 = rtwmc.take_columns %0 from 0 : tensor<1x2x8x3xi8> -> tensor<1x3x5x3xi8>
  return
}

// -----

func.func @f(%0: tensor<2x8x3xi8>) {
  // expected-error@+1 {{expects a 1xHxWxC map, got 'tensor<2x8x3xi8>'}}
  %1 = rtwmc.take_columns %0 from 0 : tensor<2x8x3xi8> -> tensor<2x5x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x2x5x3xi8>, %1: tensor<1x2x7x3xi8>) {
  // expected-error@+1 {{expects a map of the result's type to put columns into, got 'tensor<1x2x7x3xi8>'}}
  %2 = rtwmc.put_columns %0 at 0 into %1 : (tensor<1x2x5x3xi8>, tensor<1x2x7x3xi8>) -> tensor<1x2x8x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x2x5x3xi8>) {
  // expected-error@+1 {{expects columns inside a map of 8, got 5 from 4 on}}
  %2 = rtwmc.put_columns %0 at 4 : (tensor<1x2x5x3xi8>) -> tensor<1x2x8x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x1x1x3xi8>) {
  // expected-error@+1 {{expects elements of 32 bits, got 'tensor<1x1x1x3xi8>'}}
  %1 = rtwmc.add_sums %0 into %0 : tensor<1x1x1x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x1x1x3xi8>) {
  // expected-error@+1 {{expects elements of 32 bits, got 'tensor<1x1x1x3xi8>'}}
  %1 = rtwmc.finish_sums %0 into %0 {requant = #rtwmc.requant<[1073741824], [38], double, zero_point = 0, range = [-128, 127]>}
    : tensor<1x1x1x3xi8> -> tensor<1x1x1x3xi8>
  return
}

// -----

func.func @f(%0: tensor<1x1x1x3xi32>) {
  // expected-error@+1 {{expects 'tensor<1x1x1x3xi32>' to become elements of 8 bits, got 'tensor<1x1x1x2xi8>'}}
  %1 = rtwmc.finish_sums %0 into %0 {requant = #rtwmc.requant<[1073741824], [38], double, zero_point = 0, range = [-128, 127]>}
    : tensor<1x1x1x3xi32> -> tensor<1x1x1x2xi8>
  return
}

// -----

func.func @f(%0: tensor<1x1x1x3xi32>) {
  // expected-error@+1 {{expects 1 or 3 multipliers, got 2}}
  %1 = rtwmc.finish_sums %0 into %0 {requant = #rtwmc.requant<[1073741824, 1073741824], [38, 38], double, zero_point = 0, range = [-128, 127]>}
    : tensor<1x1x1x3xi32> -> tensor<1x1x1x3xi8>
  return
}
