// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-check=least-memory -o /dev/null | FileCheck %s

// Pruned maps that other layers write or read, channel by channel.

#w0 = dense<"0xCD4A98A5B03B9DED93AC5E56A3FBAE599EBFF29F4B99F197C41456"> : tensor<3x3x3x1xi8>
#b0 = dense<[-1819, 1429, -2036]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1962964858, 1440161175, 1732099744], [39, 38, 39], double, zero_point = 16, range = [-128, 127]>
#w1 = dense<"0xE03EB1A09EE97E5A206E683919FFDCFCA9197D2F6513A5BC56D42FCD7A5794A7202E337E"> : tensor<3x2x3x2xi8>
#b1 = dense<[1750, 737, -2437, -2234, -789, 883]> : tensor<6xi32>
#q1 = #rtwmc.requant<[1855667867, 1636974526, 1576815710, 1959666293, 1770246610, 1175632765], [39, 38, 38, 38, 38, 38], double, zero_point = -16, range = [-128, 127]>
#w2 = dense<"0x318B6C35D6BB7C9EEF13C2FE4B487EA9D5654D0EC65C0E543742F6CDAADACDF6F78678DD061082CA563D23C09B69484B"> : tensor<4x2x2x3xi8>
#b2 = dense<[268, 228, -2152, 944]> : tensor<4xi32>
#q2 = #rtwmc.requant<[1104930449, 1314625491, 1322606581, 1543919494], [38, 39, 39, 39], double, zero_point = -7, range = [-128, 127]>
#w3 = dense<"0xB82E9AB480CDB33A8DA4EA40CC01313A72BEBB796E75771FABC9B42F0775D28BE939CB8D18AE053BD536F228F2E3FA4DF4E67C368E8E"> : tensor<3x3x3x2xi8>
#b3 = dense<[-712, 868, -877]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1878753372, 1108042293, 1565315629], [39, 38, 39], double, zero_point = -8, range = [-128, 127]>
#w4 = dense<"0x3AA9F0B4F470E42CE877807530ABBD46E674DB5E2AAC4A6D4DABD1D7C18ECD6ECA7233CFC38A87B4C75EE3EC8E00EC15FB260456C39F"> : tensor<3x3x3x2xi8>
#b4 = dense<[-102, 753, 2426]> : tensor<3xi32>
#q4 = #rtwmc.requant<[2035316298, 1654165307, 2050768323], [39, 39, 39], double, zero_point = 17, range = [-128, 127]>

// CHECK: @depthwise: 20 inputs, equal
// CHECK-NEXT: dwconv1: packed
func.func @depthwise(%0: tensor<1x7x7x3xi8>) -> tensor<1x3x6x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 37 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x7x7x3xi8> -> tensor<1x7x7x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 60, batch = 11, tau_q = 1
    : tensor<1x7x7x3xi8> -> !rtwmc.pruned<1x7x7x3xi8, keep = 87, zero = 16, order = nchw>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x7x7x3xi8, keep = 87, zero = 16, order = nchw> -> tensor<1x7x7x3xi8>
  %3 = rtwmc.depthwise_conv2d %2 {weight = #w1, bias = #b1, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 16 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x7x7x3xi8> -> tensor<1x3x6x6xi8>
  return %3 : tensor<1x3x6x6xi8>
}

// CHECK: @max_pool: 20 inputs, equal
// CHECK-NEXT: conv1: dense
// CHECK-NEXT: pool1: packed
func.func @max_pool(%0: tensor<1x8x6x3xi8>) -> tensor<1x2x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 69 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x6x3xi8> -> tensor<1x7x5x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 3, 2>, stride = array<i64: 2, 1>,
    pad = array<i64: 1, 0, 0, 0>} : tensor<1x7x5x4xi8> -> tensor<1x3x4x4xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 31, batch = 9, tau_q = 5
    : tensor<1x3x4x4xi8> -> !rtwmc.pruned<1x3x4x4xi8, keep = 17, zero = -7, order = nchw>
  %3 = rtwmc.unprune %p2 : !rtwmc.pruned<1x3x4x4xi8, keep = 17, zero = -7, order = nchw> -> tensor<1x3x4x4xi8>
  %4 = rtwmc.max_pool2d %3 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x4x4xi8> -> tensor<1x2x3x4xi8>
  return %4 : tensor<1x2x3x4xi8>
}

// CHECK: @sum_pool: 20 inputs, equal
// CHECK-NEXT: conv1: packed
func.func @sum_pool(%0: tensor<1x7x6x2xi8>) -> tensor<1x4x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -45 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x7x6x2xi8> -> tensor<1x5x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 25, batch = 8, tau_q = 1
    : tensor<1x5x4x3xi8> -> !rtwmc.pruned<1x5x4x3xi8, keep = 35, zero = -8, order = nchw>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x5x4x3xi8, keep = 35, zero = -8, order = nchw> -> tensor<1x5x4x3xi8>
  %3 = rtwmc.sum_pool2d %2 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 2>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = -8 : i32} : tensor<1x5x4x3xi8> -> tensor<1x4x2x3xi32>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 32 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x4x2x3xi32>) -> tensor<1x4x2x3xi8>
  return %4 : tensor<1x4x2x3xi8>
}

// CHECK: @global_sum: 20 inputs, equal
// CHECK-NEXT: conv1: packed
func.func @global_sum(%0: tensor<1x7x6x2xi8>) -> tensor<1x1x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 50 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x7x6x2xi8> -> tensor<1x5x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 25, batch = 8, tau_q = 1
    : tensor<1x5x4x3xi8> -> !rtwmc.pruned<1x5x4x3xi8, keep = 35, zero = 17, order = nchw>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x5x4x3xi8, keep = 35, zero = 17, order = nchw> -> tensor<1x5x4x3xi8>
  %3 = rtwmc.sum_pool2d %2 {kernel = array<i64: 5, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 17 : i32} : tensor<1x5x4x3xi8> -> tensor<1x1x2x3xi32>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 34 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x2x3xi32>) -> tensor<1x1x2x3xi8>
  return %4 : tensor<1x1x2x3xi8>
}
