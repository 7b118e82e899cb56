// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Elements in other places: of rows in rings, and of pruned ones.

#w0 = dense<"0x8B4AE5F1A94106A0956A26AFBCCDAFE562F90A945F5693C642276AD5AB2DA7394551370E99B2D74C3427FA48D732A1DF70ACA1E926115901DD06F27F8F063CD25E19A621F9BD0CCC21397C1EC795CA7748DC03D17A88934D85527357A2E64647F03E2FB81F223F4192C58EFD"> : tensor<4x3x3x3xi8>
#b0 = dense<[-220, -88, 18, 330]> : tensor<4xi32>
#q0 = #rtwmc.requant<[1668055079, 1620756698, 2142652113, 1940964183], [39, 39, 39, 39], double, zero_point = -9, range = [-128, 127]>
#w1 = dense<"0x3BE4EBCAB72F45B35223479F6E794D57037E2CFDE9E15A7789781E3721A557D8E5A703296DCB81DB3F65CF9C1BDC5D1D8FC83F0B0BB4DB71BE572209851D3D24F4C0CF83FE4363F82F4759778955F6CED681CBEA7179CED2C8F814A13472FF70CE369D8385452A44F318337F"> : tensor<2x3x3x6xi8>
#b1 = dense<[-483, -1010]> : tensor<2xi32>
#q1 = #rtwmc.requant<[2140237599, 1086405562], [39, 39], double, zero_point = 5, range = [-128, 127]>
#w2 = dense<"0xA79BE118544441317C9311F85E0429B19F7EC0E156F65A3322E791B880EE995E"> : tensor<2x2x2x4xi8>
#b2 = dense<[-44, -1986]> : tensor<2xi32>
#q2 = #rtwmc.requant<[1736822425, 1964998786], [39, 39], double, zero_point = 5, range = [-128, 127]>
#w3 = dense<"0xE58BE7A9EBC28A271D43A78855638144EB66"> : tensor<2x3x3x1xi8>
#b3 = dense<[1521, -1256]> : tensor<2xi32>
#q3 = #rtwmc.requant<[1621125537, 2082792928], [39, 39], double, zero_point = 5, range = [-128, 127]>
#w4 = dense<"0xAAD6DED8116E3AB51681C4A374FEC70A68B3E4BDC92B387987416C17EC90963EC766888AB4B80EBA7C5CFD81121BEA9CEE1810DFD5169FAF26CD7B5C30C8ABA44D972299E8C7B41B"> : tensor<2x3x3x4xi8>
#b4 = dense<[-1763, 640]> : tensor<2xi32>
#q4 = #rtwmc.requant<[1489958300, 1716193291], [39, 39], double, zero_point = 5, range = [-128, 127]>

// A row above, two below, a column on the left and a channel on both sides.
// CHECK: @pad: 20 inputs, equal
func.func @pad(%0: tensor<1x3x4x2xi8>) -> tensor<1x6x5x4xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, -1, 1, 0>, columns = array<i64: 1, -1, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>, first_channel = -1 : i64, fill = -7 : i32}
    : tensor<1x3x4x2xi8> -> tensor<1x6x5x4xi8>
  return %1 : tensor<1x6x5x4xi8>
}

// Every other row, backwards along columns, the last channels.
// CHECK: @slice: 20 inputs, equal
func.func @slice(%0: tensor<1x7x5x5xi8>) -> tensor<1x3x5x2xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 2, 1, 1, 0>, columns = array<i64: -1, 4, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>, first_channel = 3 : i64}
    : tensor<1x7x5x5xi8> -> tensor<1x3x5x2xi8>
  return %1 : tensor<1x3x5x2xi8>
}

// Rows from the last to the first.
// CHECK: @reverse: 20 inputs, equal
func.func @reverse(%0: tensor<1x4x3x2xi8>) -> tensor<1x4x3x2xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: -1, 3, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, -1>, first_channel = 1 : i64}
    : tensor<1x4x3x2xi8> -> tensor<1x4x3x2xi8>
  return %1 : tensor<1x4x3x2xi8>
}

// Two groups of channels, of which one and one are taken.
// CHECK: @shuffle: 20 inputs, equal
func.func @shuffle(%0: tensor<1x2x3x6xi8>) -> tensor<1x2x3x6xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1, 2, 0, 0, 3>}
    : tensor<1x2x3x6xi8> -> tensor<1x2x3x6xi8>
  return %1 : tensor<1x2x3x6xi8>
}

