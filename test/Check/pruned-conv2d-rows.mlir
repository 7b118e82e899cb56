// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-check=least-memory -o /dev/null | FileCheck %s

// The same where each row is pruned on its own, in a ring.

#w0 = dense<"0x78059280CA703F238B0B7AE553B0E207AD592BAF39510063B0E415B197E63879E38E39FD5C1B36BDADE5BB091FE44277F2C6EB86E0D6882A1C3F414714C07A9BDE584BB161FDAD646442A75A711B51ABE2086779D8898BBF0038E0036728025257780973757BC8417E1C6F25"> : tensor<4x3x3x3xi8>
#b0 = dense<[2, 2400, -1665, 2074]> : tensor<4xi32>
#q0 = #rtwmc.requant<[1203806122, 1440628296, 1145453357, 1227008323], [39, 39, 39, 39], double, zero_point = -128, range = [-128, 127]>
#w1 = dense<"0x79D01483669DDD8FB93D397E9FE2CF0987587BA670F6B33D39CAFC22C993B1B597746CA38FC1AAD207677F8AC6E0617561640D74A0153A123891AA0D0F0C725C633E90ABFFFA90D82C3D909AEB5D2FA7D0BA4CC56D7DA6C1A5338FDFCCDE10CD46F2F1C056D322FB8245E026"> : tensor<3x3x3x4xi8>
#b1 = dense<[121, 1311, 612]> : tensor<3xi32>
#q1 = #rtwmc.requant<[2123848648, 1604058639, 1200661234], [40, 39, 39], double, zero_point = -20, range = [-128, 127]>
#w2 = dense<"0xF73E0BDECCD4C444A69F8694719EBAB33C909EF350F316AF71A79ED660BDB9DB998F59120263F6E7ED0E860229AF90393BBBF38E382E5F9A30C78F852CA278816D07AC0BF5C3C056DDFC445B750A01C61990E265B5DAB781D2BDCD49727870EE46CF6A852C550023C4123D39"> : tensor<4x3x3x3xi8>
#b2 = dense<[-1171, -2957, -503, -1553]> : tensor<4xi32>
#q2 = #rtwmc.requant<[1795156634, 1460941834, 1612990022, 1778237967], [40, 39, 39, 39], double, zero_point = 3, range = [-128, 127]>
#w3 = dense<"0xADE34252C0CB99793A28470BA205C395B8CFBAACACBFEE332DD1FDD9DEF3C0756AB8C569E43ECA2A06A20C809F8F7569"> : tensor<3x2x2x4xi8>
#b3 = dense<[-395, -2498, -2908]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1131865426, 1191544640, 1159746287], [38, 39, 38], double, zero_point = -3, range = [-128, 127]>
#w4 = dense<"0xB43FC8CB3D704F89CDB5643F86C17507A474BD4CE5D76029"> : tensor<3x2x2x2xi8>
#b4 = dense<[-909, 1438, -167]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1267495435, 1592631908, 1179471805], [38, 38, 38], double, zero_point = -2, range = [-128, 127]>
#w5 = dense<"0x97FF817D02D7922487EB1BE1CE0E9D0B1A3FEFD781AE36DE33DD74F1734437BEAC5C9BE86009F09C77010838195A3DB054D30E9F229DA8B99F605CAEDA063480A0081E31464EA7BA107D64031EFB879A42CEF01686B606C5BC8F4C037AECA30DD9C5CEB28CEF275673796725"> : tensor<4x3x3x3xi8>
#b5 = dense<[2035, 719, -1420, -1548]> : tensor<4xi32>
#q5 = #rtwmc.requant<[1858689690, 1509720590, 1913571353, 2087947686], [40, 39, 40, 40], double, zero_point = 14, range = [-128, 127]>
#w6 = dense<"0x6E0CE2F38D50"> : tensor<3x1x1x2xi8>
#b6 = dense<[-1001, 248, 1726]> : tensor<3xi32>
#q6 = #rtwmc.requant<[1625393846, 1556510212, 2094562065], [37, 38, 38], double, zero_point = -13, range = [-128, 127]>
#w7 = dense<"0x7F015F401B383E9D52DC1C1471FBB56BD23B5B6F27A4685D7886B7A1765E9E8D3339D2DB"> : tensor<3x2x2x3xi8>
#b7 = dense<[932, 1353, -2422]> : tensor<3xi32>
#q7 = #rtwmc.requant<[2135317050, 1397061781, 1759875160], [39, 39, 39], double, zero_point = 5, range = [-128, 127]>
#w8 = dense<"0x000745388130"> : tensor<3x1x1x2xi8>
#b8 = dense<[425, -544, -1567]> : tensor<3xi32>
#q8 = #rtwmc.requant<[1557976053, 1083377826, 1520850061], [37, 37, 38], double, zero_point = 11, range = [-128, 127]>
#w9 = dense<"0xE883968F73B454772770E7E93FC9B8EC99F20955F036733DCC3D0FE19CE6E64D97598CA7"> : tensor<2x3x2x3xi8>
#b9 = dense<[2997, -2332]> : tensor<2xi32>
#q9 = #rtwmc.requant<[1856619149, 1847042111], [39, 39], double, zero_point = -13, range = [-128, 127]>
#w10 = dense<"0xB276"> : tensor<2x1x1x1xi8>
#b10 = dense<[-296, 2479]> : tensor<2xi32>
#q10 = #rtwmc.requant<[1651687677, 2093911283], [37, 37], double, zero_point = -9, range = [-128, 127]>
#w11 = dense<"0x84F027ED17CC838E15B54FEEEA537FAD5DD7C6E61057194D9060EEE418F75C3998213937"> : tensor<2x3x3x2xi8>
#b11 = dense<[327, 533]> : tensor<2xi32>
#q11 = #rtwmc.requant<[1670405037, 2061626541], [39, 39], double, zero_point = 2, range = [-128, 127]>
#w12 = dense<"0x03E56ED883CC"> : tensor<3x1x1x2xi8>
#b12 = dense<[-2465, -1168, 1379]> : tensor<3xi32>
#q12 = #rtwmc.requant<[1190680682, 1514141545, 1895382069], [37, 38, 38], double, zero_point = -4, range = [-128, 127]>
#w13 = dense<"0x1C9D947A47BF3325C614810AC20924AC33BD80FC1CEAEBA3"> : tensor<2x2x2x3xi8>
#b13 = dense<[528, -2779]> : tensor<2xi32>
#q13 = #rtwmc.requant<[1769971905, 1712312175], [39, 39], double, zero_point = 19, range = [-128, 127]>
#w14 = dense<"0x50439B9EDFF8FF15D603DA373412F2D1A4C0679CBAA994373E644F0DFA5558276443FE99AF5948B6662AD8B3A5B2E0E97EFC8237DF969149831062BCE676D181877234FDCA624154"> : tensor<4x3x3x2xi8>
#b14 = dense<[1577, -1060, -316, 2746]> : tensor<4xi32>
#q14 = #rtwmc.requant<[1808361806, 1975346252, 1141322892, 2021750572], [39, 39, 39, 39], double, zero_point = -128, range = [-128, 127]>
#w15 = dense<"0x4C6D98EE170BB603F3283B1C0C4D5D216532E6BB5409A9F73295A7BAD0872E89"> : tensor<2x2x2x4xi8>
#b15 = dense<[463, -2645]> : tensor<2xi32>
#q15 = #rtwmc.requant<[1315576210, 1193127958], [39, 38], double, zero_point = -12, range = [-128, 127]>
#w16 = dense<"0xD7ECF1B5EE85254BA48C39D065CB5E0E9A441970801915CB80EC18B8C1813E36BAE6315025B8E201BD6A5BBC2939FB865405BED88B90878622A6619BCE0C0D18FEF0FF290BD09AAD"> : tensor<4x3x3x2xi8>
#b16 = dense<[-1023, 821, -2046, 1262]> : tensor<4xi32>
#q16 = #rtwmc.requant<[1681023082, 1094822876, 1484526862, 1161381565], [39, 38, 39, 39], double, zero_point = 5, range = [-128, 127]>
#w17 = dense<"0xA5CB0CFD95F0228C43322BDA68ECBA21D4C8E2CFAADB76FD5286626890BD2B8420716FFFA2564B8870C9886E9C80BCAEA3D5EEE7E37CFFAEB037BEB7708B2AF8DEB87403F527B3ED5D942CA9BEBD33BFB441A04DC31566D18DF785DBB9C61B5F50AB31A60FFB0C593EEE250C3EBC4417D300518AD9295710865912EE10E6F375808F58DD64F9593A783DE5EA8DB9CB6AECC77C3C0DF671CEFCABE596144F1FE8DD1BB17E09EE7DF397F7AD995A590D04F2E9B66D"> : tensor<5x3x3x4xi8>
#b17 = dense<[639, -1079, 858, 1216, 699]> : tensor<5xi32>
#q17 = #rtwmc.requant<[1486834311, 1250294107, 1206751701, 2045145285, 1752780895], [40, 39, 39, 40, 40], double, zero_point = 15, range = [-128, 127]>
#w18 = dense<"0xE776D2111A1ED76AFF01972A622D3EC5F7107BBDADA4A1473776ABD1109AFA85569B83621422960F"> : tensor<2x2x2x5xi8>
#b18 = dense<[2878, 215]> : tensor<2xi32>
#q18 = #rtwmc.requant<[1624043053, 1165789210], [39, 39], double, zero_point = -20, range = [-128, 127]>

