// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Programs on the elements of one map and of two.

#w0 = dense<"0xE296ABC6FEEB4D8F6B7968477DE24EAD78F78A08507242BA04B1A04541B79D2DF8AC7EEAC8A0937AE3CB696312365AC5D1B120367DE51ECC3611A4F030FC86172FF008915802401855D94ABBD58DE7D219"> : tensor<3x3x3x3xi8>
#b0 = dense<[-2046, -2892, 116]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1684103359, 1405253797, 1755817041], [39, 39, 39], double, zero_point = 1, range = [-128, 127]>
#w1 = dense<"0x51645055A9A313B091ABB638"> : tensor<4x1x1x3xi8>
#b1 = dense<[-1742, 1136, 999, 2801]> : tensor<4xi32>
#q1 = #rtwmc.requant<[1375501864, 1315761796, 1243722960, 1436917747], [37, 38, 38, 38], double, zero_point = -11, range = [-128, 127]>
#w2 = dense<"0x45BD1933263B817FEB9F90D8DB2C5C62BDAAE6F27E72CF43BEB767C061AE71493869F39AE59964B9B7EC828B3A5DAFE6F52544E4831417A8244EF217A8563D241A3617B7E4783D411FE9144B4436395AE47AA909D3A37F0A56BB0C150C090D52FD39FDFE6AFFF7E43C7EB6B946ABD75A97C68BE107ACB06C6B10AFC037A12393AAC63BA6F69223F1173727A1BA325ED1"> : tensor<4x3x3x4xi8>
#b2 = dense<[-1714, -912, 189, -1782]> : tensor<4xi32>
#q2 = #rtwmc.requant<[1360349417, 1523205108, 1185666636, 1553954816], [39, 40, 39, 40], double, zero_point = 7, range = [-128, 127]>
#w3 = dense<"0xDA2CE5B79A9DDAD72717FC75B8AAC6C3F327EF50D9D6C5619F6513545F3E7A3BDF1E0873C10D7F14EF48C57A73BF154990913E1731408EC987A8DE65C159B73E943C37B623B474D6F8743A313E5B3F93C8209F90F738773B73D81AC7088B6113056817144E7E64AD7F602EC5"> : tensor<3x3x3x4xi8>
#b3 = dense<[1738, -2114, -40]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1305366765, 2059194586, 1220428346], [39, 40, 39], double, zero_point = 18, range = [-128, 127]>
#w4 = dense<"0xD8CA91AD1FEFCB4D01E5BB879262EC22208E8288C11A1F8596ED2822AF54F880B1E77657B959CBA6CA315F990151E58E11A07921D2F3"> : tensor<3x3x3x2xi8>
#b4 = dense<[-2548, 251, 2677]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1330053946, 1661262506, 1764233652], [39, 39, 39], double, zero_point = -1, range = [-128, 127]>
#w5 = dense<"0xECE0B97DCF21FAAA5E"> : tensor<3x1x1x3xi8>
#b5 = dense<[-167, 1145, 1501]> : tensor<3xi32>
#q5 = #rtwmc.requant<[1319909886, 1288815766, 1368196551], [37, 37, 37], double, zero_point = 11, range = [-128, 127]>
#w6 = dense<"0xC6D470B1F12CD2FAF159E62CC108A46325C8F94B8A214C36"> : tensor<2x2x2x3xi8>
#b6 = dense<[-458, -2030]> : tensor<2xi32>
#q6 = #rtwmc.requant<[1821537824, 1279133711], [39, 38], double, zero_point = -13, range = [-128, 127]>
#w7 = dense<"0x5285792DE68887233E"> : tensor<3x1x1x3xi8>
#b7 = dense<[2777, 965, 1756]> : tensor<3xi32>
#q7 = #rtwmc.requant<[1087030221, 1395606283, 1390165026], [37, 38, 37], double, zero_point = -14, range = [-128, 127]>
#w8 = dense<"0x0DA98EE5FFA69E2B30442079D17B0C9E746FFE9D4D6572D1"> : tensor<2x2x2x3xi8>
#b8 = dense<[-2037, 1699]> : tensor<2xi32>
#q8 = #rtwmc.requant<[2015825549, 1153920061], [39, 38], double, zero_point = 19, range = [-128, 127]>

// By 0.6, by 1.2 and by 0.24, and clamped.
// CHECK: @scaled: 20 inputs, equal
func.func @scaled(%0: tensor<1x3x5x3xi8>) -> tensor<1x3x5x3xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %zero = arith.constant 0 : i32
    %max = arith.constant 100 : i32
    %b = arith.extsi %a : i8 to i32
    %c = rtwmc.apply_scale %b {multiplier = 1288490189 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %d = arith.maxsi %c, %zero : i32
    %e = arith.minsi %d, %max : i32
    %f = arith.trunci %e : i32 to i8
    rtwmc.yield %f : i8
  } : (tensor<1x3x5x3xi8>) -> tensor<1x3x5x3xi8>
  return %1 : tensor<1x3x5x3xi8>
}

