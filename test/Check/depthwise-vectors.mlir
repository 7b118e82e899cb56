// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check=kernel=mve -o /dev/null | FileCheck %s

// A lane is a channel of a depthwise convolution, or of several columns.

#w15 = dense<"0x73AF26D70DC9945426E2A7A061A0D5B15BFEB881D7D3CD9C83F5E2C62331308FD5335598814B8FE8BE1359C8CBDB2C690415217242E0B1955B28875AF2C1F09A8B39F92925E71A2A7894FBEF684EB380B951AFEF43E28A177D9A36211C7DA676E00F78F9C7BD7013B4845BB9C3689C06F2F0195DB33C493FE7366D3CC39BD5D3586B9A1E4222DC6943F73AEA0E89BFE7FD99C222C76610FD8D4DD34139B8E406787B1389FF9AC4D934DE6A8EA965EC79A7D9883C85A597C70313F3E944"> : tensor<3x3x21x1xi8>
#b15 = dense<[136, 842, -1858, -443, -110, -2859, 1962, -2125, -2524, -1031, 29, -2434, -102, 2022, -135, -1665, -2281, -1128, 1678, 1364, -558]> : tensor<21xi32>
#q15 = #rtwmc.requant<[1922465912, 1776725274, 1405287293, 1670089956, 2041935698, 1779563970, 1752221107, 1601494705, 1814022122, 1853522809, 1690446752, 1802768047, 1301000520, 1582552176, 1678701341, 1374314374, 2086200565, 1986506429, 1089873043, 1757131649, 1428379656], [37, 37, 37, 38, 38, 36, 36, 38, 38, 36, 36, 36, 36, 38, 38, 36, 38, 37, 38, 38, 37], double, zero_point = 5, range = [-128, 127]>
#w16 = dense<"0x81FBEEAD9A33992450DA02DE913DAFF76D84DCACDE19BAF9EA088AE3862786BA0DC43098A28B9593109BF615771C5E7886B83D8CA77024832B7324F5D132CFD924860AC1045C36A44C37CE4B6BDC0F6D60A6F806CA051F310187653C433B7D3FC0ACD14EB264BAA2F55BE413E43E553AAF1E814442A055F0F2EC6F674D44C3CD9BDC95D8C3882A136DD208D9C21C15E7"> : tensor<3x3x16x1xi8>
#b16 = dense<[-2222, 2625, -2530, -67, -231, -988, -1747, 2002, -7, -85, -2868, 2537, -1931, 2563, 1176, 2895]> : tensor<16xi32>
#q16 = #rtwmc.requant<[1795474631, 2140472749, 1181632387, 1345460030, 1565559649, 1899689658, 1483293532, 1441680267, 1958242206, 1627595167, 1915587862, 1372759112, 2115717056, 1515763762, 1862227337, 2055319554], [37, 36, 37, 37, 38, 37, 37, 38, 38, 37, 37, 38, 36, 38, 37, 36], single, zero_point = -128, range = [-128, 127]>
#w17 = dense<"0xFD2E9DF2D01642DBD06B10A5F7A73D05D154EC3406A5B3B9934FD70E3B4DE3525A4A4F0ACE73213DF1EF"> : tensor<2x3x7x1xi8>
#b17 = dense<[-988, 1761, -811, -2495, -2807, -56, 676]> : tensor<7xi32>
#q17 = #rtwmc.requant<[1964818238, 1979435974, 1383988410, 1477958557, 1276094839, 1122505911, 1265460915], [37, 37, 36, 37, 37, 37, 36], double, zero_point = 5, range = [-20, 127]>
#w18 = dense<"0x000081807F81007F018000007F807F817F007F80807F007F807F808181817F017F00810180810101817F007F7F800000817F017F7F818100007F00010100007F0100000100807F017F7F017F010101017F81008101017F80000180807F7F7F7F7F80807F7F7F017F7F8081818000017F817F7F007F7F7F808100818100018101800100807F01807F800081808100807F"> : tensor<3x3x16x1xi8>
#b18 = dense<[1249, 144, -1547, 114, -542, -1935, -1108, 2039, 14, 2822, -1250, -909, 1143, -1207, -2508, -2689]> : tensor<16xi32>
#q18 = #rtwmc.requant<[1146068928, 1165186840, 1226722102, 1211226981, 1186170223, 1262539526, 1399997790, 1391726594, 1836710557, 1235092823, 1275168292, 1987077225, 1569679864, 1459762729, 1347791469, 1588563167], [38, 38, 38, 38, 39, 39, 39, 39, 39, 38, 39, 38, 38, 38, 38, 39], double, zero_point = 5, range = [-128, 127]>
#w19 = dense<"0x2DDF0A9F44708B612588AAC3ADB6F66A67BA554C7DF34ED33ACA59B865E4F81086D936EE4E0C5A13499895A18DC5434ECC8F825932BD23CFD16509B1B6356F0F5B0214604236230E"> : tensor<3x3x8x1xi8>
#b19 = dense<[2586, 549, 2232, -2812, -2511, -2477, 149, 1308]> : tensor<8xi32>
#q19 = #rtwmc.requant<[1983055333, 1343714204, 1363261135, 1801719540, 2070419927, 1853874025, 1947234145, 1287862535], [36, 36, 36, 38, 37, 37, 36, 36], double, zero_point = 5, range = [-128, 127]>
#w20 = dense<"0xFF6317CF176BA3B43131FE2CE658BA"> : tensor<1x3x5x1xi8>
#b20 = dense<[2148, 798, -1925, 2000, 804]> : tensor<5xi32>
#q20 = #rtwmc.requant<[1735326930, 1869810557, 2123646647, 1249426510, 2044271275], [37, 38, 37, 37, 38], double, zero_point = 5, range = [-128, 127]>
#w21 = dense<"0x038AFDEB"> : tensor<2x2x1x1xi8>
#b21 = dense<[2456]> : tensor<1xi32>
#q21 = #rtwmc.requant<[1680904238], [36], double, zero_point = 5, range = [-128, 127]>