// CHECK: @relu: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @relu(%0: tensor<1x6x6x3xi8>) -> tensor<1x2x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -87 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 8, batch = 8, tau_q = 1
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 8, zero = -128, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x4x4x4xi8, keep = 8, zero = -128, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x4x4x4xi8> -> tensor<1x2x2x3xi8>
  return %3 : tensor<1x2x2x3xi8>
}

// CHECK: @paper: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @paper(%0: tensor<1x6x6x3xi8>) -> tensor<1x4x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -59 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 10, batch = 7, tau_q = 20, policy = paper
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 6, zero = 3, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x4x4x4xi8, keep = 6, zero = 3, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x4x4x4xi8> -> tensor<1x4x4x3xi8>
  return %3 : tensor<1x4x4x3xi8>
}

// No threshold.
// CHECK: @strides: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @strides(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 44 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x8x8x2xi8> -> tensor<1x7x7x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 9, batch = 32, tau_q = 0
    : tensor<1x7x7x3xi8> -> !rtwmc.pruned<1x7x7x3xi8, keep = 12, zero = -2, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x7x7x3xi8, keep = 12, zero = -2, unit = row> -> tensor<1x7x7x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w5, bias = #b5, stride = array<i64: 2, 3>, pad = array<i64: 1, 0, 2, 0>,
    dilation = array<i64: 1, 1>, input_zp = -2 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x7x7x3xi8> -> tensor<1x3x3x4xi8>
  return %3 : tensor<1x3x3x4xi8>
}

