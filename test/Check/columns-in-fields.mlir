// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check='kernel=fields' -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-check='kernel=fields12' -o /dev/null | FileCheck %s

// Groups of four columns, two in a word.

#w0 = dense<"0xA2A04CFF17193687FCA5E66D0C920AA141727A1F5EDEA502F1297EC65BA3D949BF2BF5037051560C7B7BA2B4CE0D52FB7BDA6D1738BC174D625E77A047F72FC683957965CDEEBDA55B2C93B310667EB71C88ACB3F1D83AF8D66720323ED66484CEA8817F96F551305B8DFF88B158921685CF6ED1CF9646ACFF86855682F7EDA0253D7CB26C8FA4"> : tensor<5x3x3x3xi8>
#b0 = dense<[2203, 2374, 1439, -2839, -497]> : tensor<5xi32>
#q0 = #rtwmc.requant<[1938250009, 1640674224, 1277935324, 1804827655, 1173493965], [40, 40, 40, 40, 40], double, zero_point = 7, range = [-128, 127]>
#w1 = dense<"0x84DCCB703A27FEC95A72B7BED0FAC2E77ADE7000D76FEF46D07F3F608A9B9108E77ABEAB58CD3DCA0B94296A316147116DFAA60E20ADA429F1FB492F65AA420A8992DC23A90B7FA4A477BE5FDB418F215ED622B7A880FF0594BA1CDDBB8189239D580EC023A9D3FF24A3DA97A1B9D068E59B69119D959669"> : tensor<4x2x3x5xi8>
#b1 = dense<[1080, 2780, -593, 2443]> : tensor<4xi32>
#q1 = #rtwmc.requant<[1506549513, 1825623155, 1961373496, 1145414892], [40, 40, 40, 40], double, zero_point = 9, range = [-128, 127]>
#w2 = dense<"0x4E782EFCA444F74E8CD84D1C37174D544229C4934AD9BF80A389E3CBFF12C9081B2C1A88BD4B1FCBDB6D3CDFCAA14C21EA310D082C4304E9C1CD7AAF981DD3980C3F87FCA7134C4D48CB232666314199CCDE255ED7FF3FB1E2B1A73160A630313E330F9D48B1F27310CA90C1"> : tensor<6x3x3x2xi8>
#b2 = dense<[2105, 1887, -1728, 1233, 897, 1818]> : tensor<6xi32>
#q2 = #rtwmc.requant<[1608055576, 1606424197, 1524627080, 2020068219, 1636954584, 1190030573], [40, 40, 40, 40, 40, 40], double, zero_point = -128, range = [-128, 127]>
#w3 = dense<"0x016056DF61973F1E82F4E1EDC25A53A3431DAFE9C707A1FF"> : tensor<3x1x1x8xi8>
#b3 = dense<[-2196, 2105, 72]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1383338752, 1999420544, 1434152399], [39, 39, 39], double, zero_point = -14, range = [-128, 127]>
#w4 = dense<"0x668271914EF5A079ED8B387DA7096D9E4AEB8DB55B36620AA1C9CCC1945D984437EF20E7063CF578569467A8B5DC510141923F8DBFB855E2453D311C5D872A8B20F3795F8F6AAEDD0863D86DCCE86D3E2DDD82A7"> : tensor<3x2x7x2xi8>
#b4 = dense<[451, 2228, -2482]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1135934134, 1786011853, 1331675572], [40, 40, 40], double, zero_point = 12, range = [-128, 127]>
#w5 = dense<"0x146AF3F2479EB667A45E3277C5188A2C8DDFD3AE0ACA9638AFD3D131390094F2347775AABFFCC1A8B86F34FD0ED40CAB8F180FE6F5A05888FAE44715B00419660569D76F714C5AFA700617E514E6118A904C5BBE848747F7C43705EF97DD4528F8A923827B173707D95D85EA3B49BF847A864E1980B9AE9117A0D5DF88D61C100B63B3DD2CAFCE133680E4E2D1D157E31A8D440DDE1F423F5B7543DA4228D3F182B7A2636C3EC771BC52436A3CA0838479B257E95B3090F02A03A5423192B12D9F8CDDBFDB38BA2E16E79CCBDF5380C63F8713BFF785BD4F759F647926B627CED615A5CE71E1219A38E31986AFB9A06801C7BEC5BE2D0B6252CBD2E05536F24A1F1D3BAD27AE99428934B66589476AEB7AA25C63BA323F13892E95E2C4D77D13D7FB36354C6F65581C"> : tensor<3x3x3x11xi8>
#b5 = dense<[-692, -766, -292]> : tensor<3xi32>
#q5 = #rtwmc.requant<[2068920394, 1782124603, 1497463872], [41, 41, 41], double, zero_point = 11, range = [-128, 127]>
#w6 = dense<"0x4CA697F0F38B04194F1560F2A7391DFB21B8A6D455510DC47679AF2F065DD2FC24261B"> : tensor<5x1x1x7xi8>
#b6 = dense<[74, 2480, -1051, -1627, 23]> : tensor<5xi32>
#q6 = #rtwmc.requant<[1571736668, 1473448534, 2144731798, 2030209670, 1186578663], [39, 39, 39, 39, 39], double, zero_point = -128, range = [-128, 127]>
#w7 = dense<"0xF623F978C26DC06174C1D0995EAA18D47B25AA4471114537114E35AD380EF219229FBA46859D2DB1F94B6753C3D25148"> : tensor<4x2x2x3xi8>
#b7 = dense<[1432, 2388, -581, 2786]> : tensor<4xi32>
#q7 = #rtwmc.requant<[1427247011, 1244537614, 1662429904, 1250994978], [39, 39, 39, 39], double, zero_point = -19, range = [-128, 127]>
#w8 = dense<"0xBAE0DC849D9EA64384D36EDDDC3D20BEF4FE3EEA4EEEE2D4"> : tensor<3x2x2x2xi8>
#b8 = dense<[-142, -2416, -569]> : tensor<3xi32>
#q8 = #rtwmc.requant<[1380269778, 1607483569, 1312927503], [39, 39, 39], double, zero_point = 15, range = [-128, 127]>
#w9 = dense<"0xCE03D31313E0D531D3F4548683F9810F8EB55D0422B33AAA7594B7696BB5BE7904312E174CA9BFA7FA858BCBC9527BCF67571506499966B0D45A7B9CF268A8FE078417F131562B6E8A5523736B192B1079AC025B4FE5A3D465CCEFAB60F9D2961FF2587436A11E5F78D196B59A1E0DF574AE2F75CF0A9BDAF23BFA4AF7B31EA7C5626151C92D9B"> : tensor<5x3x3x3xi8>
#b9 = dense<[-907, -1992, 2614, -83, -2044]> : tensor<5xi32>
#q9 = #rtwmc.requant<[1796247455, 1371907811, 1803555098, 2068644227, 1453011481], [40, 40, 40, 40, 40], double, zero_point = -7, range = [-128, 127]>
#w10 = dense<"0xAF57DC8BED639CBC"> : tensor<4x1x1x2xi8>
#b10 = dense<[-1917, -2337, 1453, -2551]> : tensor<4xi32>
#q10 = #rtwmc.requant<[2136167817, 1990023713, 2103763460, 1827725238], [38, 38, 38, 38], double, zero_point = 10, range = [-128, 127]>
#w11 = dense<"0x9F6A6B7C1E0DAEA51F5935E522D086007088C384E3C3A918"> : tensor<3x2x2x2xi8>
#b11 = dense<[1496, 2293, 2743]> : tensor<3xi32>
#q11 = #rtwmc.requant<[1951937916, 1952213721, 1147614051], [39, 39, 39], double, zero_point = 17, range = [-128, 127]>
#w12 = dense<"0x93227D3B3B16C894248F0642ACB3684A37F67181C00F8BF10692ACC275CE25D8CA3451AAAAF1FB1B2C72669DB59472B1"> : tensor<3x2x2x4xi8>
#b12 = dense<[-1677, -1785, -2024]> : tensor<3xi32>
#w13 = dense<"0x86B9DAFA162510DDD0ABE798F3C320AB15FBF35EE9379AB4188976912CEF4ADD792E9095CAC15F2F4C11A3042D66E29D"> : tensor<4x2x2x3xi8>
#b13 = dense<[-1331, -1828, -1092, 393]> : tensor<4xi32>
#q13 = #rtwmc.requant<[1756882811, 1680740545, 1092995563, 2126118555], [39, 39, 39, 39], double, zero_point = -9, range = [-128, 127]>
#w14 = dense<"0x555555555555555555555555555555555555ABABABABABABABABABABABABABABABABABAB55ABAB55ABAB55ABAB55ABAB55ABAB55ABAB"> : tensor<3x1x1x18xi8>
#b14 = dense<[2864, -2827, 523]> : tensor<3xi32>
#w15 = dense<"0x7F807F807F807F807F807F807F807F807F808180818081808180818081808180818081807F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F"> : tensor<3x1x1x18xi8>
#b15 = dense<[-1720, -2203, 907]> : tensor<3xi32>
#w16 = dense<"0x8080808080808080808080808080808080807F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F7F808080808080808080808080808080808080"> : tensor<3x1x1x18xi8>
#b16 = dense<[-847, -991, -2063]> : tensor<3xi32>
#w17 = dense<"0x404040404040404040404040404040404040C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C040C040C040C040C040C040C040C040C040C0"> : tensor<3x1x1x18xi8>
#b17 = dense<[885, 1302, -1217]> : tensor<3xi32>
#w18 = dense<"0x404140414041404140414041404140414041BFC0BFC0BFC0BFC0BFC0BFC0BFC0BFC0BFC0414041404140414041404140414041404140"> : tensor<3x1x1x18xi8>
#b18 = dense<[-496, 2323, -1944]> : tensor<3xi32>

