// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects a 1xHxWxC input, got}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi32>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects i8 elements in the input, got 'i32'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi32> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi32> {
  // expected-error@+1 {{expects i8 elements in the output, got 'i32'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi32>
  return %1 : tensor<1x3x3x2xi32>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<3x3x2xi8> {
  // expected-error@+1 {{expects a 1xHxWxC output, got}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<3x3x2xi8>
  return %1 : tensor<3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects 2 kernel sizes, 2 strides and 4 paddings}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects kernel sizes and strides of at least 1}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 0, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects kernel sizes and strides of at least 1}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, -2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x1xi8> {
  // expected-error@+1 {{expects the result to be 'tensor<1x3x3x2xi8>', got 'tensor<1x3x3x1xi8>'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x3x3x1xi8>
  return %1 : tensor<1x3x3x1xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x0x3x2xi8> {
  // expected-error@+1 {{expects the result to be 'tensor<1x0x3x2xi8>'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 7, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi8> -> tensor<1x0x3x2xi8>
  return %1 : tensor<1x0x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi16>) -> tensor<1x3x3x2xi32> {
  // expected-error@+1 {{expects i8 elements in the input, got 'i16'}}
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x6x6x2xi16> -> tensor<1x3x3x2xi32>
  return %1 : tensor<1x3x3x2xi32>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects i32 elements in the output, got 'i8'}}
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi32>) -> tensor<1x3x3x2xi32> {
  // expected-error@+1 {{expects no padding of 'i32' with zero point 0}}
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x6x6x2xi32> -> tensor<1x3x3x2xi32>
  return %1 : tensor<1x3x3x2xi32>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi32> {
  // expected-error@+1 {{expects no padding of 'i8' with zero point 128}}
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 0, 0, 0>, input_zp = 128 : i32} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi32>
  return %1 : tensor<1x3x3x2xi32>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi8>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects a pad value of 8 bits, got 128}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 0, 0, 0>, pad_value = 128 : i32} : tensor<1x6x6x2xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi16>) -> tensor<1x4x3x2xi16> {
  // expected-error@+1 {{expects no padding of 'i16'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 1, 0, 0>} : tensor<1x6x6x2xi16> -> tensor<1x4x3x2xi16>
  return %1 : tensor<1x4x3x2xi16>
}

// -----

func.func @f(%0: tensor<1x6x6x2xi16>) -> tensor<1x3x3x2xi8> {
  // expected-error@+1 {{expects i16 elements in the output, got 'i8'}}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x6x2xi16> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}