// Sixteen channels and a rest; of windows at both sides a part is inside.
// CHECK: @depthwise: 20 inputs, equal
func.func @depthwise(%0: tensor<1x4x5x21xi8>) -> tensor<1x4x5x21xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x4x5x21xi8> -> tensor<1x4x5x21xi8>
  return %1 : tensor<1x4x5x21xi8>
}

// Every second column, rounded once.
// CHECK: @depthwise_strides: 20 inputs, equal
func.func @depthwise_strides(%0: tensor<1x7x8x16xi8>) -> tensor<1x3x4x16xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x7x8x16xi8> -> tensor<1x3x4x16xi8>
  return %1 : tensor<1x3x4x16xi8>
}

// Fewer than sixteen channels, pooled.
// CHECK: @depthwise_max: 20 inputs, equal
func.func @depthwise_max(%0: tensor<1x5x8x7xi8>) -> tensor<1x2x2x7xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q17,
    pool = #rtwmc.pool<max, [2, 3], zero_point = 0>}
    : tensor<1x5x8x7xi8> -> tensor<1x2x2x7xi8>
  return %1 : tensor<1x2x2x7xi8>
}

// Sums of products that 16 bits just hold, and some they do not.
// CHECK: @depthwise_bounds: 20 inputs, equal
func.func @depthwise_bounds(%0: tensor<1x3x4x16xi8>) -> tensor<1x3x4x16xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w18, bias = #b18, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q18}
    : tensor<1x3x4x16xi8> -> tensor<1x3x4x16xi8>
  return %1 : tensor<1x3x4x16xi8>
}

// Eight channels of two columns, one left over.
// CHECK: @depthwise_columns: 20 inputs, equal
func.func @depthwise_columns(%0: tensor<1x4x9x8xi8>) -> tensor<1x4x9x8xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w19, bias = #b19, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q19}
    : tensor<1x4x9x8xi8> -> tensor<1x4x9x8xi8>
  return %1 : tensor<1x4x9x8xi8>
}

// Three columns of five channels, then two.
// CHECK: @depthwise_few: 20 inputs, equal
func.func @depthwise_few(%0: tensor<1x2x7x5xi8>) -> tensor<1x2x5x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w20, bias = #b20, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q20}
    : tensor<1x2x7x5xi8> -> tensor<1x2x5x5xi8>
  return %1 : tensor<1x2x5x5xi8>
}

// One channel of all columns but the first.
// CHECK: @depthwise_one: 20 inputs, equal
func.func @depthwise_one(%0: tensor<1x3x6x1xi8>) -> tensor<1x3x6x1xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w21, bias = #b21, stride = array<i64: 1, 1>, pad = array<i64: 0, 1, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q21}
    : tensor<1x3x6x1xi8> -> tensor<1x3x6x1xi8>
  return %1 : tensor<1x3x6x1xi8>
}