// Groups at the left, inside and at the right.
// CHECK: @padding: 20 inputs, equal
func.func @padding(%0: tensor<1x5x12x3xi8>) -> tensor<1x5x12x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 25 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x5x12x3xi8> -> tensor<1x5x12x5xi8>
  return %1 : tensor<1x5x12x5xi8>
}

// Six columns: the second group computes two of them again.
// CHECK: @again: 20 inputs, equal
func.func @again(%0: tensor<1x4x8x5xi8>) -> tensor<1x3x6x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 15 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x4x8x5xi8> -> tensor<1x3x6x4xi8>
  return %1 : tensor<1x3x6x4xi8>
}

// Of five columns the last is computed alone, from a patch.
// CHECK: @alone: 20 inputs, equal
func.func @alone(%0: tensor<1x7x9x2xi8>) -> tensor<1x4x5x6xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 14 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x7x9x2xi8> -> tensor<1x4x5x6xi8>
  return %1 : tensor<1x4x5x6xi8>
}

// The same, from the input itself.
// CHECK: @alone_inside: 20 inputs, equal
func.func @alone_inside(%0: tensor<1x2x9x8xi8>) -> tensor<1x2x5x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -99 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x2x9x8xi8> -> tensor<1x2x5x3xi8>
  return %1 : tensor<1x2x5x3xi8>
}

