// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Poolings on their own, and behind a convolution, whose rows they read from a ring.

#w0 = dense<"0x4A75CFAEA28A4D149EF1380DD8B606ED8D050BE3D41E143EAC2C46FFDBFE720FAD1983151FE35358135C67D2F71C0496A9976C0F712FCAE4A253E7610DDE365F24E525B39FF50EF9BE29DA146B8D9536AA122789251324CE52A716E26315C50043D129843A9668D63A3914B1"> : tensor<4x3x3x3xi8>
#b0 = dense<[598, -1303, 473, -1297]> : tensor<4xi32>
#q0 = #rtwmc.requant<[1860025725, 1752753377, 1580527310, 1432806946], [40, 40, 39, 39], double, zero_point = -9, range = [-128, 127]>
#w1 = dense<"0xFF2492BE1551E674E7FB60527B92F05763FF5BEE7FE090920201FCEAF65505C8269A21BB4E947D46AF5CEBD42C17712157EE092D487E"> : tensor<3x3x3x2xi8>
#b1 = dense<[-2391, -706, 2143]> : tensor<3xi32>
#q1 = #rtwmc.requant<[2101530368, 2142552962, 1156936324], [40, 39, 39], double, zero_point = -8, range = [-128, 127]>
#w2 = dense<"0x9ED56D714E47EF81ECD08603BB4A43F19BE7D22971618DA891B97A03C79539A8851831A6AB6843E91F46F7794CB0A7BA3B5E5463A2E41A7558BCD53ED3DACC277D2D0482D6821FBDB87977A6FD521636F5DC809B206F1C616248"> : tensor<5x3x3x2xi8>
#b2 = dense<[-1848, -939, 1891, -34, 2423]> : tensor<5xi32>
#q2 = #rtwmc.requant<[1164120081, 1099342324, 1177771519, 2027617826, 1220872372], [39, 39, 39, 39, 39], double, zero_point = 1, range = [-128, 127]>

// Windows that overlap, with padding.
// CHECK: @max: 20 inputs, equal
func.func @max(%0: tensor<1x7x6x3xi8>) -> tensor<1x3x3x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 0, 0, 1>} : tensor<1x7x6x3xi8> -> tensor<1x3x3x3xi8>
  return %1 : tensor<1x3x3x3xi8>
}

// What surrounds the map is an element that may win.
// CHECK: @max_pad_value: 20 inputs, equal
func.func @max_pad_value(%0: tensor<1x7x6x3xi8>) -> tensor<1x5x4x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>,
    pad = array<i64: 2, 2, 1, 2>, pad_value = 40 : i32} : tensor<1x7x6x3xi8> -> tensor<1x5x4x3xi8>
  return %1 : tensor<1x5x4x3xi8>
}

// CHECK: @max_crop: 20 inputs, equal
func.func @max_crop(%0: tensor<1x7x7x2xi8>) -> tensor<1x2x3x2xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 3>, stride = array<i64: 3, 1>,
    pad = array<i64: -1, 0, 0, -2>} : tensor<1x7x7x2xi8> -> tensor<1x2x3x2xi8>
  return %1 : tensor<1x2x3x2xi8>
}

// Halfwords.
// CHECK: @max_wide: 20 inputs, equal
func.func @max_wide(%0: tensor<1x7x6x3xi16>) -> tensor<1x3x2x3xi16> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 3>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x7x6x3xi16> -> tensor<1x3x2x3xi16>
  return %1 : tensor<1x3x2x3xi16>
}

// CHECK: @max_of_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 3
func.func @max_of_ring(%0: tensor<1x12x6x3xi8>) -> tensor<1x8x2x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -76 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x12x6x3xi8> -> tensor<1x10x4x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 3, 2>, stride = array<i64: 1, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x10x4x4xi8> -> tensor<1x8x2x4xi8>
  return %2 : tensor<1x8x2x4xi8>
}

