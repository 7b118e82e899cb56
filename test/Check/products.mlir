// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Products of two maps, which are named after what they do.

#w0 = dense<"0x55B98ECCC85F6981FF52A14C9EF751CDD7C738C17DF1FA01150D027E4E4A331FD77DF7B758A95B1C9D8BF189A40378F74E6A5221F003C4FFE1BF7E8398B1783161B338DEFD801E5429A708C47761AF0270"> : tensor<3x3x3x3xi8>
#b0 = dense<[2383, 469, 1654]> : tensor<3xi32>
#q0 = #rtwmc.requant<[2088325794, 1744932970, 1808374437], [39, 39, 39], double, zero_point = 11, range = [-128, 127]>
#w1 = dense<"0x97BE0A3A011C5F2FDC"> : tensor<3x1x1x3xi8>
#b1 = dense<[-2748, 1450, -159]> : tensor<3xi32>
#q1 = #rtwmc.requant<[1983362474, 1833868164, 1760632901], [37, 37, 37], double, zero_point = -14, range = [-128, 127]>
#w2 = dense<"0x29E319D2B9A6E150E6E1137AE417F01AF2230C2D74A60FF0"> : tensor<2x2x2x3xi8>
#b2 = dense<[-2351, -2645]> : tensor<2xi32>
#q2 = #rtwmc.requant<[1764422156, 1716037075], [39, 39], double, zero_point = -13, range = [-128, 127]>

// A map times the input, and squared.
// CHECK: @gate: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: mul1: external
func.func @gate(%0: tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i8, %b: i8):
    %azp = arith.constant 11 : i32
    %bzp = arith.constant -22 : i32
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = arith.subi %c, %azp : i32
    %f = arith.subi %d, %bzp : i32
    %g = arith.muli %e, %f : i32
    %h = rtwmc.apply_scale %g {multiplier = 1288490189 : i32, shift = 36 : i32, rounding = #rtwmc<rounding double>}
    %i = arith.maxsi %h, %min : i32
    %j = arith.minsi %i, %max : i32
    %k = arith.trunci %j : i32 to i8
    rtwmc.yield %k : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %3 = rtwmc.elementwise %2, %2 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = arith.muli %c, %d : i32
    %seven = arith.constant 7 : i32
    %f = arith.shrui %e, %seven : i32
    %g = arith.trunci %f : i32 to i8
    rtwmc.yield %g : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  return %3 : tensor<1x6x4x3xi8>
}

// Products of 32 bits wrap around; what is left is their highest byte.
// CHECK: @wraps: 20 inputs, equal
func.func @wraps(%0: tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %big = arith.constant 123456789 : i32
    %b = arith.extsi %a : i8 to i32
    %c = arith.muli %b, %big : i32
    rtwmc.yield %c : i32
  } : (tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi32>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i32, %b: i8):
    %c = arith.extsi %b : i8 to i32
    %d = arith.muli %a, %c : i32
    %top = arith.constant 24 : i32
    %e = arith.shrsi %d, %top : i32
    %f = arith.trunci %e : i32 to i8
    rtwmc.yield %f : i8
  } : (tensor<1x2x3x2xi32>, tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8>
  return %2 : tensor<1x2x3x2xi8>
}

// Both factors and the product are pruned.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: mul1: packed
func.func @pruned(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 2
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11>
  %2 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 43, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 29, zero = -14>
  %3 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x3xi8, keep = 29, zero = -14> -> tensor<1x6x4x3xi8>
  %5 = rtwmc.elementwise %3, %4 {
  ^bb0(%a: i8, %b: i8):
    %azp = arith.constant 11 : i32
    %bzp = arith.constant -14 : i32
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = arith.subi %c, %azp : i32
    %f = arith.subi %d, %bzp : i32
    %g = arith.muli %e, %f : i32
    %h = rtwmc.apply_scale %g {multiplier = 1288490189 : i32, shift = 36 : i32, rounding = #rtwmc<rounding double>}
    %i = arith.maxsi %h, %min : i32
    %j = arith.minsi %i, %max : i32
    %k = arith.trunci %j : i32 to i8
    rtwmc.yield %k : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p5, %k5 = rtwmc.prune %5, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0>
  %6 = rtwmc.unprune %p5 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0> -> tensor<1x6x4x3xi8>
  %7 = rtwmc.conv2d %6 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %7 : tensor<1x5x3x2xi8>
}

// Both factors and the product are pruned.
// CHECK: @pruned_nchw: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: mul1: packed
func.func @pruned_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 2
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw>
  %2 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 43, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 29, zero = -14, order = nchw>
  %3 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x3xi8, keep = 29, zero = -14, order = nchw> -> tensor<1x6x4x3xi8>
  %5 = rtwmc.elementwise %3, %4 {
  ^bb0(%a: i8, %b: i8):
    %azp = arith.constant 11 : i32
    %bzp = arith.constant -14 : i32
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = arith.subi %c, %azp : i32
    %f = arith.subi %d, %bzp : i32
    %g = arith.muli %e, %f : i32
    %h = rtwmc.apply_scale %g {multiplier = 1288490189 : i32, shift = 36 : i32, rounding = #rtwmc<rounding double>}
    %i = arith.maxsi %h, %min : i32
    %j = arith.minsi %i, %max : i32
    %k = arith.trunci %j : i32 to i8
    rtwmc.yield %k : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p5, %k5 = rtwmc.prune %5, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw>
  %6 = rtwmc.unprune %p5 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw> -> tensor<1x6x4x3xi8>
  %7 = rtwmc.conv2d %6 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %7 : tensor<1x5x3x2xi8>
}