// Windows that reach outside at both sides; one has nothing inside.
// CHECK: @outside: 20 inputs, equal
func.func @outside(%0: tensor<1x3x5x2xi8>) -> tensor<1x3x6x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 2>, pad = array<i64: 1, 0, 7, 6>,
    dilation = array<i64: 1, 1>, input_zp = -48 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x3x5x2xi8> -> tensor<1x3x6x3xi8>
  return %1 : tensor<1x3x6x3xi8>
}

// Taps enough for a loop and some behind it.
// CHECK: @loop: 20 inputs, equal
func.func @loop(%0: tensor<1x4x6x11xi8>) -> tensor<1x3x6x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 0, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -29 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x4x6x11xi8> -> tensor<1x3x6x3xi8>
  return %1 : tensor<1x3x6x3xi8>
}

// Channels that are no multiple of anything.
// CHECK: @pointwise: 20 inputs, equal
func.func @pointwise(%0: tensor<1x2x11x7xi8>) -> tensor<1x2x11x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -61 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x2x11x7xi8> -> tensor<1x2x11x5xi8>
  return %1 : tensor<1x2x11x5xi8>
}

// Two columns are one pixel.
// CHECK: @pairs: 20 inputs, equal
func.func @pairs(%0: tensor<1x6x11x3xi8>) -> tensor<1x3x5x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = 124 : i32, weight_zp = 0 : i32, requant = #q7,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x6x11x3xi8> -> tensor<1x3x5x4xi8>
  return %1 : tensor<1x3x5x4xi8>
}