// CHECK: @scaled_up: 20 inputs, equal
func.func @scaled_up(%0: tensor<1x3x5x1xi8>) -> tensor<1x3x5x1xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %zero = arith.constant 0 : i32
    %max = arith.constant 100 : i32
    %b = arith.extsi %a : i8 to i32
    %c = rtwmc.apply_scale %b {multiplier = 1258291 : i32, shift = 20 : i32, rounding = #rtwmc<rounding single>}
    %d = arith.maxsi %c, %zero : i32
    %e = arith.minsi %d, %max : i32
    %f = arith.trunci %e : i32 to i8
    rtwmc.yield %f : i8
  } : (tensor<1x3x5x1xi8>) -> tensor<1x3x5x1xi8>
  return %1 : tensor<1x3x5x1xi8>
}

// CHECK: @scaled_down: 20 inputs, equal
func.func @scaled_down(%0: tensor<1x3x5x1xi8>) -> tensor<1x3x5x1xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %zero = arith.constant 0 : i32
    %max = arith.constant 100 : i32
    %b = arith.extsi %a : i8 to i32
    %c = rtwmc.apply_scale %b {multiplier = 2040109465 : i32, shift = 33 : i32, rounding = #rtwmc<rounding double>}
    %d = arith.maxsi %c, %zero : i32
    %e = arith.minsi %d, %max : i32
    %f = arith.trunci %e : i32 to i8
    rtwmc.yield %f : i8
  } : (tensor<1x3x5x1xi8>) -> tensor<1x3x5x1xi8>
  return %1 : tensor<1x3x5x1xi8>
}

// The input is read by both.
// CHECK: @residual: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: add1: external
func.func @residual(%0: tensor<1x7x5x3xi8>) -> tensor<1x7x5x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -64 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x7x5x3xi8> -> tensor<1x7x5x3xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i8, %b: i8):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = rtwmc.apply_scale %c {multiplier = 1288490189 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %f = arith.addi %e, %d : i32
    %g = arith.maxsi %f, %min : i32
    %h = arith.minsi %g, %max : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x7x5x3xi8>, tensor<1x7x5x3xi8>) -> tensor<1x7x5x3xi8>
  return %2 : tensor<1x7x5x3xi8>
}

// A map that is read row by row, and again later.
// CHECK: @branches: 20 inputs, equal
func.func @branches(%0: tensor<1x8x4x3xi8>) -> tensor<1x6x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -57 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x8x4x3xi8> -> tensor<1x8x4x4xi8>
  %2 = rtwmc.conv2d %1 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -11 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x4x4xi8> -> tensor<1x8x4x4xi8>
  %3 = rtwmc.elementwise %2, %1 {
  ^bb0(%a: i8, %b: i8):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = rtwmc.apply_scale %c {multiplier = 1288490189 : i32, shift = 32 : i32, rounding = #rtwmc<rounding double>}
    %f = arith.addi %e, %d : i32
    %g = arith.maxsi %f, %min : i32
    %h = arith.minsi %g, %max : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x8x4x4xi8>, tensor<1x8x4x4xi8>) -> tensor<1x8x4x4xi8>
  %4 = rtwmc.conv2d %3 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x8x4x4xi8> -> tensor<1x6x2x3xi8>
  return %4 : tensor<1x6x2x3xi8>
}

// The same map as both operands.
// CHECK: @twice: 20 inputs, equal
func.func @twice(%0: tensor<1x5x5x2xi8>) -> tensor<1x3x3x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -24 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x5x5x2xi8> -> tensor<1x3x3x3xi8>
  %2 = rtwmc.elementwise %1, %1 {
  ^bb0(%a: i8, %b: i8):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = rtwmc.apply_scale %c {multiplier = 1288490189 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %f = arith.addi %e, %d : i32
    %g = arith.maxsi %f, %min : i32
    %h = arith.minsi %g, %max : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x3x3x3xi8>, tensor<1x3x3x3xi8>) -> tensor<1x3x3x3xi8>
  return %2 : tensor<1x3x3x3xi8>
}

// Sums in 8 bits wrap around; comparisons and selections.
// CHECK: @wraps: 20 inputs, equal
func.func @wraps(%0: tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %c3 = arith.constant 3 : i8
    %b = arith.muli %a, %c3 : i8
    %c = arith.cmpi sgt, %b, %a : i8
    %d = arith.subi %a, %b : i8
    %e = arith.select %c, %d, %b : i8
    rtwmc.yield %e : i8
  } : (tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8>
  return %1 : tensor<1x2x3x2xi8>
}