// CHECK: @space_to_depth: 20 inputs, equal
func.func @space_to_depth(%0: tensor<1x4x6x3xi8>) -> tensor<1x2x2x18xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 2, 0, 1, 0>, columns = array<i64: 3, 0, 1, 0>,
    channels = array<i64: 2, 1, 0, 0, 3, 0, 1, 0, 3, 0, 0, 1>}
    : tensor<1x4x6x3xi8> -> tensor<1x2x2x18xi8>
  return %1 : tensor<1x2x2x18xi8>
}

// Channels are the most significant digit.
// CHECK: @channels_first: 20 inputs, equal
func.func @channels_first(%0: tensor<1x4x4x3xi8>) -> tensor<1x2x2x12xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 2, 0, 1, 0>, columns = array<i64: 2, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1, 2, 0, 1, 0, 2, 1, 0, 0>}
    : tensor<1x4x4x3xi8> -> tensor<1x2x2x12xi8>
  return %1 : tensor<1x2x2x12xi8>
}

// A digit that goes down and to the right.
// CHECK: @diagonal: 20 inputs, equal
func.func @diagonal(%0: tensor<1x5x5x2xi8>) -> tensor<1x4x4x4xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 1, 1, 0, 2, 0, 0, 1>}
    : tensor<1x5x5x2xi8> -> tensor<1x4x4x4xi8>
  return %1 : tensor<1x4x4x4xi8>
}

// CHECK: @depth_to_space: 20 inputs, equal
func.func @depth_to_space(%0: tensor<1x2x3x12xi8>) -> tensor<1x4x9x2xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 6>, columns = array<i64: 1, 0, 3, 2>,
    channels = array<i64: 2, 0, 0, 1>}
    : tensor<1x2x3x12xi8> -> tensor<1x4x9x2xi8>
  return %1 : tensor<1x4x9x2xi8>
}

// Nearest neighbours, five rows of three and columns that begin before the first.
// CHECK: @nearest: 20 inputs, equal
func.func @nearest(%0: tensor<1x3x4x2xi8>) -> tensor<1x5x9x2xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 3, 1, 5, 0>, columns = array<i64: 2, -3, 5, 0>,
    channels = array<i64: 2, 0, 0, 1>, clamp}
    : tensor<1x3x4x2xi8> -> tensor<1x5x9x2xi8>
  return %1 : tensor<1x5x9x2xi8>
}

// Clamped at both ends.
// CHECK: @clamped: 20 inputs, equal
func.func @clamped(%0: tensor<1x3x4x2xi8>) -> tensor<1x7x8x2xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, -2, 1, 0>, columns = array<i64: 1, -2, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>, clamp}
    : tensor<1x3x4x2xi8> -> tensor<1x7x8x2xi8>
  return %1 : tensor<1x7x8x2xi8>
}

// Outside in the middle of digits.
// CHECK: @fill_in_digits: 20 inputs, equal
func.func @fill_in_digits(%0: tensor<1x3x3x2xi8>) -> tensor<1x3x3x8xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, -1, 1, 0>, columns = array<i64: 1, 1, 1, 0>,
    channels = array<i64: 2, 1, 0, 0, 2, 0, 1, 0, 2, 0, 0, 1>, fill = 100 : i32}
    : tensor<1x3x3x2xi8> -> tensor<1x3x3x8xi8>
  return %1 : tensor<1x3x3x8xi8>
}

// A vector for every pixel.
// CHECK: @spread: 20 inputs, equal
func.func @spread(%0: tensor<1x1x1x3xi8>) -> tensor<1x3x2x3xi8> {
  %1 = rtwmc.gather %0 {rows = array<i64: 0, 0, 1, 0>, columns = array<i64: 0, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1>}
    : tensor<1x1x1x3xi8> -> tensor<1x3x2x3xi8>
  return %1 : tensor<1x3x2x3xi8>
}

// CHECK: @elements_i16: 20 inputs, equal
func.func @elements_i16(%0: tensor<1x3x4x4xi8>) -> tensor<1x4x4x5xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.extsi %a : i8 to i16
    %c = arith.muli %b, %b : i16
    rtwmc.yield %c : i16
  } : (tensor<1x3x4x4xi8>) -> tensor<1x3x4x4xi16>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 2>} : tensor<1x3x4x4xi16> -> tensor<1x3x4x4xi16>
  %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>, channels = array<i64: 5, 0, 0, 1>,
    fill = -300 : i32} : tensor<1x3x4x4xi16> -> tensor<1x4x4x5xi16>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i16):
    %c7 = arith.constant 7 : i16
    %b = arith.shrsi %a, %c7 : i16
    %c = arith.trunci %b : i16 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x4x5xi16>) -> tensor<1x4x4x5xi8>
  return %4 : tensor<1x4x4x5xi8>
}

