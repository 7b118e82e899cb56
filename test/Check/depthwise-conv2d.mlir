// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Depthwise convolutions, with one filter a channel and with several.

#w0 = dense<"0xC23D72A1867004F7E270734BCDF6CD4787A0D1951A8F0972465A4A"> : tensor<3x3x3x1xi8>
#b0 = dense<[2964, 1726, 642]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1496849744, 1581619926, 1651219043], [38, 39, 39], double, zero_point = -12, range = [-128, 127]>
#w1 = dense<"0x045F1A57453350F62C8E0FD327B5EC0811BFA07677AD30A252CD8A165A54BC969741290E"> : tensor<2x2x3x3xi8>
#b1 = dense<[1140, -1068, -2705, -464, -2941, -2370, -2115, 1913, 1387]> : tensor<9xi32>
#q1 = #rtwmc.requant<[1170092863, 1185362628, 1449360263, 1411087267, 1988939080, 1191093996, 1514688364, 1542313428, 1241609013], [37, 37, 38, 38, 38, 37, 38, 38, 38], single, zero_point = -18, range = [-128, 127]>
#w2 = dense<"0x406B45B40A5CF91A5F041B2D8554218A40C49E2A6E34340E7A8B9F8A3D00691823DA3ADE203D071941B58DC31E"> : tensor<3x3x5x1xi8>
#b2 = dense<[1096, -1177, 2355, -794, -1045]> : tensor<5xi32>
#q2 = #rtwmc.requant<[1744149325, 1096008780, 1333488912, 1589548305, 1987331900], [39, 38, 38, 39, 39], double, zero_point = 0, range = [-128, 127]>
#w3 = dense<"0xF260D6A82CEF660AF3BD91E121DD0E2EAB30C257150A6D31"> : tensor<2x3x2x2xi8>
#b3 = dense<[2195, 415, -622, 438]> : tensor<4xi32>
#q3 = #rtwmc.requant<[1313877754, 1879455275, 2066650628, 1731710670], [38, 38, 39, 39], double, zero_point = 16, range = [-128, 127]>
#w4 = dense<"0xF19069132EF4A212BDFD9791E55C9986"> : tensor<2x2x4x1xi8>
#b4 = dense<[940, -2011, -1593, 1122]> : tensor<4xi32>
#q4 = #rtwmc.requant<[1378116527, 1081029991, 1781932752, 1126299617], [38, 38, 38, 38], double, zero_point = -1, range = [-128, 127]>
#w5 = dense<"0x2EC001749F34F1E5BEBDD7FA0CC183"> : tensor<1x3x5x1xi8>
#b5 = dense<[993, 2149, 1676, 279, -2591]> : tensor<5xi32>
#q5 = #rtwmc.requant<[1605729203], [38], double, zero_point = -3, range = [-128, 127]>
#w6 = dense<"0x9A7225809CC097BF99A37790AC7A21D021A43345471B3807"> : tensor<2x2x3x2xi8>
#b6 = dense<[-1435, -307, 511, -1987, -1955, 1550]> : tensor<6xi32>

// CHECK: @padding: 20 inputs, equal
func.func @padding(%0: tensor<1x5x6x3xi8>) -> tensor<1x5x6x3xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -7 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x5x6x3xi8> -> tensor<1x5x6x3xi8>
  return %1 : tensor<1x5x6x3xi8>
}

// CHECK: @filters: 20 inputs, equal
func.func @filters(%0: tensor<1x4x5x3xi8>) -> tensor<1x3x4x9xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -17 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x4x5x3xi8> -> tensor<1x3x4x9xi8>
  return %1 : tensor<1x3x4x9xi8>
}

// CHECK: @strides: 20 inputs, equal
func.func @strides(%0: tensor<1x8x7x5xi8>) -> tensor<1x4x2x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 2, 3>, pad = array<i64: 0, 1, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = 65 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x7x5xi8> -> tensor<1x4x2x5xi8>
  return %1 : tensor<1x4x2x5xi8>
}

// CHECK: @dilation: 20 inputs, equal
func.func @dilation(%0: tensor<1x7x8x2xi8>) -> tensor<1x7x7x4xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 2, 1, 0, 3>,
    dilation = array<i64: 3, 2>, input_zp = 42 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x7x8x2xi8> -> tensor<1x7x7x4xi8>
  return %1 : tensor<1x7x7x4xi8>
}

// CHECK: @crop: 20 inputs, equal
func.func @crop(%0: tensor<1x6x6x4xi8>) -> tensor<1x4x2x4xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: -1, 0, -2, -1>,
    dilation = array<i64: 1, 1>, input_zp = 94 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x6x6x4xi8> -> tensor<1x4x2x4xi8>
  return %1 : tensor<1x4x2x4xi8>
}

// CHECK: @weight_zp: 20 inputs, equal
func.func @weight_zp(%0: tensor<1x3x4x5xi8>) -> tensor<1x3x2x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -70 : i32, weight_zp = 12 : i32, requant = #q5}
    : tensor<1x3x4x5xi8> -> tensor<1x3x2x5xi8>
  return %1 : tensor<1x3x2x5xi8>
}

// CHECK: @accumulators: 20 inputs, equal
func.func @accumulators(%0: tensor<1x4x4x3xi8>) -> tensor<1x3x3x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 88 : i32, weight_zp = 0 : i32}
    : tensor<1x4x4x3xi8> -> tensor<1x3x3x6xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 36 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x3x3x6xi32>) -> tensor<1x3x3x6xi8>
  return %2 : tensor<1x3x3x6xi8>
}
