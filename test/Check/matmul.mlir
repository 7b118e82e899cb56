// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Products of two maps.

// Each row of the first as it comes, all of the second, of which there are 6.
// CHECK: @rows: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: conv2: dense
func.func @rows(%0: tensor<1x6x1x5xi8>) -> tensor<1x6x1x6xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x82B70EEE7F1A5039BEF07EC2347F066ED08F5DC7512447E3404300026B6E545594A065"> : tensor<7x1x1x5xi8>, bias = dense<0> : tensor<7xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 14, range = [-128, 127]>} : tensor<1x6x1x5xi8> -> tensor<1x6x1x7xi8>
  %2 = rtwmc.conv2d %0 {weight = dense<"0x685D64C4980BB8D4544A8721A99A01AD219EB59CF6A15EF6F15A1D830BB7CE09D6BBC0"> : tensor<7x1x1x5xi8>, bias = dense<0> : tensor<7xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 17, range = [-128, 127]>} : tensor<1x6x1x5xi8> -> tensor<1x6x1x7xi8>
  %3 = tosa.const_shape {values = dense<[1, 1, 6, 7]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %4 = tosa.reshape %2, %3 : (tensor<1x6x1x7xi8>, !tosa.shape<4>) -> tensor<1x1x6x7xi8>
  %5 = rtwmc.matmul %1, %4 {a_zp = 3 : i32, b_zp = -9 : i32, requant = #rtwmc.requant<[1500000000], [41], double, zero_point = 7, range = [-128, 127]>}
    : (tensor<1x6x1x7xi8>, tensor<1x1x6x7xi8>) -> tensor<1x6x1x6xi8>
  return %5 : tensor<1x6x1x6xi8>
}

// A row of both for four of the result: rings.
// CHECK: @heads: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: conv2: ring 1
func.func @heads(%0: tensor<1x3x4x5xi8>) -> tensor<1x12x1x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x04E7175C643C7DECB0B580EC37BC9712DD2E6AAEB94BAE8D2F9FA29C5A284C9EF7521829CF1079B0"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = -4, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %2 = rtwmc.conv2d %0 {weight = dense<"0xE9D74A1C10FCAB6A4243D33656DEBE4C1ED79648E856E8F9A2F58C95F0CE4B39C15BFFAD5C2DFB8B"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 12, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %3 = rtwmc.matmul %1, %2 {a_zp = -128 : i32, b_zp = 127 : i32, requant = #rtwmc.requant<[1500000000], [42], single, zero_point = -128, range = [-100, 127]>}
    : (tensor<1x3x4x8xi8>, tensor<1x3x4x8xi8>) -> tensor<1x12x1x4xi8>
  return %3 : tensor<1x12x1x4xi8>
}

// The same map twice, as accumulators; several columns of a row; no zero point.
// CHECK: @squares: 20 inputs, equal
func.func @squares(%0: tensor<1x2x4x5xi8>) -> tensor<1x4x2x4xi32> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0xB820B6119CBA8FF88796AE5B05F280"> : tensor<3x1x1x5xi8>, bias = dense<0> : tensor<3xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 0, range = [-128, 127]>} : tensor<1x2x4x5xi8> -> tensor<1x2x4x3xi8>
  %2 = rtwmc.matmul %1, %1 {a_zp = 0 : i32, b_zp = 0 : i32}
    : (tensor<1x2x4x3xi8>, tensor<1x2x4x3xi8>) -> tensor<1x4x2x4xi32>
  return %2 : tensor<1x4x2x4xi32>
}

// Both inputs are the network's.
// CHECK: @inputs: 20 inputs, equal
func.func @inputs(%0: tensor<1x2x5x3xi8>, %1: tensor<1x2x9x3xi8>) -> tensor<1x10x1x9xi32> {
  %2 = rtwmc.matmul %0, %1 {a_zp = 4 : i32, b_zp = 1 : i32}
    : (tensor<1x2x5x3xi8>, tensor<1x2x9x3xi8>) -> tensor<1x10x1x9xi32>
  return %2 : tensor<1x10x1x9xi32>
}

// Pruned maps are read back row by row, each row once for four of the result.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
func.func @pruned(%0: tensor<1x3x4x5xi8>) -> tensor<1x12x1x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x04E7175C643C7DECB0B580EC37BC9712DD2E6AAEB94BAE8D2F9FA29C5A284C9EF7521829CF1079B0"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = -4, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %2 = rtwmc.conv2d %0 {weight = dense<"0xE9D74A1C10FCAB6A4243D33656DEBE4C1ED79648E856E8F9A2F58C95F0CE4B39C15BFFAD5C2DFB8B"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 12, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 30, batch = 9, tau_q = 1
    : tensor<1x3x4x8xi8> -> !rtwmc.pruned<1x3x4x8xi8, keep = 66, zero = -4>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x3x4x8xi8, keep = 66, zero = -4> -> tensor<1x3x4x8xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 30, batch = 9, tau_q = 1
    : tensor<1x3x4x8xi8> -> !rtwmc.pruned<1x3x4x8xi8, keep = 66, zero = 12>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x3x4x8xi8, keep = 66, zero = 12> -> tensor<1x3x4x8xi8>
  %3 = rtwmc.matmul %u1, %u2 {a_zp = -4 : i32, b_zp = 12 : i32, requant = #rtwmc.requant<[1500000000], [42], double, zero_point = 5, range = [-128, 127]>}
    : (tensor<1x3x4x8xi8>, tensor<1x3x4x8xi8>) -> tensor<1x12x1x4xi8>
  return %3 : tensor<1x12x1x4xi8>
}

// The same of rows that are pruned each on its own.
// CHECK: @pruned_rows: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
// CHECK-NEXT: conv2: packed-ring
func.func @pruned_rows(%0: tensor<1x3x4x5xi8>) -> tensor<1x12x1x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x04E7175C643C7DECB0B580EC37BC9712DD2E6AAEB94BAE8D2F9FA29C5A284C9EF7521829CF1079B0"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = -4, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %2 = rtwmc.conv2d %0 {weight = dense<"0xE9D74A1C10FCAB6A4243D33656DEBE4C1ED79648E856E8F9A2F58C95F0CE4B39C15BFFAD5C2DFB8B"> : tensor<8x1x1x5xi8>, bias = dense<0> : tensor<8xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1500000000], [39], double, zero_point = 12, range = [-128, 127]>} : tensor<1x3x4x5xi8> -> tensor<1x3x4x8xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 9, batch = 9, tau_q = 1
    : tensor<1x3x4x8xi8> -> !rtwmc.pruned<1x3x4x8xi8, keep = 23, zero = -4, unit = row>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x3x4x8xi8, keep = 23, zero = -4, unit = row> -> tensor<1x3x4x8xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 9, batch = 9, tau_q = 1
    : tensor<1x3x4x8xi8> -> !rtwmc.pruned<1x3x4x8xi8, keep = 23, zero = 12, unit = row>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x3x4x8xi8, keep = 23, zero = 12, unit = row> -> tensor<1x3x4x8xi8>
  %3 = rtwmc.matmul %u1, %u2 {a_zp = -4 : i32, b_zp = 12 : i32, requant = #rtwmc.requant<[1500000000], [42], double, zero_point = 5, range = [-128, 127]>}
    : (tensor<1x3x4x8xi8>, tensor<1x3x4x8xi8>) -> tensor<1x12x1x4xi8>
  return %3 : tensor<1x12x1x4xi8>
}
