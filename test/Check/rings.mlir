// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Chains of layers that run row by row: rows of a map live in a ring of a few.

#w0 = dense<"0x378E6EFF9AD0B93E70FE42B4FF86EE500FDD47D1A4C763C0C38082EBEED4D51420E5E8DDE444188B3854D4CA07A1291A812DA11E351C7621DE7671DA9D038B374E89563B40846797DCE4BCFD6C3035006CB73C17925DAEEA2E39CB2E0DAF1F221CDAA8CC1E77D298A94F90F9"> : tensor<4x3x3x3xi8>
#b0 = dense<[1865, -184, -951, 732]> : tensor<4xi32>
#q0 = #rtwmc.requant<[1926820825, 1832937313, 1477450201, 1647866439], [40, 39, 39, 39], double, zero_point = 6, range = [-128, 127]>
#w1 = dense<"0x2BEAC2C353B6D65E3ECC9E5716C868D6687922750C15704ECBB941DB7F2DDCAD7B0B38A036911C3A0F7807162EDB857200260C6D1336320C305133D8663A2BC8D5E5397410A855D7571A0A8EE4D161DCF0DC9571F3D49BC4B822DC77E392546E3342A4E8F93F80334F0E51BA3F921AB0172D1634C256513D6FC8D04374E5C4AE338043B726C826405B5DF37C15754244D1051A7E00548A231D7B12C9748CBE63FD1694C54886750CFC7292FD7A09CF12167C73BC"> : tensor<5x3x3x4xi8>
#b1 = dense<[-2868, -1968, -537, -688, 1370]> : tensor<5xi32>
#q1 = #rtwmc.requant<[1257144135, 1363495195, 1453608682, 2037566659, 1318756700], [39, 39, 40, 40, 39], double, zero_point = 1, range = [-128, 127]>
#w2 = dense<"0xC392810169B7E1875B5A76457348E4176EA11B815D12711FC9D4747E29CE5998A3F508ABA08D2A5BA34F7999BFBEF0B8C41560CCDDDE53D2A2ED96B742A40F9DBC4CC4855DAE217A7A343F9CC616CD14F006A0F80211C4F83E68"> : tensor<2x3x3x5xi8>
#b2 = dense<[185, -1532]> : tensor<2xi32>
#q2 = #rtwmc.requant<[1205016842, 1157915578], [39, 39], double, zero_point = -12, range = [-128, 127]>
#w3 = dense<"0x92AEBF68FA476C7525B78F449BCD5BF2BBAA7BECC74035F8142A324541C537175D3992EEDC4AA0B19290DFE7E4947A7632805A70195B"> : tensor<3x3x3x2xi8>
#b3 = dense<[-352, 813, 783]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1238676270, 1828714367, 1084814145], [39, 39, 39], double, zero_point = -14, range = [-128, 127]>
#w4 = dense<"0x4570CD02B80ED212F8907690303C219E8B6971CFBC261568FAD391E68CF6A84D3A1FDE6F3910A26FD3FBD9EA965C0A836C9F6752D6979133B0A4F97BAF719BFC997E4B9E980250641C9A93E3DB4EE0F7AB20B7ACD2A6ED886137795840C3861D65F2BBC71F77AC064E20C3C2A971FDAB5BFD0D9F7CFF98E6123FB2A45720428012C38E62C989985A09B643C224A11CD6C6067E251291A08E8EBE99C2365F0488F65BC039E7293786D3D3B009D7C9645E5BBC2A22"> : tensor<4x5x3x3xi8>
#b4 = dense<[652, -1130, 776, 1884]> : tensor<4xi32>
#q4 = #rtwmc.requant<[1534367654, 1335404444, 1168396093, 1516685013], [40, 40, 39, 40], double, zero_point = 7, range = [-128, 127]>
#w5 = dense<"0x727B80B5C0569AEA8090F87635496DEEE70DE61B36FB3B34FF9F7D4D32C9C9FA7A4393B0"> : tensor<1x3x3x4xi8>
#b5 = dense<[-1611]> : tensor<1xi32>
#q5 = #rtwmc.requant<[1583907267], [40], double, zero_point = 5, range = [-128, 127]>
#w6 = dense<"0xE6257470AEE54085B5DE478B228D1F44734C669FCB55398A"> : tensor<3x2x2x2xi8>
#b6 = dense<[2566, 1277, -1306]> : tensor<3xi32>
#q6 = #rtwmc.requant<[2039705256, 1543169329, 1486897691], [39, 39, 38], double, zero_point = -2, range = [-128, 127]>
#w7 = dense<"0x531D870CF8A493AD1933EA77AFBDFA2F5849814741DBEA244525B73FFFB3EC161C09A7D5A753DEF3A05055F65977FD1A560FAB29DF578FCCBB17DE5EE126B429A79F78C6A523E06F44F574B380E3D0B9AF2BCD3CB56125DDB43BB4A1E4E9253FD86AAAFD4E6E4082BC3FC381"> : tensor<4x3x3x3xi8>
#b7 = dense<[1059, 121, -194, -2409]> : tensor<4xi32>
#q7 = #rtwmc.requant<[1604180821, 1563971596, 1120220450, 1866763757], [39, 39, 39, 40], double, zero_point = 11, range = [-128, 127]>
#w8 = dense<"0x7535E42F43C8147FADB817502CA05D99"> : tensor<2x2x1x4xi8>
#b8 = dense<[-1195, 446]> : tensor<2xi32>
#q8 = #rtwmc.requant<[2010311257, 1435425370], [39, 38], double, zero_point = -5, range = [-128, 127]>
#w9 = dense<"0x0AB1745DDC45FDAF6736C2AA82C838888A006A44A89BEFE3628671AB0E708B9BD1495E92EE8C57535D4187D52DCB1BE158A73DEE4957"> : tensor<3x3x3x2xi8>
#b9 = dense<[-1439, -781, -1860]> : tensor<3xi32>
#q9 = #rtwmc.requant<[1458218298, 1993793992, 1803173316], [39, 40, 39], double, zero_point = 10, range = [-128, 127]>
#w10 = dense<"0xD66AA7A5439251CCE4897C226AC56FF9A73A8F87DE5BAB08C33E2BEDCD16AE11B8B64C3F1B3C7463FBC706888645C4F9769C8487EC56"> : tensor<2x3x3x3xi8>
#b10 = dense<[-1096, 1130]> : tensor<2xi32>
#q10 = #rtwmc.requant<[2115454305, 1131481768], [40, 39], double, zero_point = 19, range = [-128, 127]>
#w11 = dense<"0xFA9345318A186166B4BF3D0D47411AD5A7659CEC47B2193F"> : tensor<3x2x2x2xi8>
#b11 = dense<[348, -1870, 737]> : tensor<3xi32>
#q11 = #rtwmc.requant<[1611830302, 1498112080, 1286571827], [39, 39, 38], double, zero_point = 2, range = [-128, 127]>
#w12 = dense<"0x959EADBB2FC93F2E060D77C9BF06008C0146D5FD0660DAC6"> : tensor<3x2x2x2xi8>
#b12 = dense<[1633, -2575, -92]> : tensor<3xi32>
#q12 = #rtwmc.requant<[1727412045, 1182291626, 1410230695], [39, 38, 38], double, zero_point = 15, range = [-128, 127]>
#w13 = dense<"0x7D948D52BC5362F1B8A0AF95A26B1BA30BBD4F1C0468181980257E6E42CFEE0621E96AAD"> : tensor<3x2x2x3xi8>
#b13 = dense<[-1770, -111, -2352]> : tensor<3xi32>
#q13 = #rtwmc.requant<[1882642917, 1095013653, 1117711957], [39, 38, 38], double, zero_point = 20, range = [-128, 127]>
#w14 = dense<"0xD9E4C77BD664"> : tensor<2x1x1x3xi8>
#b14 = dense<[1696, -182]> : tensor<2xi32>
#q14 = #rtwmc.requant<[1444222010, 1636367636], [38, 38], double, zero_point = -19, range = [-128, 127]>
#w15 = dense<"0xEEFAD656002016B7E40459370779ACBBB82CB1B411DB9944D82B05B35128B11FA0152C5251A0A11AA3DC94B050B56C55A4F3578D14B72539A66E42B4D7FDBAB0AA425FBA0B1C685B94EBC443DCE226A4C71C9B6E1C620211D50369704EB2C4E76AB463F7C4FFD5AD64036DD3"> : tensor<6x3x3x2xi8>
#b15 = dense<[2723, 947, -2139, -560, 1754, -937]> : tensor<6xi32>
#q15 = #rtwmc.requant<[1449088644, 2121840833, 1914637699, 1150107849, 1970288441, 1423789553], [39, 40, 39, 39, 39, 39], double, zero_point = 20, range = [-128, 127]>
#w16 = dense<"0x767A102A9D13C45716543DC114E3908079D11F5510576C2E2787D17D80776E3F96F48175BDE7D6D7F94CB44555F50C85E8F8A23F5E1C"> : tensor<3x3x6x1xi8>
#b16 = dense<[-1174, -2232, 53, 1567, 1888, 1513]> : tensor<6xi32>
#q16 = #rtwmc.requant<[1411660671, 1359268676, 1508550886, 1182205538, 1410297611, 1087417296], [38, 38, 38, 38, 39, 38], double, zero_point = 8, range = [-128, 127]>
#w17 = dense<"0x6D87E1E1B6D86A60707414A68C6EE88A63E7A12EE6B33DADD8F04A81915B"> : tensor<5x1x1x6xi8>
#b17 = dense<[-2526, -543, -1464, 2970, 184]> : tensor<5xi32>
#q17 = #rtwmc.requant<[2088841600, 1915734379, 1850540362, 1623400788, 1100861169], [39, 38, 38, 38, 38], double, zero_point = 5, range = [-128, 127]>
#w18 = dense<"0x4E66CB518D0C69E708AFF7585563E1E7270097E2D23BB05D39C913DD83CC59B5836E26A879CD3C839D3D7407672853D7495A6188F57516B7A477F0AA20B0A92650D92433951EBFAAAB947970EE621BCD590E66A4FC14AE1AA540"> : tensor<3x3x2x5xi8>
#b18 = dense<[-610, 388, -2215]> : tensor<3xi32>
#q18 = #rtwmc.requant<[1112080951, 1705220803, 1713739876], [39, 39, 40], double, zero_point = -10, range = [-128, 127]>
#w19 = dense<"0xEB36B56C"> : tensor<2x1x1x2xi8>
#b19 = dense<[-338, -2195]> : tensor<2xi32>
#q19 = #rtwmc.requant<[2119641967, 1402881477], [38, 37], double, zero_point = 11, range = [-128, 127]>
#w20 = dense<"0x679DF4121E076B31AF6753E4"> : tensor<3x2x1x2xi8>
#b20 = dense<[2038, 2968, 321]> : tensor<3xi32>
#q20 = #rtwmc.requant<[1222202543, 1139961561, 1491580337], [38, 38, 38], double, zero_point = 7, range = [-128, 127]>
#w21 = dense<"0x931C3A57B7D9"> : tensor<2x1x1x3xi8>
#b21 = dense<[-2924, 652]> : tensor<2xi32>
#q21 = #rtwmc.requant<[1182898861, 1282030082], [37, 38], double, zero_point = -11, range = [-128, 127]>

