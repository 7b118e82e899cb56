// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects i8 elements in the output, got 'i32'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [30], single, zero_point = 0,
                             range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi8> {
  // expected-error@+1 {{expects i32 elements in the output, got 'i8'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  return %1 : tensor<1x6x6x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi8> {
  // expected-error@+1 {{expects 1 or 4 multipliers, got 2}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1, 2], [30, 30], single, zero_point = 0,
                             range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  return %1 : tensor<1x6x6x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi8> {
  // expected-error@+1 {{expects a range within i8 or ui8, got [-128, 128]}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [-128, 128]>}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  return %1 : tensor<1x6x6x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi8> {
  // expected-error@+1 {{expects a range within i8 or ui8, got [0, 256]}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [0, 256]>}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  return %1 : tensor<1x6x6x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x4xi8> {
  // expected-error@+1 {{expects a range within i8, as it pools, got [0, 128]}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [0, 128]>,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x3x3x4xi8>
  return %1 : tensor<1x3x3x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x4xi8> {
  // expected-error@+1 {{expects `requant` where it pools}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x3x3x4xi8>
  return %1 : tensor<1x3x3x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x4xi32> {
  // expected-error@+1 {{expects a sum over all of 6x6 pixels}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [-128, 127]>,
    pool = #rtwmc.pool<sum, [2, 2], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x3x3x4xi32>
  return %1 : tensor<1x3x3x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x1x1x4xi8> {
  // expected-error@+1 {{expects i32 elements in the output, got 'i8'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [-128, 127]>,
    pool = #rtwmc.pool<sum, [6, 6], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x1x1x4xi8>
  return %1 : tensor<1x1x1x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi8> {
  // expected-error@+1 {{expects the result to be 'tensor<1x3x3x4xi8>', got 'tensor<1x6x6x4xi8>'}}
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1], [30], single, zero_point = 0,
                             range = [-128, 127]>,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  return %1 : tensor<1x6x6x4xi8>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects KHxKWxCxM weights and a bias tensor}}
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<1> : tensor<3x3x2xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects weights of 2 input channels, got 4}}
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<1> : tensor<3x3x4x1xi8>,
    bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}

// -----

func.func @f(%0: tensor<1x8x8x2xi8>) -> tensor<1x6x6x4xi32> {
  // expected-error@+1 {{expects a bias of 4 i32 elements, got 'tensor<2xi32>'}}
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<1> : tensor<3x3x2x2xi8>,
    bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi32>
  return %1 : tensor<1x6x6x4xi32>
}
