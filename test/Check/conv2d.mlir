// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Convolutions on the input as a whole: what a kernel does with its window.

#w0 = dense<"0xA002BC7D667142EBB0798E475D816408F5B4228F8B8D8443EE588EF1607DF730F6F06B148B55B3DF17BD2A58E11B117F499175FC4E54D83B3FAC60B7D3493D7A8F70961D49D7D6F486E6F64F30346B098244C2E95A9C763AE6537836543180296A8EF5DADCAE0290A4AA8867870FFF09B8DE3014A3D5D102D60B1668247E72BA8C1F452F57E004"> : tensor<5x3x3x3xi8>
#b0 = dense<[-2110, -924, 2981, 1178, -1288]> : tensor<5xi32>
#q0 = #rtwmc.requant<[1261828116, 1829288618, 2093220203, 1226000261, 1696657841], [39, 39, 40, 39, 40], double, zero_point = 18, range = [-128, 127]>
#w1 = dense<"0x645AF066F28F4A245A9E18C0EC981CA4A71E18D15501C28493EF6BD79341E631B2E95DE37CB547177F88264D1089D0E6"> : tensor<4x3x2x2xi8>
#b1 = dense<[-316, 1614, -1893, -223]> : tensor<4xi32>
#q1 = #rtwmc.requant<[1550596666, 1136359607, 1264098187, 1338032977], [39, 38, 38, 38], single, zero_point = 7, range = [-128, 127]>
#w2 = dense<"0x78F8A194ABC4D6D5ED092A023C2D2EBA15F87AC5B5249450A542CB"> : tensor<3x3x3x1xi8>
#b2 = dense<[-1976, -208, -2061]> : tensor<3xi32>
#q2 = #rtwmc.requant<[1233504196, 1539586235, 1544027700], [38, 38, 39], double, zero_point = 19, range = [-128, 127]>
#w3 = dense<"0xA9083A17BA6A0DB797178687AE53BA94E0FA57D2BB66D5FB"> : tensor<2x2x2x3xi8>
#b3 = dense<[-1698, -2158]> : tensor<2xi32>
#q3 = #rtwmc.requant<[1321269623, 1809206097], [38, 39], double, zero_point = 7, range = [-128, 127]>
#w4 = dense<"0x017421B3EA22948D8517236648204CA0A02269B900EE703604DDEA1DE5FE38A90FAD65AE2DF4471D9527DF221BFD2BB3"> : tensor<4x2x3x2xi8>
#b4 = dense<[1458, 2008, 1743, 1882]> : tensor<4xi32>
#q4 = #rtwmc.requant<[1600782855, 1249093731, 1598687806, 1330400066], [39, 39, 39, 39], double, zero_point = -15, range = [-128, 127]>
#w5 = dense<"0xA68B8514377C70CEB327A7D8DBCCC8231CB616C0E9C89021E9DB195DD098FE01A0645C006068854A2DD704788C55899F35C6C0C6040D4B4DD8ADF77883DA22"> : tensor<9x1x1x7xi8>
#b5 = dense<[1103, 2315, 590, 2623, 2235, 2991, -1151, -1048, -437]> : tensor<9xi32>
#q5 = #rtwmc.requant<[1500644648, 1776845814, 1527176429, 1142064265, 1423126652, 1542928052, 1466280509, 1793047640, 2043402180], [38, 38, 38, 38, 38, 38, 38, 38, 39], double, zero_point = 11, range = [-128, 127]>
#w6 = dense<"0x3CD1E81F18193ED46DABBF41DACF005AEF9A7D493244D494AE02B308AAC7A963FB435D4BD42660C079ECBD5C51BC170EFF4182E1608A8FFC05E9D811CBE60B1F0064D6367B57BEEA44E811B78CBC8617C5A63F1F5F362580BF62"> : tensor<6x3x5x1xi8>
#b6 = dense<[2881, 682, -132, -504, 1417, 271]> : tensor<6xi32>
#q6 = #rtwmc.requant<[1092420630], [38], double, zero_point = 1, range = [-128, 127]>
#w7 = dense<"0xB94143E8810EE56C511CD766E53881475A4F2CA27CFE148A50CF4B0ADBA5853207521BCD6C0478D66F970AB258A335A2628AD4D2AF4D0D1BEAEAF92A09A3A63C6F99D6180A36F6484CD8770428F104FD8F"> : tensor<3x3x3x3xi8>
#b7 = dense<[2099, 298, -407]> : tensor<3xi32>
#q7 = #rtwmc.requant<[1785020887, 2141322515, 1092221471], [39, 40, 39], double, zero_point = 7, range = [-128, 127]>
#w8 = dense<"0xD463CB066BD3C6C661381E4DFBBBE91CA2B6F44B247CB3DF979C8BEE917D622F0CBCD8B0F14CF77D6641D6F6F8116C47EC6704297EB8EDA897878275234413E4"> : tensor<4x2x2x4xi8>
#b8 = dense<[276, -1689, 2292, -1753]> : tensor<4xi32>
#q8 = #rtwmc.requant<[2129891046, 1095412217, 1579008829, 1120903029], [39, 39, 39, 38], double, zero_point = -128, range = [-128, 127]>
#w9 = dense<"0x4202C2A86C1B87929FC2950CBC5DAEE18E7FC20EE26547280905FCFD9ED9335B9F3453E659A308A500DAB1CD9EE85B96"> : tensor<4x2x2x3xi8>
#b9 = dense<[-2568, 2219, -2253, 1201]> : tensor<4xi32>
#q9 = #rtwmc.requant<[7634], [21], double, zero_point = 10, range = [-100, 99]>
#w10 = dense<"0x94C09062C14A648C0AAE0026AB1A91449D0520C20542BB1B"> : tensor<3x2x2x2xi8>
#b10 = dense<[-2230, 480, -990]> : tensor<3xi32>