// CHECK: @chain: 20 inputs, equal
// CHECK-NEXT: conv1: ring 3
// CHECK-NEXT: conv2: ring 3
// CHECK-NEXT: conv3: external
func.func @chain(%0: tensor<1x16x8x3xi8>) -> tensor<1x10x2x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 2 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x16x8x3xi8> -> tensor<1x14x6x4xi8>
  %2 = rtwmc.conv2d %1 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 6 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x14x6x4xi8> -> tensor<1x12x4x5xi8>
  %3 = rtwmc.conv2d %2 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 1 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x12x4x5xi8> -> tensor<1x10x2x2xi8>
  return %3 : tensor<1x10x2x2xi8>
}

// CHECK: @padding: 20 inputs, equal
// CHECK-NEXT: conv1: ring 5
// CHECK-NEXT: conv2: ring 3
func.func @padding(%0: tensor<1x9x5x2xi8>) -> tensor<1x9x5x1xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -85 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x9x5x2xi8> -> tensor<1x9x5x3xi8>
  %2 = rtwmc.conv2d %1 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -14 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x9x5x3xi8> -> tensor<1x9x5x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 7 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x9x5x4xi8> -> tensor<1x9x5x1xi8>
  return %3 : tensor<1x9x5x1xi8>
}

// CHECK: @strides: 20 inputs, equal
// CHECK-NEXT: conv1: ring 3
// CHECK-NEXT: conv2: ring 2
func.func @strides(%0: tensor<1x20x6x2xi8>) -> tensor<1x3x2x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 16 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x20x6x2xi8> -> tensor<1x10x5x3xi8>
  %2 = rtwmc.conv2d %1 {weight = #w7, bias = #b7, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -2 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x10x5x3xi8> -> tensor<1x4x2x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x4x2x4xi8> -> tensor<1x3x2x2xi8>
  return %3 : tensor<1x3x2x2xi8>
}