// Reads one pruned map, and writes another.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: add1: packed
func.func @pruned(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 2
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.elementwise %2, %0 {
  ^bb0(%a: i8, %b: i8):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = rtwmc.apply_scale %c {multiplier = 1288490189 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %f = arith.addi %e, %d : i32
    %g = arith.maxsi %f, %min : i32
    %h = arith.minsi %g, %max : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0>
  %4 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0> -> tensor<1x6x4x3xi8>
  %5 = rtwmc.conv2d %4 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %5 : tensor<1x5x3x2xi8>
}

// CHECK: @pruned_nchw: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: add1: packed
func.func @pruned_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 100 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 2
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = -14, order = nchw>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = -14, order = nchw> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.elementwise %2, %0 {
  ^bb0(%a: i8, %b: i8):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %e = rtwmc.apply_scale %c {multiplier = 1288490189 : i32, shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %f = arith.addi %e, %d : i32
    %g = arith.maxsi %f, %min : i32
    %h = arith.minsi %g, %max : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw>
  %4 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw> -> tensor<1x6x4x3xi8>
  %5 = rtwmc.conv2d %4 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %5 : tensor<1x5x3x2xi8>
}

// Shapes that are no maps: one row of elements.
// CHECK: @flat: 20 inputs, equal
func.func @flat(%0: tensor<1x3x8xi8>) -> tensor<1x3x8xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %c3 = arith.constant 3 : i8
    %b = arith.muli %a, %c3 : i8
    rtwmc.yield %b : i8
  } : (tensor<1x3x8xi8>) -> tensor<1x3x8xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i8, %b: i8):
    %c = rtwmc.channel
    %d = rtwmc.lookup %c in dense<[9, 8, 7, 6, 5, 4, 3, 2]> : tensor<8xi8> -> i8
    %e = arith.addi %a, %d : i8
    %f = arith.subi %e, %b : i8
    rtwmc.yield %f : i8
  } : (tensor<1x3x8xi8>, tensor<1x3x8xi8>) -> tensor<1x3x8xi8>
  return %2 : tensor<1x3x8xi8>
}

// Constants of rows and columns, and of all three together.
// CHECK: @places: 20 inputs, equal
func.func @places(%0: tensor<1x3x4x5xi8>) -> tensor<1x3x4x5xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %row = rtwmc.row
    %column = rtwmc.column
    %channel = rtwmc.channel
    %c20 = arith.constant 20 : i32
    %c5 = arith.constant 5 : i32
    %b = arith.muli %row, %c20 : i32
    %c = arith.muli %column, %c5 : i32
    %d = arith.addi %b, %c : i32
    %e = arith.addi %d, %channel : i32
    %f = arith.trunci %e : i32 to i8
    %g = arith.addi %a, %f : i8
    rtwmc.yield %g : i8
  } : (tensor<1x3x4x5xi8>) -> tensor<1x3x4x5xi8>
  return %1 : tensor<1x3x4x5xi8>
}

// What is computed of a pixel's channels, as its sum with wrap-around and its largest.
// CHECK: @reductions: 20 inputs, equal
func.func @reductions(%0: tensor<1x3x4x5xi8>) -> tensor<1x3x4x5xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } {reduction = #rtwmc<reduction max>} : (tensor<1x3x4x5xi8>) -> tensor<1x3x4x1xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%most: i8, %a: i8):
    %b = arith.extsi %a : i8 to i32
    %c = arith.extsi %most : i8 to i32
    %d = arith.subi %b, %c : i32
    %e = arith.muli %d, %d : i32
    %channel = rtwmc.channel
    %f = arith.addi %e, %channel : i32
    rtwmc.yield %f : i32
  } {reduction = #rtwmc<reduction sum>} : (tensor<1x3x4x1xi8>, tensor<1x3x4x5xi8>) -> tensor<1x3x4x1xi32>
  %3 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } {reduction = #rtwmc<reduction sum>} : (tensor<1x3x4x5xi8>) -> tensor<1x3x4x1xi8>
  %4 = rtwmc.elementwise %0, %2, %3 {
  ^bb0(%a: i8, %b: i32, %c: i8):
    %d = arith.trunci %b : i32 to i8
    %e = arith.xori %a, %d : i8
    %f = arith.addi %e, %c : i8
    rtwmc.yield %f : i8
  } : (tensor<1x3x4x5xi8>, tensor<1x3x4x1xi32>, tensor<1x3x4x1xi8>) -> tensor<1x3x4x5xi8>
  return %4 : tensor<1x3x4x5xi8>
}