// Rows are pooled, columns are not.
// CHECK: @rows: 20 inputs, equal
func.func @rows(%0: tensor<1x6x7x2xi8>) -> tensor<1x2x6x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 9 : i32, weight_zp = 0 : i32, requant = #q8,
    pool = #rtwmc.pool<max, [2, 1], zero_point = 0>}
    : tensor<1x6x7x2xi8> -> tensor<1x2x6x3xi8>
  return %1 : tensor<1x2x6x3xi8>
}

// All columns are added up; those that are left over one by one.
// CHECK: @sum: 20 inputs, equal
func.func @sum(%0: tensor<1x4x6x3xi8>) -> tensor<1x1x1x5xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 67 : i32, weight_zp = 0 : i32, requant = #q9,
    pool = #rtwmc.pool<sum, [4, 6], zero_point = -7>}
    : tensor<1x4x6x3xi8> -> tensor<1x1x1x5xi32>
  return %1 : tensor<1x1x1x5xi32>
}

// Columns that are pooled in another way, dilated windows and rows of three columns are computed one by one.
// CHECK: @single: 20 inputs, equal
func.func @single(%0: tensor<1x6x9x2xi8>) -> tensor<1x2x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 114 : i32, weight_zp = 0 : i32, requant = #q10,
    pool = #rtwmc.pool<max, [3, 3], zero_point = 0>}
    : tensor<1x6x9x2xi8> -> tensor<1x2x3x4xi8>
  return %1 : tensor<1x2x3x4xi8>
}

// CHECK: @dilated: 20 inputs, equal
func.func @dilated(%0: tensor<1x6x9x2xi8>) -> tensor<1x4x7x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w11, bias = #b11, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 2, 2>, input_zp = 89 : i32, weight_zp = 0 : i32, requant = #q11}
    : tensor<1x6x9x2xi8> -> tensor<1x4x7x3xi8>
  return %1 : tensor<1x4x7x3xi8>
}

// Accumulators themselves.
// CHECK: @sums: 20 inputs, equal
func.func @sums(%0: tensor<1x3x9x4xi8>) -> tensor<1x2x8x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 35 : i32, weight_zp = 0 : i32}
    : tensor<1x3x9x4xi8> -> tensor<1x2x8x3xi32>
  return %1 : tensor<1x2x8x3xi32>
}

// Elements from 0 to 255: a chunk holds half as much.
// CHECK: @unsigned: 20 inputs, equal
func.func @unsigned(%0: tensor<1x4x8x3xi8>) -> tensor<1x3x7x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 7 : i32, weight_zp = 0 : i32, requant = #q13, input_unsigned}
    : tensor<1x4x8x3xi8> -> tensor<1x3x7x4xi8>
  return %1 : tensor<1x3x7x4xi8>
}

// Magnitudes that fill chunks of three, of two, and of one.
// CHECK: @signed_bound: 20 inputs, equal
func.func @signed_bound(%0: tensor<1x2x4x18xi8>) -> tensor<1x2x4x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x2x4x18xi8> -> tensor<1x2x4x3xi32>
  return %1 : tensor<1x2x4x3xi32>
}

// CHECK: @signed_bound2: 20 inputs, equal
func.func @signed_bound2(%0: tensor<1x2x4x18xi8>) -> tensor<1x2x4x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x2x4x18xi8> -> tensor<1x2x4x3xi32>
  return %1 : tensor<1x2x4x3xi32>
}

// CHECK: @signed_bound1: 20 inputs, equal
func.func @signed_bound1(%0: tensor<1x2x4x18xi8>) -> tensor<1x2x4x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x2x4x18xi8> -> tensor<1x2x4x3xi32>
  return %1 : tensor<1x2x4x3xi32>
}

// CHECK: @unsigned_bound: 20 inputs, equal
func.func @unsigned_bound(%0: tensor<1x2x4x18xi8>) -> tensor<1x2x4x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, input_unsigned}
    : tensor<1x2x4x18xi8> -> tensor<1x2x4x3xi32>
  return %1 : tensor<1x2x4x3xi32>
}

// CHECK: @unsigned_bound1: 20 inputs, equal
func.func @unsigned_bound1(%0: tensor<1x2x4x18xi8>) -> tensor<1x2x4x3xi32> {
  %1 = rtwmc.conv2d %0 {weight = #w18, bias = #b18, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, input_unsigned}
    : tensor<1x2x4x18xi8> -> tensor<1x2x4x3xi32>
  return %1 : tensor<1x2x4x3xi32>
}