// A window of three rows reaches over seven.
// CHECK: @dilation: 20 inputs, equal
// CHECK-NEXT: conv1: ring 7
// CHECK-NEXT: conv2: ring 3
func.func @dilation(%0: tensor<1x15x7x2xi8>) -> tensor<1x9x1x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -54 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x15x7x2xi8> -> tensor<1x13x5x3xi8>
  %2 = rtwmc.conv2d %1 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 0, 0>,
    dilation = array<i64: 3, 1>, input_zp = 10 : i32, weight_zp = 0 : i32, requant = #q10}
    : tensor<1x13x5x3xi8> -> tensor<1x11x3x2xi8>
  %3 = rtwmc.conv2d %2 {weight = #w11, bias = #b11, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 2, 2>, input_zp = 19 : i32, weight_zp = 0 : i32, requant = #q11}
    : tensor<1x11x3x2xi8> -> tensor<1x9x1x3xi8>
  return %3 : tensor<1x9x1x3xi8>
}

// CHECK: @crop: 20 inputs, equal
func.func @crop(%0: tensor<1x12x6x2xi8>) -> tensor<1x6x4x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 104 : i32, weight_zp = 0 : i32, requant = #q12}
    : tensor<1x12x6x2xi8> -> tensor<1x11x5x3xi8>
  %2 = rtwmc.conv2d %1 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: -3, -1, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 15 : i32, weight_zp = 0 : i32, requant = #q13}
    : tensor<1x11x5x3xi8> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 20 : i32, weight_zp = 0 : i32, requant = #q14}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x2xi8>
  return %3 : tensor<1x6x4x2xi8>
}