// CHECK: @padding: 20 inputs, equal
func.func @padding(%0: tensor<1x5x6x3xi8>) -> tensor<1x5x6x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -60 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x5x6x3xi8> -> tensor<1x5x6x5xi8>
  return %1 : tensor<1x5x6x5xi8>
}

// Strides that leave a row and a column over; more padding on one side.
// CHECK: @strides: 20 inputs, equal
func.func @strides(%0: tensor<1x7x8x2xi8>) -> tensor<1x3x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 2, 3>, pad = array<i64: 0, 1, 2, 1>,
    dilation = array<i64: 1, 1>, input_zp = -46 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x7x8x2xi8> -> tensor<1x3x4x4xi8>
  return %1 : tensor<1x3x4x4xi8>
}

// CHECK: @dilation: 20 inputs, equal
func.func @dilation(%0: tensor<1x7x9x1xi8>) -> tensor<1x6x7x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 1, 2, 3, 1>,
    dilation = array<i64: 2, 3>, input_zp = 48 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x7x9x1xi8> -> tensor<1x6x7x3xi8>
  return %1 : tensor<1x6x7x3xi8>
}

// CHECK: @crop: 20 inputs, equal
func.func @crop(%0: tensor<1x7x7x3xi8>) -> tensor<1x3x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: -1, -2, -2, -1>,
    dilation = array<i64: 1, 1>, input_zp = -14 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x7x7x3xi8> -> tensor<1x3x3x2xi8>
  return %1 : tensor<1x3x3x2xi8>
}

// CHECK: @crop_and_pad: 20 inputs, equal
func.func @crop_and_pad(%0: tensor<1x5x5x2xi8>) -> tensor<1x2x2x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 2, 1>, pad = array<i64: -1, 1, 1, -2>,
    dilation = array<i64: 1, 1>, input_zp = 22 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x5x5x2xi8> -> tensor<1x2x2x4xi8>
  return %1 : tensor<1x2x2x4xi8>
}

// Neither inputs nor outputs are a multiple of what a kernel computes at a time.
// CHECK: @odd_channels: 20 inputs, equal
func.func @odd_channels(%0: tensor<1x3x3x7xi8>) -> tensor<1x3x3x9xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -92 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x3x3x7xi8> -> tensor<1x3x3x9xi8>
  return %1 : tensor<1x3x3x9xi8>
}

// A fully connected layer is a convolution of one window.
// CHECK: @one_window: 20 inputs, equal
func.func @one_window(%0: tensor<1x3x5x1xi8>) -> tensor<1x1x1x6xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -92 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x3x5x1xi8> -> tensor<1x1x1x6xi8>
  return %1 : tensor<1x1x1x6xi8>
}

// CHECK: @weight_zp: 20 inputs, equal
func.func @weight_zp(%0: tensor<1x4x4x3xi8>) -> tensor<1x3x3x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = 124 : i32, weight_zp = -7 : i32, requant = #q7}
    : tensor<1x4x4x3xi8> -> tensor<1x3x3x3xi8>
  return %1 : tensor<1x3x3x3xi8>
}

// Clamped at the zero point, where the first rounding is simpler.
// CHECK: @relu: 20 inputs, equal
func.func @relu(%0: tensor<1x4x4x4xi8>) -> tensor<1x3x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -91 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x4x4x4xi8> -> tensor<1x3x3x4xi8>
  return %1 : tensor<1x3x3x4xi8>
}

// Shifts below 33, one for all channels, and a range of its own.
// CHECK: @small_shifts: 20 inputs, equal
func.func @small_shifts(%0: tensor<1x3x4x3xi8>) -> tensor<1x2x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -99 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x3x4x3xi8> -> tensor<1x2x3x4xi8>
  return %1 : tensor<1x2x3x4xi8>
}

// The accumulator itself is the result of the layer.
// CHECK: @accumulators: 20 inputs, equal
func.func @accumulators(%0: tensor<1x3x3x2xi8>) -> tensor<1x2x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 32 : i32, weight_zp = 0 : i32}
    : tensor<1x3x3x2xi8> -> tensor<1x2x2x3xi32>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i32):
    %min = arith.constant -128 : i32
    %max = arith.constant 127 : i32
    %b = rtwmc.apply_scale %a {multiplier = 1073741824 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.maxsi %b, %min : i32
    %d = arith.minsi %c, %max : i32
    %e = arith.trunci %d : i32 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x2x2x3xi32>) -> tensor<1x2x2x3xi8>
  return %2 : tensor<1x2x2x3xi8>
}
