// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<2x8x8x2xi8>) -> tensor<2x6x6x4xi32> {
  // expected-error@+1 {{expects a 1xHxWxC input, got}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<2x8x8x2xi8> -> tensor<2x6x6x4xi32>
  return %1 : tensor<2x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi16>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects i8 elements in the input, got 'i16'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi16> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects OxKHxKWxI weights and a bias tensor}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects weights of 2 input channels, got 3}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x3xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects i8 weights, got 'i16'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi16>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects a bias of 4 i32 elements, got 'tensor<1xi32>'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects 2 kernel sizes, 2 strides and 4 paddings}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects 2 kernel sizes, 2 strides and 4 paddings}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects kernel sizes and strides of at least 1}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 0, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects rows to be read once at least, got 0}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32, row_repeat = 0 : i64}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects 2 dilations of at least 1}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 0>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x8x8x4xi32> {
  // expected-error@+1 {{expects the result to be 'tensor<1x6x6x4xi32>', got 'tensor<1x8x8x4xi32>'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi32>
  return %1 : tensor<1x8x8x4xi32>
}

// -----

func.func @f(%0: tensor<1x2x8x2xi8>) -> tensor<1x0x6x4xi32> {
  // expected-error@+1 {{expects the result to be 'tensor<1x0x6x4xi32>'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x2x8x2xi8> -> tensor<1x0x6x4xi32>
  return %1 : tensor<1x0x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x3x1xi8> {
  // expected-error@+1 {{expects a result with the elements of its input, got 'tensor<1x4x4x1xi8>' and 'tensor<1x4x3x1xi8>'}}
  %1 = rtwmc.read_rows %0 : tensor<1x4x4x1xi8> -> tensor<1x4x3x1xi8>
  return %1 : tensor<1x4x3x1xi8>
}