// CHECK: @mixed: 20 inputs, equal
func.func @mixed(%0: tensor<1x14x8x2xi8>) -> tensor<1x11x1x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w15, bias = #b15, stride = array<i64: 1, 2>, pad = array<i64: 1, 1, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = 124 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x14x8x2xi8> -> tensor<1x14x4x6xi8>
  %2 = rtwmc.depthwise_conv2d %1 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 20 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x14x4x6xi8> -> tensor<1x14x4x6xi8>
  %3 = rtwmc.conv2d %2 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 8 : i32, weight_zp = 0 : i32, requant = #q17}
    : tensor<1x14x4x6xi8> -> tensor<1x14x4x5xi8>
  %4 = rtwmc.max_pool2d %3 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x14x4x5xi8> -> tensor<1x13x2x5xi8>
  %5 = rtwmc.conv2d %4 {weight = #w18, bias = #b18, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32, requant = #q18}
    : tensor<1x13x2x5xi8> -> tensor<1x11x1x3xi8>
  return %5 : tensor<1x11x1x3xi8>
}

// Windows that see nothing but padding, more than one of them below the map.
// CHECK: @only_padding: 20 inputs, equal
// CHECK-NEXT: conv1: ring 2
// CHECK-NEXT: conv2: ring 1
func.func @only_padding(%0: tensor<1x3x3x2xi8>) -> tensor<1x12x5x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w19, bias = #b19, stride = array<i64: 1, 1>, pad = array<i64: 0, 3, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 47 : i32, weight_zp = 0 : i32, requant = #q19}
    : tensor<1x3x3x2xi8> -> tensor<1x6x3x2xi8>
  %2 = rtwmc.conv2d %1 {weight = #w20, bias = #b20, stride = array<i64: 1, 1>, pad = array<i64: 3, 4, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q20}
    : tensor<1x6x3x2xi8> -> tensor<1x12x5x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w21, bias = #b21, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 7 : i32, weight_zp = 0 : i32, requant = #q21}
    : tensor<1x12x5x3xi8> -> tensor<1x12x5x2xi8>
  return %3 : tensor<1x12x5x2xi8>
}
