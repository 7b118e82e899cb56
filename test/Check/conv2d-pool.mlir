// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Convolutions that pool what they compute.

#w0 = dense<"0xAEAB38D61D00EC92D15C493E6309928E3A6E234258D4DAF8F68CDA26D8C538DD64543A353964D24C6CFF7A0E7F35686C"> : tensor<4x2x2x3xi8>
#b0 = dense<[-127, 1650, 2946, 1567]> : tensor<4xi32>
#q0 = #rtwmc.requant<[1978742678, 1564339115, 1725307335, 1156013104], [39, 39, 39, 38], double, zero_point = 9, range = [-128, 127]>
#w1 = dense<"0x09751E1B501FEA7A3BA62E84E1B69E990BF4"> : tensor<3x3x1x2xi8>
#b1 = dense<[2590, -2130, 1279]> : tensor<3xi32>
#q1 = #rtwmc.requant<[1805678288, 1131630025, 1093614613], [38, 38, 38], double, zero_point = -12, range = [-128, 127]>
#w2 = dense<"0x58909D3938D8FF8CAABAA28C948A3F02C1D0DE804596FECD928230B9122C7A8F1D6597074DCE72F3AF21B48C65C1497927C92E04065689C79D0191C3"> : tensor<5x2x2x3xi8>
#b2 = dense<[-1680, -1602, -2215, 714, 2202]> : tensor<5xi32>
#q2 = #rtwmc.requant<[2012625537, 1378158054, 1339553238, 1386811734, 1581026258], [39, 38, 38, 38, 39], double, zero_point = -6, range = [-128, 127]>
#w3 = dense<"0xA500A9F43803580E82CD924451D2B8ACFBB4B38ADDF6B5EF8C6D681E42ECEB5E598A9A56DCB0753B89BC3B143E1D8953B3B51CE58867"> : tensor<3x3x3x2xi8>
#b3 = dense<[-2509, 364, 2220, 980, 795, -1295]> : tensor<6xi32>
#q3 = #rtwmc.requant<[1257130677, 1415140180, 1449138200, 1958157222, 1356527990, 1801562152], [38, 39, 39, 39, 38, 39], double, zero_point = 17, range = [-128, 127]>
#w4 = dense<"0xE2BB3F486DC7304ABE02BEBE"> : tensor<2x2x3x1xi8>
#b4 = dense<[-2341, 2050, -260]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1177393313, 1992895885, 1087567633], [37, 38, 38], double, zero_point = 5, range = [-128, 127]>
#w5 = dense<"0xA54DCA182530BB1D6D132CDED6237B2ED91E3F721FCB1971174494D6493C9D5C3460BE31201E69FEDAA0EEE8B9997F5C"> : tensor<4x4x3x1xi8>

// The last column fills no window.
// CHECK: @max: 20 inputs, equal
func.func @max(%0: tensor<1x6x7x3xi8>) -> tensor<1x3x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = -100 : i32, weight_zp = 0 : i32, requant = #q0,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x6x7x3xi8> -> tensor<1x3x3x4xi8>
  return %1 : tensor<1x3x3x4xi8>
}

// CHECK: @max_of_rows: 20 inputs, equal
func.func @max_of_rows(%0: tensor<1x7x4x2xi8>) -> tensor<1x1x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -43 : i32, weight_zp = 0 : i32, requant = #q1,
    pool = #rtwmc.pool<max, [5, 1], zero_point = 0>}
    : tensor<1x7x4x2xi8> -> tensor<1x1x4x3xi8>
  return %1 : tensor<1x1x4x3xi8>
}

// CHECK: @sum: 20 inputs, equal
func.func @sum(%0: tensor<1x5x4x3xi8>) -> tensor<1x1x1x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = -98 : i32, weight_zp = 0 : i32, requant = #q2,
    pool = #rtwmc.pool<sum, [4, 4], zero_point = -3>}
    : tensor<1x5x4x3xi8> -> tensor<1x1x1x5xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 35 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x1x5xi32>) -> tensor<1x1x1x5xi8>
  return %2 : tensor<1x1x1x5xi8>
}

// One column alone reads nothing beside the input, but three are pooled.
// CHECK: @max_of_one_inside: 20 inputs, equal
func.func @max_of_one_inside(%0: tensor<1x6x3x1xi8>) -> tensor<1x2x1x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w5, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 2, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -20 : i32, weight_zp = 0 : i32, requant = #q0,
    pool = #rtwmc.pool<max, [3, 3], zero_point = 0>}
    : tensor<1x6x3x1xi8> -> tensor<1x2x1x4xi8>
  return %1 : tensor<1x2x1x4xi8>
}

// CHECK: @depthwise_max: 20 inputs, equal
func.func @depthwise_max(%0: tensor<1x6x6x3xi8>) -> tensor<1x2x2x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 99 : i32, weight_zp = 0 : i32, requant = #q3,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x6x6x3xi8> -> tensor<1x2x2x6xi8>
  return %1 : tensor<1x2x2x6xi8>
}

// CHECK: @depthwise_sum: 20 inputs, equal
func.func @depthwise_sum(%0: tensor<1x4x4x3xi8>) -> tensor<1x1x1x3xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 123 : i32, weight_zp = 0 : i32, requant = #q4,
    pool = #rtwmc.pool<sum, [3, 3], zero_point = 5>}
    : tensor<1x4x4x3xi8> -> tensor<1x1x1x3xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 34 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x1x3xi32>) -> tensor<1x1x1x3xi8>
  return %2 : tensor<1x1x1x3xi8>
}