// CHECK: @elements_i32: 20 inputs, equal
func.func @elements_i32(%0: tensor<1x3x4x4xi8>) -> tensor<1x4x4x5xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.extsi %a : i8 to i32
    %c = arith.muli %b, %b : i32
    rtwmc.yield %c : i32
  } : (tensor<1x3x4x4xi8>) -> tensor<1x3x4x4xi32>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 2>} : tensor<1x3x4x4xi32> -> tensor<1x3x4x4xi32>
  %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>, channels = array<i64: 5, 0, 0, 1>,
    fill = -300 : i32} : tensor<1x3x4x4xi32> -> tensor<1x4x4x5xi32>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i32):
    %c7 = arith.constant 7 : i32
    %b = arith.shrsi %a, %c7 : i32
    %c = arith.trunci %b : i32 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x4x5xi32>) -> tensor<1x4x4x5xi8>
  return %4 : tensor<1x4x4x5xi8>
}

// One row of what is gathered is held, and as many of the result as the window reads.
// CHECK: @shuffle_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @shuffle_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x7x5x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 2>}
    : tensor<1x8x6x4xi8> -> tensor<1x8x6x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x6x4xi8> -> tensor<1x7x5x2xi8>
  return %3 : tensor<1x7x5x2xi8>
}

// CHECK: @pad_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @pad_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x9x6x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, -1, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>, fill = 20 : i32}
    : tensor<1x8x6x4xi8> -> tensor<1x10x7x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x10x7x4xi8> -> tensor<1x9x6x2xi8>
  return %3 : tensor<1x9x6x2xi8>
}

// CHECK: @nearest_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @nearest_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x15x11x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x16x12x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x16x12x4xi8> -> tensor<1x15x11x2xi8>
  return %3 : tensor<1x15x11x2xi8>
}

// Rows of the input that are skipped.
// CHECK: @slice_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @slice_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x2x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 2, 1, 1, 0>, columns = array<i64: 1, 1, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x3x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x3x4x4xi8> -> tensor<1x2x3x2xi8>
  return %3 : tensor<1x2x3x2xi8>
}

// Two rows of the input are in one.
// CHECK: @space_to_depth_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 2
// CHECK-NEXT: gather1: dense
func.func @space_to_depth_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x4x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 2, 0, 1, 0>, columns = array<i64: 2, 0, 1, 0>,
    channels = array<i64: 2, 1, 0, 0, 3, 0, 0, 1>, first_channel = 1 : i64}
    : tensor<1x8x6x4xi8> -> tensor<1x4x3x6xi8>
  %3 = rtwmc.conv2d %2 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x4x3x6xi8> -> tensor<1x4x3x2xi8>
  return %3 : tensor<1x4x3x2xi8>
}

// CHECK: @depth_to_space_in_ring: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 3
func.func @depth_to_space_in_ring(%0: tensor<1x8x6x3xi8>) -> tensor<1x16x12x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 2>, columns = array<i64: 1, 0, 2, 1>,
    channels = array<i64: 1, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x16x12x1xi8>
  %3 = rtwmc.conv2d %2 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x16x12x1xi8> -> tensor<1x16x12x2xi8>
  return %3 : tensor<1x16x12x2xi8>
}

// Rows in another order are there only when all are.
// CHECK: @reverse_dense: 20 inputs, equal
// CHECK-NEXT: conv1: dense
// CHECK-NEXT: gather1: ring 2
func.func @reverse_dense(%0: tensor<1x8x6x3xi8>) -> tensor<1x7x5x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: -1, 7, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x8x6x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x6x4xi8> -> tensor<1x7x5x2xi8>
  return %3 : tensor<1x7x5x2xi8>
}

// Rows of padding alone, while a row of the input is not there yet or any more, and others are in its place.
// CHECK: @pad_of_one_column: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 3
func.func @pad_of_one_column(%0: tensor<1x32x1x3xi8>) -> tensor<1x36x1x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x32x1x3xi8> -> tensor<1x32x1x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, -3, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>, fill = 20 : i32} : tensor<1x32x1x4xi8> -> tensor<1x36x1x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x36x1x4xi8> -> tensor<1x36x1x2xi8>
  return %3 : tensor<1x36x1x2xi8>
}

