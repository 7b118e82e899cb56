// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects 1xHxWxC maps, got 'tensor<4x4x2xi8>'}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  // expected-error@+1 {{expects elements of 8, 16 or 32 bits, got 'f32'}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  return %r : tensor<1x4x4x2xf32>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi16> {
  // expected-error@+1 {{expects a result of 'i8', got 'i16'}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi16>
  return %r : tensor<1x4x4x2xi16>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x5x4x2xi8> {
  // expected-error@+1 {{expects a fill that is an element, got 128}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>, fill = 128 : i32} : tensor<1x4x4x2xi8> -> tensor<1x5x4x2xi8>
  return %r : tensor<1x5x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects a factor, an offset, a divisor and a step for rows and for columns}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects four numbers for each digit of a channel}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects numbers within -65536 and 65536, got -65537}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, -65537, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects divisors of at least 1}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 0, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects digits of at least one value}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 0, 0, 0, 1, 2, 0, 0, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x6xi8>) -> tensor<1x4x4x6xi8> {
  // expected-error@+1 {{expects digits of 6 channels, got 4}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 3>} : tensor<1x4x4x6xi8> -> tensor<1x4x4x6xi8>
  return %r : tensor<1x4x4x6xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x6xi8>) -> tensor<1x4x4x6xi8> {
  // expected-error@+1 {{expects channels of the input, got 0 to 6 of 6}}
  %r = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1, 2, 0, 0, 4>} : tensor<1x4x4x6xi8> -> tensor<1x4x4x6xi8>
  return %r : tensor<1x4x4x6xi8>
}
