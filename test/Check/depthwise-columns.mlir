// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check='kernel=columns' -o /dev/null | FileCheck %s
// RUN: not rtwmc-opt %S/depthwise-quads.mlir --rtwmc-check='kernel=columns' -o /dev/null 2>&1 | \
// RUN:   FileCheck %s --check-prefix=OTHERS --implicit-check-not="instead of"

// Neighbouring columns of a depthwise layer share weights and elements.

#w0 = dense<"0xA2A04CFF17193687FCA5E66D0C920AA141727A1F5EDEA502F1297E"> : tensor<3x3x3x1xi8>
#b0 = dense<[2134, -2173, -914]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1919892894, 1339627829, 1793536019], [39, 39, 39], double, zero_point = -2, range = [-128, 127]>
#w1 = dense<"0x037051560C7B7BA2B4CE0D52FB7BDA6D1738BC174D625E77A047F72FC683957965CDEEBDA55B2C93B310667EB7"> : tensor<3x3x5x1xi8>
#b1 = dense<[-2802, -1953, -1796, -348, -926]> : tensor<5xi32>
#q1 = #rtwmc.requant<[1854347109, 1577228130, 1437755003, 2046696160, 1745209820], [39, 39, 39, 39, 39], double, zero_point = 7, range = [-128, 127]>
#w2 = dense<"0x3ED66484CEA8817F96F551305B8DFF88B158921685CF6ED1"> : tensor<3x4x2x1xi8>
#b2 = dense<[-2465, 1648]> : tensor<2xi32>
#q2 = #rtwmc.requant<[1259144396, 1609449813], [39, 39], double, zero_point = -20, range = [-128, 127]>
#w3 = dense<"0x855682F7EDA0253D7CB26C8FA4195E653D86EA4E07B02E973284DCCB703A27FEC95A72B7BED0FAC2E77ADE7000D76FEF46D07F3F608A9B9108E77ABEAB58CD3DCA0B94296A316147116DFAA60E20ADA429"> : tensor<3x3x3x3xi8>
#b3 = dense<[-113, 1717, 1112, 2368, -1997, 1555, 243, -2788, -2577]> : tensor<9xi32>
#q3 = #rtwmc.requant<[1459657602, 1760742881, 1248822764, 1658512659, 2146197827, 1227023829, 1228377136, 2111090142, 1336072459], [39, 39, 39, 39, 39, 39, 39, 39, 39], double, zero_point = 14, range = [-128, 127]>
#w4 = dense<"0xDB418F215ED622B7A880FF0594BA1CDDBB8189239D580EC023A9D3"> : tensor<3x3x3x1xi8>
#b4 = dense<[860, -2174, -888]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1172410113, 1214035864, 1314047527], [39, 39, 39], double, zero_point = -8, range = [-128, 127]>
#w5 = dense<"0x68E59B69119D9596690F2E76E668E73353913B4E782EFCA444F74E8CD84D1C37174D544229C4934AD9BF80A389E3CBFF12C9081B2C1A"> : tensor<3x3x3x2xi8>
#b5 = dense<[-1562, 1764, 735, -1226, -857, 2575]> : tensor<6xi32>
#q5 = #rtwmc.requant<[1862608772, 1475952249, 1385575724, 1212356748, 1931439736, 1749841819], [39, 39, 39, 39, 39, 39], double, zero_point = -4, range = [-128, 127]>
#w6 = dense<"0x310D082C4304E9C1CD7AAF98"> : tensor<2x2x3x1xi8>
#b6 = dense<[-1051, -2428, 294]> : tensor<3xi32>
#q6 = #rtwmc.requant<[1878201730, 1104558721, 1597387757], [39, 39, 39], double, zero_point = -14, range = [-128, 127]>
#w7 = dense<"0x134C4D48CB232666314199CCDE255ED7FF3FB1E2B1A73160A630313E330F9D48B1F27310CA90C10E5950B634264DFFFFEB61"> : tensor<5x5x2x1xi8>
#b7 = dense<[-2351, 25]> : tensor<2xi32>
#q7 = #rtwmc.requant<[2014018107, 1971529441], [40, 40], double, zero_point = -6, range = [-128, 127]>

// Weights of two bytes are not for it.
// OTHERS-COUNT-9: inputs, equal

// Thirteen columns: three groups, and one alone, from a patch.
// CHECK: @left_over: 20 inputs, equal
func.func @left_over(%0: tensor<1x5x13x3xi8>) -> tensor<1x5x13x3xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -58 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x5x13x3xi8> -> tensor<1x5x13x3xi8>
  return %1 : tensor<1x5x13x3xi8>
}

// A row of five is one group, outside at both sides.
// CHECK: @whole_row: 20 inputs, equal
func.func @whole_row(%0: tensor<1x4x9x5xi8>) -> tensor<1x4x5x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 2>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 28 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x4x9x5xi8> -> tensor<1x4x5x5xi8>
  return %1 : tensor<1x4x5x5xi8>
}

// The last group computes a column again.
// CHECK: @again: 20 inputs, equal
func.func @again(%0: tensor<1x3x14x2xi8>) -> tensor<1x1x7x2xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 2>, pad = array<i64: 0, 0, 1, 2>,
    dilation = array<i64: 1, 1>, input_zp = -49 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x3x14x2xi8> -> tensor<1x1x7x2xi8>
  return %1 : tensor<1x1x7x2xi8>
}

// Several filters a channel.
// CHECK: @filters: 20 inputs, equal
func.func @filters(%0: tensor<1x4x8x3xi8>) -> tensor<1x4x8x9xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -15 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x4x8x3xi8> -> tensor<1x4x8x9xi8>
  return %1 : tensor<1x4x8x9xi8>
}

// Pixels of two columns: five would not do.
// CHECK: @pairs: 20 inputs, equal
func.func @pairs(%0: tensor<1x6x10x3xi8>) -> tensor<1x3x5x3xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -1 : i32, weight_zp = 0 : i32, requant = #q4,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x6x10x3xi8> -> tensor<1x3x5x3xi8>
  return %1 : tensor<1x3x5x3xi8>
}

// CHECK: @pairs_of_four: 20 inputs, equal
func.func @pairs_of_four(%0: tensor<1x6x8x3xi8>) -> tensor<1x3x4x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -120 : i32, weight_zp = 0 : i32, requant = #q5,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x6x8x3xi8> -> tensor<1x3x4x6xi8>
  return %1 : tensor<1x3x4x6xi8>
}

// All columns are added up.
// CHECK: @sum: 20 inputs, equal
func.func @sum(%0: tensor<1x4x7x3xi8>) -> tensor<1x1x1x3xi32> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 1, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = 29 : i32, weight_zp = 0 : i32, requant = #q6,
    pool = #rtwmc.pool<sum, [4, 7], zero_point = -14>}
    : tensor<1x4x7x3xi8> -> tensor<1x1x1x3xi32>
  return %1 : tensor<1x1x1x3xi32>
}

// Rows of five weights.
// CHECK: @large: 20 inputs, equal
func.func @large(%0: tensor<1x6x12x2xi8>) -> tensor<1x6x12x2xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 2, 2>,
    dilation = array<i64: 1, 1>, input_zp = 6 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x6x12x2xi8> -> tensor<1x6x12x2xi8>
  return %1 : tensor<1x6x12x2xi8>
}