// Each row is read back once, and used twice.
// CHECK: @nearest_of_pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: gather1: packed
func.func @nearest_of_pruned(%0: tensor<1x8x6x3xi8>) -> tensor<1x15x11x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 92, batch = 9, tau_q = 1
    : tensor<1x8x6x4xi8> -> !rtwmc.pruned<1x8x6x4xi8, keep = 100, zero = -9>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x8x6x4xi8, keep = 100, zero = -9> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %u1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 2>}
    : tensor<1x8x6x4xi8> -> tensor<1x16x12x4xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 268, batch = 10, tau_q = 1
    : tensor<1x16x12x4xi8> -> !rtwmc.pruned<1x16x12x4xi8, keep = 500, zero = -9>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x16x12x4xi8, keep = 500, zero = -9> -> tensor<1x16x12x4xi8>
  %3 = rtwmc.conv2d %u2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x16x12x4xi8> -> tensor<1x15x11x2xi8>
  return %3 : tensor<1x15x11x2xi8>
}

// CHECK: @nearest_of_pruned_rows: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
// CHECK-NEXT: gather1: packed-ring
func.func @nearest_of_pruned_rows(%0: tensor<1x8x6x3xi8>) -> tensor<1x15x11x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 11, batch = 9, tau_q = 1
    : tensor<1x8x6x4xi8> -> !rtwmc.pruned<1x8x6x4xi8, keep = 13, zero = -9, unit = row>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x8x6x4xi8, keep = 13, zero = -9, unit = row> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %u1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 2, 0, 0, 1, 2, 0, 0, 2>}
    : tensor<1x8x6x4xi8> -> tensor<1x16x12x4xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 18, batch = 10, tau_q = 1
    : tensor<1x16x12x4xi8> -> !rtwmc.pruned<1x16x12x4xi8, keep = 30, zero = -9, unit = row>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x16x12x4xi8, keep = 30, zero = -9, unit = row> -> tensor<1x16x12x4xi8>
  %3 = rtwmc.conv2d %u2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x16x12x4xi8> -> tensor<1x15x11x2xi8>
  return %3 : tensor<1x15x11x2xi8>
}

// CHECK: @slice_of_pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: gather1: ring 2
func.func @slice_of_pruned(%0: tensor<1x8x6x3xi8>) -> tensor<1x2x5x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 92, batch = 9, tau_q = 1
    : tensor<1x8x6x4xi8> -> !rtwmc.pruned<1x8x6x4xi8, keep = 100, zero = -9>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x8x6x4xi8, keep = 100, zero = -9> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %u1 {rows = array<i64: 2, 1, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x3x6x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x3x6x4xi8> -> tensor<1x2x5x2xi8>
  return %3 : tensor<1x2x5x2xi8>
}

// CHECK: @slice_of_pruned_rows: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
// CHECK-NEXT: gather1: ring 2
func.func @slice_of_pruned_rows(%0: tensor<1x8x6x3xi8>) -> tensor<1x2x5x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 11, batch = 9, tau_q = 1
    : tensor<1x8x6x4xi8> -> !rtwmc.pruned<1x8x6x4xi8, keep = 13, zero = -9, unit = row>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x8x6x4xi8, keep = 13, zero = -9, unit = row> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %u1 {rows = array<i64: 2, 1, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x8x6x4xi8> -> tensor<1x3x6x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x3x6x4xi8> -> tensor<1x2x5x2xi8>
  return %3 : tensor<1x2x5x2xi8>
}

// Rows around a map are pruned like others.
// CHECK: @pruned_pad: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: packed
func.func @pruned_pad(%0: tensor<1x8x6x3xi8>) -> tensor<1x9x6x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, -1, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>, fill = 20 : i32}
    : tensor<1x8x6x4xi8> -> tensor<1x10x7x4xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 80, batch = 10, tau_q = 1
    : tensor<1x10x7x4xi8> -> !rtwmc.pruned<1x10x7x4xi8, keep = 200, zero = -9>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x10x7x4xi8, keep = 200, zero = -9> -> tensor<1x10x7x4xi8>
  %3 = rtwmc.conv2d %u2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x10x7x4xi8> -> tensor<1x9x6x2xi8>
  return %3 : tensor<1x9x6x2xi8>
}

// CHECK: @pruned_pad_rows: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: packed-ring
func.func @pruned_pad_rows(%0: tensor<1x8x6x3xi8>) -> tensor<1x9x6x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x6x3xi8> -> tensor<1x8x6x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, -1, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>, fill = 20 : i32}
    : tensor<1x8x6x4xi8> -> tensor<1x10x7x4xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 8, batch = 10, tau_q = 1
    : tensor<1x10x7x4xi8> -> !rtwmc.pruned<1x10x7x4xi8, keep = 20, zero = -9, unit = row>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x10x7x4xi8, keep = 20, zero = -9, unit = row> -> tensor<1x10x7x4xi8>
  %3 = rtwmc.conv2d %u2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x10x7x4xi8> -> tensor<1x9x6x2xi8>
  return %3 : tensor<1x9x6x2xi8>
}