// CHECK: @crop: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @crop(%0: tensor<1x7x6x2xi8>) -> tensor<1x3x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 52 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x7x6x2xi8> -> tensor<1x7x6x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 7, batch = 9, tau_q = 1
    : tensor<1x7x6x3xi8> -> !rtwmc.pruned<1x7x6x3xi8, keep = 11, zero = -13, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x7x6x3xi8, keep = 11, zero = -13, unit = row> -> tensor<1x7x6x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: -2, -1, -1, 0>,
    dilation = array<i64: 1, 1>, input_zp = -13 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x7x6x3xi8> -> tensor<1x3x4x3xi8>
  return %3 : tensor<1x3x4x3xi8>
}

// CHECK: @dilation: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @dilation(%0: tensor<1x9x5x2xi8>) -> tensor<1x5x4x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x9x5x2xi8> -> tensor<1x9x5x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 8, batch = 10, tau_q = 1
    : tensor<1x9x5x3xi8> -> !rtwmc.pruned<1x9x5x3xi8, keep = 7, zero = 11, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x9x5x3xi8, keep = 7, zero = 11, unit = row> -> tensor<1x9x5x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 0>,
    dilation = array<i64: 3, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x9x5x3xi8> -> tensor<1x5x4x2xi8>
  return %3 : tensor<1x5x4x2xi8>
}

// One of 32 elements is kept, and batches do not come out even.
// The threshold drops more than there must be.
// CHECK: @threshold: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @threshold(%0: tensor<1x5x5x2xi8>) -> tensor<1x4x4x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -50 : i32, weight_zp = 0 : i32, requant = #q12}
    : tensor<1x5x5x2xi8> -> tensor<1x5x5x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 0, batch = 10, tau_q = 60
    : tensor<1x5x5x3xi8> -> !rtwmc.pruned<1x5x5x3xi8, keep = 15, zero = -4, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x5x5x3xi8, keep = 15, zero = -4, unit = row> -> tensor<1x5x5x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -4 : i32, weight_zp = 0 : i32, requant = #q13}
    : tensor<1x5x5x3xi8> -> tensor<1x4x4x2xi8>
  return %3 : tensor<1x4x4x2xi8>
}

// CHECK: @pooled: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @pooled(%0: tensor<1x8x8x2xi8>) -> tensor<1x2x2x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -25 : i32, weight_zp = 0 : i32, requant = #q14,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x8x8x2xi8> -> tensor<1x3x3x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 5, batch = 4, tau_q = 1
    : tensor<1x3x3x4xi8> -> !rtwmc.pruned<1x3x3x4xi8, keep = 7, zero = -128, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x3x3x4xi8, keep = 7, zero = -128, unit = row> -> tensor<1x3x3x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x3x3x4xi8> -> tensor<1x2x2x2xi8>
  return %3 : tensor<1x2x2x2xi8>
}

// A kernel that reads one pruned map and writes another, in the other order.
// CHECK: @twice: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
// CHECK-NEXT: conv2: packed
func.func @twice(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 12 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x8x8x2xi8> -> tensor<1x6x6x4xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 12, batch = 16, tau_q = 1
    : tensor<1x6x6x4xi8> -> !rtwmc.pruned<1x6x6x4xi8, keep = 12, zero = 5, unit = row>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x6x4xi8, keep = 12, zero = 5, unit = row> -> tensor<1x6x6x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32, requant = #q17}
    : tensor<1x6x6x4xi8> -> tensor<1x4x4x5xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 33, batch = 6, tau_q = 1
    : tensor<1x4x4x5xi8> -> !rtwmc.pruned<1x4x4x5xi8, keep = 47, zero = 15, order = nchw>
  %4 = rtwmc.unprune %p3 : !rtwmc.pruned<1x4x4x5xi8, keep = 47, zero = 15, order = nchw> -> tensor<1x4x4x5xi8>
  %5 = rtwmc.conv2d %4 {weight = #w18, bias = #b18, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 15 : i32, weight_zp = 0 : i32, requant = #q18}
    : tensor<1x4x4x5xi8> -> tensor<1x3x3x2xi8>
  return %5 : tensor<1x3x3x2xi8>
}