// CHECK: @sum: 20 inputs, equal
func.func @sum(%0: tensor<1x5x6x3xi8>) -> tensor<1x4x2x3xi8> {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 3>, stride = array<i64: 1, 2>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = -52 : i32} : tensor<1x5x6x3xi8> -> tensor<1x4x2x3xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 32 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x4x2x3xi32>) -> tensor<1x4x2x3xi8>
  return %2 : tensor<1x4x2x3xi8>
}

// Nothing is added outside the map; divided by how many rows and columns are inside.
// CHECK: @sum_padded: 20 inputs, equal
// CHECK-NEXT: conv1: ring 3
func.func @sum_padded(%0: tensor<1x10x6x3xi8>) -> tensor<1x4x2x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -76 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x10x6x3xi8> -> tensor<1x8x4x4xi8>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>,
    pad = array<i64: 1, 0, 1, 0>, input_zp = -9 : i32} : tensor<1x8x4x4xi8> -> tensor<1x4x2x4xi32>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %row = rtwmc.row
    %height = rtwmc.lookup %row in dense<[2, 3, 3, 3]> : tensor<4xi32> -> i32
    %column = rtwmc.column
    %width = rtwmc.lookup %column in dense<[2, 3]> : tensor<2xi32> -> i32
    %count = arith.muli %height, %width : i32
    %b = arith.divsi %a, %count : i32
    %c = arith.trunci %b : i32 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x2x4xi32>) -> tensor<1x4x2x4xi8>
  return %3 : tensor<1x4x2x4xi8>
}

// One row of windows that are padded is no sum row by row.
// CHECK: @sum_padded_row: 20 inputs, equal
func.func @sum_padded_row(%0: tensor<1x2x6x2xi8>) -> tensor<1x1x6x2xi32> {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 1, 1, 1>, input_zp = -128 : i32} : tensor<1x2x6x2xi8> -> tensor<1x1x6x2xi32>
  return %1 : tensor<1x1x6x2xi32>
}

// CHECK: @sum_crop: 20 inputs, equal
func.func @sum_crop(%0: tensor<1x6x6x2xi8>) -> tensor<1x2x1x2xi8> {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: -1, 0, -2, -1>, input_zp = -108 : i32} : tensor<1x6x6x2xi8> -> tensor<1x2x1x2xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 32 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x2x1x2xi32>) -> tensor<1x2x1x2xi8>
  return %2 : tensor<1x2x1x2xi8>
}

// CHECK: @sum_of_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 4
func.func @sum_of_ring(%0: tensor<1x11x5x2xi8>) -> tensor<1x3x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 123 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x11x5x2xi8> -> tensor<1x9x3x3xi8>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 4, 2>, stride = array<i64: 2, 1>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = -8 : i32} : tensor<1x9x3x3xi8> -> tensor<1x3x2x3xi32>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 33 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x3x2x3xi32>) -> tensor<1x3x2x3xi8>
  return %3 : tensor<1x3x2x3xi8>
}

// One row of accumulators, to which each row of the ring is added.
// CHECK: @global_sum: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: sum1: dense
func.func @global_sum(%0: tensor<1x9x5x2xi8>) -> tensor<1x1x2x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x9x5x2xi8> -> tensor<1x7x3x5xi8>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 7, 2>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 1 : i32} : tensor<1x7x3x5xi8> -> tensor<1x1x2x5xi32>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 34 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x2x5xi32>) -> tensor<1x1x2x5xi8>
  return %3 : tensor<1x1x2x5xi8>
}

// CHECK: @sum_of_sums: 20 inputs, equal
func.func @sum_of_sums(%0: tensor<1x4x4x3xi8>) -> tensor<1x1x1x3xi8> {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 1, 2>, stride = array<i64: 1, 2>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 62 : i32} : tensor<1x4x4x3xi8> -> tensor<1x4x2x3xi32>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 4, 2>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 100 : i32} : tensor<1x4x2x3xi32> -> tensor<1x1x1x3xi32>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 34 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x1x1x3xi32>) -> tensor<1x1x1x3xi8>
  return %3 : tensor<1x1x1x3xi8>
}
