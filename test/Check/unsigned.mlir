// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Unsigned inputs, which convolutions read as they are, and unsigned outputs.

// Padding is the zero point, which is no signed byte.
// CHECK: @padding: 20 inputs, equal
func.func @padding(%0: tensor<1x5x6x3xi8>) -> tensor<1x5x6x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x82B70EEE7F1A5039BEF07EC2347F066ED08F5DC7512447E3404300026B6E545594A065685D64C4980BB8D4544A8721A99A01AD219EB59CF6A15EF6F15A1D830BB7CE09D6BBC004E7175C643C7DECB0B580EC37BC9712DD2E6AAEB94BAE8D2F9FA29C5A284C9EF7521829CF1079B080E9D74A1C10FCAB6A4243D33656DEBE4C1ED79648E856E8F9"> : tensor<5x3x3x3xi8>, bias = dense<[2642, 2976, -398, 924, -756]> : tensor<5xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>,
    input_zp = 255 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[1386224977, 1578487269, 1507307406, 2042107133, 1231051838], [38, 39, 38, 39, 39], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x5x6x3xi8> -> tensor<1x5x6x5xi8>
  return %1 : tensor<1x5x6x5xi8>
}

// Windows side by side, rows of many elements.
// CHECK: @strides: 20 inputs, equal
func.func @strides(%0: tensor<1x6x8x4xi8>) -> tensor<1x3x4x6xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x5C2DFB8BB820B6119CBA8FF88796AE5B05F280A68CED93B6B28CB0D1B358E6BAAB485565B9F49028D557D79A8A0E6451E15C705C15F173541B4438A25CF76312D4EEB3C2246879BF00B3CF8ED13ABF129A3097AD96B442D6D1BDEF4850C3F465442EB300C337A648A6C0DBDD73FC95F5C2C451859AFE80D40AA39DFB9249F40C3EE37D961445C806F58C7CF2127DFA894F9296FCF33C08409990AC970DEDB3B843120181E9376107DBDAF6C5F3C86497EE219B01DD92F19F4954F4FEA94ED918"> : tensor<6x2x4x4xi8>, bias = dense<[-2440, -1116, -812, -2303, -2485, 2436]> : tensor<6xi32>,
    stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 1, 1>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[2085385034, 1101179516, 1431353255, 1849626147, 1534738032, 2124597906], [38, 39, 39, 38, 38, 38], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x6x8x4xi8> -> tensor<1x3x4x6xi8>
  return %1 : tensor<1x3x4x6xi8>
}

// Windows that are gathered.
// CHECK: @dilated: 20 inputs, equal
func.func @dilated(%0: tensor<1x6x7x2xi8>) -> tensor<1x5x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x70384495E04C5D5ED352226D1637C2248F1D3CCC4405DD2E"> : tensor<3x2x2x2xi8>, bias = dense<[-424, 2615, 1916]> : tensor<3xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 0>, dilation = array<i64: 2, 3>,
    input_zp = 140 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[1599278074, 1599424095, 1453205294], [39, 38, 38], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x6x7x2xi8> -> tensor<1x5x4x3xi8>
  return %1 : tensor<1x5x4x3xi8>
}

// Weights of more than 8 bits.
// CHECK: @wide: 20 inputs, equal
func.func @wide(%0: tensor<1x4x5x5xi8>) -> tensor<1x3x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0x964D947086207882914478BEE8C75B4309AE2B122E3FE87AC7ECF5A5370FC41B4DDB723B2AFB6C47C0B57894AAB2C5C145B797DDB9126E5CCA203112"> : tensor<3x2x2x5xi8>, bias = dense<[-2729, -1474, -1342]> : tensor<3xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 140 : i32, weight_zp = -7 : i32, input_unsigned,
    requant = #rtwmc.requant<[1283763968, 1116104286, 1599906611], [39, 39, 38], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x4x5x5xi8> -> tensor<1x3x4x3xi8>
  return %1 : tensor<1x3x4x3xi8>
}

// A fully connected layer.
// CHECK: @pixel: 20 inputs, equal
func.func @pixel(%0: tensor<1x1x1x23xi8>) -> tensor<1x1x1x9xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0xDAF099DBA5EEEC33624F5124BFC5F04D82388E52927810F610B0BCA11E0BE9F14F3CA695E87A5311660C7628CDBA9F5EEFB99022EF537B596A16DC8A03EC1FE7D2561711B3302479FB2FF11B7C19FECB1E1882D0E49C1A13635BCE60772BA0372C52266D08E1B7F9D8C043069DE5723B479FF72C86CEA0434229F17D2BDB7D8D1FFC7F186692BF3224D7A0C20092430EE2490918DA8936C342A4219C564686FEA59211200E0E3E1942B6DF840876DB40B967A9B706535330895749E4DEDB3CAAA2E474ECDE57E21852F2FB003540D6"> : tensor<9x1x1x23xi8>, bias = dense<[2615, -2572, -1300, -2992, -2731, 1726, -1069, 948, 2775]> : tensor<9xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 140 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[2020555761, 1454154356, 1495419405, 1572162032, 1305261815, 1289914856, 1371216331, 1956042971, 1289731884], [39, 39, 38, 39, 39, 38, 38, 39, 39], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x1x1x23xi8> -> tensor<1x1x1x9xi8>
  return %1 : tensor<1x1x1x9xi8>
}

// Two filters a channel.
// CHECK: @depthwise: 20 inputs, equal
func.func @depthwise(%0: tensor<1x5x6x3xi8>) -> tensor<1x5x6x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<"0xB249497AFAC3133056CB329066A5F4F02E65C005355EC70BA20D9FC4F3CCE61F4BD5B90A699192270D2CB6D39D078C7824132D99B36A"> : tensor<3x3x3x2xi8>, bias = dense<[957, 1232, -2247, -2009, -1042, -199]> : tensor<6xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>,
    input_zp = 140 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[2120280157, 1917360450, 1657812536, 1528558362, 1496162309, 2114269709], [38, 39, 39, 38, 38, 39], double, zero_point = 5, range = [-128, 127]>}
    : tensor<1x5x6x3xi8> -> tensor<1x5x6x6xi8>
  return %1 : tensor<1x5x6x6xi8>
}

// Unsigned in and out.
// CHECK: @both: 20 inputs, equal
func.func @both(%0: tensor<1x4x4x3xi8>) -> tensor<1x4x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0xC5A537BF7F336C969C892755"> : tensor<4x1x1x3xi8>, bias = dense<[-2372, 2183, 383, -1481]> : tensor<4xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 140 : i32, weight_zp = 0 : i32, input_unsigned,
    requant = #rtwmc.requant<[1314956560, 1777980040, 1141053418, 1685689298], [39, 39, 38, 39], double, zero_point = 133, range = [0, 255]>}
    : tensor<1x4x4x3xi8> -> tensor<1x4x4x4xi8>
  return %1 : tensor<1x4x4x4xi8>
}

// Unsigned out, from the zero point on.
// CHECK: @relu: 20 inputs, equal
func.func @relu(%0: tensor<1x4x4x3xi8>) -> tensor<1x4x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<"0xF77D9AD68F2BA95FD70F4C3B"> : tensor<4x1x1x3xi8>, bias = dense<[-578, 1608, 1546, 1943]> : tensor<4xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = -3 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1678662601, 1271179025, 1539562254, 1278056790], [39, 38, 39, 38], double, zero_point = 128, range = [128, 250]>}
    : tensor<1x4x4x3xi8> -> tensor<1x4x4x4xi8>
  return %1 : tensor<1x4x4x4xi8>
}

// Elements of more bits: rescaled by a layer of their own.
// CHECK: @wider: 20 inputs, equal
func.func @wider(%0: tensor<1x4x5x3xi16>) -> tensor<1x4x5x3xi32> {
  %m = "tosa.const"() {values = dense<1518500250> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<37> : tensor<1xi8>} : () -> tensor<1xi8>
  %t = "tosa.const"() {values = dense<25> : tensor<1xi8>} : () -> tensor<1xi8>
  %z8 = "tosa.const"() {values = dense<-9> : tensor<1xi8>} : () -> tensor<1xi8>
  %z16 = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %z32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %1 = tosa.rescale %0, %m, %s, %z16, %z8 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x5x3xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x4x5x3xi8>
  %2 = tosa.max_pool2d %1 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : (tensor<1x4x5x3xi8>) -> tensor<1x4x5x3xi8>
  %3 = tosa.rescale %2, %m, %t, %z8, %z32 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x5x3xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x5x3xi32>
  return %3 : tensor<1x4x5x3xi32>
}
