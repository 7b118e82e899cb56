// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Maps side by side.

#w0 = dense<"0xA54DCA182530BB1D6D132CDED6237B2ED91E3F721FCB1971174494D6493C9D5C3460BE31201E69FEDAA0EEE8B9997F5C7C2999FDAFE593253CD654AF4DFAD71427A0AEB3FEE9232F8AF2211F9EE491C5B10BECB5563BFC1E6F93427ECBC8FE2955E5CD8E46DC8ED4B7C2764D2A5A4D767706F85D8690024AD6BDA3401BE9C8CBCCC935F6CD1F61"> : tensor<5x3x3x3xi8>
#b0 = dense<[-2449, -1290, 609, -1671, -2100]> : tensor<5xi32>
#q0 = #rtwmc.requant<[1804001482, 1186647086, 1293600336, 1074242788, 1398580799], [40, 40, 40, 40, 40], double, zero_point = 4, range = [-128, 127]>
#w1 = dense<"0x33BA0D246AC0"> : tensor<2x1x1x3xi8>
#b1 = dense<[-1784, 2197]> : tensor<2xi32>
#q1 = #rtwmc.requant<[1615461231, 1819755192], [38, 38], double, zero_point = 4, range = [-128, 127]>
#w2 = dense<"0xBAF23E3BF9EEF5F79F2B4934AF87F5520B69B94B0D982E85BB55B672A872637ACD7466FCB60E0E8FF18463B0E4B2BA29703474F064AC68F700F5B02B3DC666F45BDEAA2CCAEDCD2B5157410E4DEE4AF2B34F430A073447DE636C0E806C957BA684D6431FB5EAD7424D09E15D024C5848F23D1FA6F7361D7F618D1532E70E20E2A6668DE7F47E8467E546D53EC8E2A1257BDB256C9B3E4FBB498146EF7030CBF9537252DCCEADD764B6A32FBB09ADEAE109C4A997203975352B878B145C8A42D884CF4CFDA72D8E1D5DD92589082D852A7122873EE805ADD58942167A385286195C679F9C6994E45B8AB1098012070961F37DE436DDFDC99D6E75AF6547CFB11B42072482DC531C2BC3907C9617EB"> : tensor<3x3x3x10xi8>
#b2 = dense<[-1482, -1710, -797]> : tensor<3xi32>
#q2 = #rtwmc.requant<[2031142894, 1081521537, 1639052012], [40, 40, 40], double, zero_point = -5, range = [-128, 127]>
#w3 = dense<"0xBAA8A57D119E6FB65D00ABC32AF38E667F022E872D49CC15C90B999B772B4FC7A6FD4C914A16DB4708752B0F1544B835C0E719097DFA"> : tensor<3x3x3x2xi8>
#b3 = dense<[-840, -2973, 743]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1224305190, 1271185615, 1215583872], [39, 39, 39], double, zero_point = 1, range = [-128, 127]>
#w4 = dense<"0xF2812687786976EBFC"> : tensor<3x1x1x3xi8>
#b4 = dense<[133, -2372, 924]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1690755028, 1174131294, 1499566626], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w5 = dense<"0x274BA9829B4406F61FF889326FFA9492EDEEEE3C669F2BF20894EA"> : tensor<1x3x3x3xi8>
#b5 = dense<[-2374]> : tensor<1xi32>
#q5 = #rtwmc.requant<[2038930424], [40], double, zero_point = 11, range = [-128, 127]>
#w6 = dense<"0x89C66B6B262E4886B8438F39BA76FEF8C90C5101FBE6CF9A48D5B0C0A13DA900A6ADCB3D64069481"> : tensor<2x2x2x5xi8>
#b6 = dense<[49, -2468]> : tensor<2xi32>
#q6 = #rtwmc.requant<[1917486817, 1911606324], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w7 = dense<"0x27B8DB8C188F341A92"> : tensor<3x1x1x3xi8>
#b7 = dense<[2201, -1781, -958]> : tensor<3xi32>
#q7 = #rtwmc.requant<[1644388393, 2010561691, 1751490621], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w8 = dense<"0x61BFDB0ECC682919D2E64692F8194157F1D4AF90988285CF7A9AF7C93D5552266AFE70E7AAE6DA47627C2E59AF2EA37A"> : tensor<2x2x2x6xi8>
#b8 = dense<[17, -884]> : tensor<2xi32>
#q8 = #rtwmc.requant<[1507838123, 1116867007], [40, 40], double, zero_point = 7, range = [-128, 127]>
#w9 = dense<"0xD3C4D36BC08AAD1FFF"> : tensor<3x1x1x3xi8>
#b9 = dense<[-727, 1704, -50]> : tensor<3xi32>
#q9 = #rtwmc.requant<[1344053755, 1537519151, 1272594854], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w10 = dense<"0x8A7FC4CCE4DD9F0B4110D9F2FA0025C8EFE57F37724F4D37EA2B14004077139B4180DF3932249962C6857200059AEB8E"> : tensor<2x2x2x6xi8>
#b10 = dense<[-409, 2280]> : tensor<2xi32>
#q10 = #rtwmc.requant<[1594200806, 2094449868], [40, 40], double, zero_point = 7, range = [-128, 127]>
#w11 = dense<"0x787E0ED29D1C0B63FF"> : tensor<3x1x1x3xi8>
#b11 = dense<[2525, 2301, 440]> : tensor<3xi32>
#q11 = #rtwmc.requant<[1247885717, 1626195143, 1563025595], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w12 = dense<"0xD9BD74FC11ADD7B9CA6503952269FD669F6376EE71879737FD5F72"> : tensor<1x3x3x3xi8>
#b12 = dense<[973]> : tensor<1xi32>
#q12 = #rtwmc.requant<[1969304944], [40], double, zero_point = 11, range = [-128, 127]>
#w13 = dense<"0x1C4AC91B6D0C48D41A1E5EC9E6A0392854A8615EEF109FC1BFA9E2563701288F29B3D73F6AC2B69E"> : tensor<2x2x2x5xi8>
#b13 = dense<[542, -2282]> : tensor<2xi32>
#q13 = #rtwmc.requant<[1179521143, 2090498140], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w14 = dense<"0x64BEE462A5BAF20FD2"> : tensor<3x1x1x3xi8>
#b14 = dense<[-969, 2123, 315]> : tensor<3xi32>
#q14 = #rtwmc.requant<[1161035934, 1880267246, 1148591053], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w15 = dense<"0xED201F836320ADB98BAB1686A28D9801210C7736F3EEC580DCFC43FE5D049B4D78A7A3EBB92865C8517ED02111F6A652"> : tensor<2x2x2x6xi8>
#b15 = dense<[494, -2139]> : tensor<2xi32>
#q15 = #rtwmc.requant<[1228715078, 1642591599], [40, 40], double, zero_point = 7, range = [-128, 127]>
#w16 = dense<"0x2B6A31D7FFE4587744"> : tensor<3x1x1x3xi8>
#b16 = dense<[414, 775, 2081]> : tensor<3xi32>
#q16 = #rtwmc.requant<[1578257269, 1333941119, 1704937563], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w17 = dense<"0x968F89BE828565E07E5F7D784E9060A721CA807D7633ED123402F376E5BF1496773D19616326BE5BE5850336B36F13BC"> : tensor<2x2x2x6xi8>
#b17 = dense<[-215, -1842]> : tensor<2xi32>
#q17 = #rtwmc.requant<[1168588734, 1511777877], [40, 40], double, zero_point = 7, range = [-128, 127]>

// A row of each branch is in memory, and three of all side by side.
// CHECK: @branches: 20 inputs, equal
// CHECK-NEXT: conv1: ring
// CHECK-NEXT: conv2: ring
// CHECK-NEXT: concat1: ring
func.func @branches(%0: tensor<1x8x7x3xi8>) -> tensor<1x6x5x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x8x7x3xi8> -> tensor<1x8x7x5xi8>
  %2 = rtwmc.conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x8x7x3xi8> -> tensor<1x8x7x2xi8>
  %3 = rtwmc.concat %1, %0, %2
    : (tensor<1x8x7x5xi8>, tensor<1x8x7x3xi8>, tensor<1x8x7x2xi8>) -> tensor<1x8x7x10xi8>
  %4 = rtwmc.conv2d %3 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 4 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x8x7x10xi8> -> tensor<1x6x5x3xi8>
  return %4 : tensor<1x6x5x3xi8>
}

// A map that is both inputs.
// CHECK: @twice: 20 inputs, equal
func.func @twice(%0: tensor<1x3x5x3xi8>) -> tensor<1x3x5x6xi8> {
  %1 = rtwmc.concat %0, %0 : (tensor<1x3x5x3xi8>, tensor<1x3x5x3xi8>) -> tensor<1x3x5x6xi8>
  return %1 : tensor<1x3x5x6xi8>
}

// One input only, of pixels that a loop copies.
// CHECK: @alone: 20 inputs, equal
func.func @alone(%0: tensor<1x2x3x37xi8>) -> tensor<1x2x3x37xi8> {
  %1 = rtwmc.concat %0 : (tensor<1x2x3x37xi8>) -> tensor<1x2x3x37xi8>
  return %1 : tensor<1x2x3x37xi8>
}

// Elements of four bytes and of two.
// CHECK: @words: 20 inputs, equal
func.func @words(%0: tensor<1x4x3x3xi8>) -> tensor<1x1x1x6xi8> {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 4, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = 4 : i32} : tensor<1x4x3x3xi8> -> tensor<1x1x1x3xi32>
  %2 = rtwmc.sum_pool2d %0 {kernel = array<i64: 4, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = -9 : i32} : tensor<1x4x3x3xi8> -> tensor<1x1x1x3xi32>
  %3 = rtwmc.concat %1, %2
    : (tensor<1x1x1x3xi32>, tensor<1x1x1x3xi32>) -> tensor<1x1x1x6xi32>
  %4 = rtwmc.elementwise %3 {
  ^bb0(%a: i32):
    %b = rtwmc.apply_scale %a {multiplier = 1431655765 : i32, shift = 35 : i32, rounding = #rtwmc<rounding double>}
    %c = arith.trunci %b : i32 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x1x1x6xi32>) -> tensor<1x1x1x6xi8>
  return %4 : tensor<1x1x1x6xi8>
}

// CHECK: @halfwords: 20 inputs, equal
func.func @halfwords(%0: tensor<1x4x3x3xi8>) -> tensor<1x4x3x6xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = arith.extsi %a : i8 to i16
    %c = arith.muli %b, %b : i16
    rtwmc.yield %c : i16
  } : (tensor<1x4x3x3xi8>) -> tensor<1x4x3x3xi16>
  %2 = rtwmc.concat %1, %1
    : (tensor<1x4x3x3xi16>, tensor<1x4x3x3xi16>) -> tensor<1x4x3x6xi16>
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i16):
    %c7 = arith.constant 7 : i16
    %b = arith.shrsi %a, %c7 : i16
    %c = arith.trunci %b : i16 to i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x3x6xi16>) -> tensor<1x4x3x6xi8>
  return %3 : tensor<1x4x3x6xi8>
}

// Reads two pruned maps, one of them of one channel, and writes another.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: concat1: packed
func.func @pruned(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x1xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 9, batch = 5, tau_q = 1
    : tensor<1x6x4x1xi8> -> !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 11>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 11> -> tensor<1x6x4x1xi8>
  %3 = rtwmc.concat %u2, %u1, %u2
    : (tensor<1x6x4x1xi8>, tensor<1x6x4x3xi8>, tensor<1x6x4x1xi8>) -> tensor<1x6x4x5xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 50, batch = 10, tau_q = 1
    : tensor<1x6x4x5xi8> -> !rtwmc.pruned<1x6x4x5xi8, keep = 70, zero = 11>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x5xi8, keep = 70, zero = 11> -> tensor<1x6x4x5xi8>
  %9 = rtwmc.conv2d %u3 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x6x4x5xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}

// CHECK: @pruned_input: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: concat1: ring
func.func @pruned_input(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.concat %0, %u1
    : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x6xi8>
  %9 = rtwmc.conv2d %3 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x6x4x6xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}

// CHECK: @pruned_output: 20 inputs, equal
// CHECK: concat1: packed
func.func @pruned_output(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.concat %0, %1
    : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x6xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 70, batch = 10, tau_q = 1
    : tensor<1x6x4x6xi8> -> !rtwmc.pruned<1x6x4x6xi8, keep = 74, zero = 11>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x6xi8, keep = 74, zero = 11> -> tensor<1x6x4x6xi8>
  %9 = rtwmc.conv2d %u3 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q10}
    : tensor<1x6x4x6xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}

// Reads two pruned maps, one of them of one channel, and writes another.
// CHECK: @pruned_nchw: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: concat1: packed
func.func @pruned_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w11, bias = #b11, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q11}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.conv2d %0 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q12}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x1xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 9, batch = 5, tau_q = 1
    : tensor<1x6x4x1xi8> -> !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 11, order = nchw>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 11, order = nchw> -> tensor<1x6x4x1xi8>
  %3 = rtwmc.concat %u2, %u1, %u2
    : (tensor<1x6x4x1xi8>, tensor<1x6x4x3xi8>, tensor<1x6x4x1xi8>) -> tensor<1x6x4x5xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 50, batch = 10, tau_q = 1
    : tensor<1x6x4x5xi8> -> !rtwmc.pruned<1x6x4x5xi8, keep = 70, zero = 11, order = nchw>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x5xi8, keep = 70, zero = 11, order = nchw> -> tensor<1x6x4x5xi8>
  %9 = rtwmc.conv2d %u3 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q13}
    : tensor<1x6x4x5xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}

// CHECK: @pruned_input_nchw: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: concat1: ring
func.func @pruned_input_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q14}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.concat %0, %u1
    : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x6xi8>
  %9 = rtwmc.conv2d %3 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x6x4x6xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}

// CHECK: @pruned_output_nchw: 20 inputs, equal
// CHECK: concat1: packed
func.func @pruned_output_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %3 = rtwmc.concat %0, %1
    : (tensor<1x6x4x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x6xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 70, batch = 10, tau_q = 1
    : tensor<1x6x4x6xi8> -> !rtwmc.pruned<1x6x4x6xi8, keep = 74, zero = 11, order = nchw>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x6xi8, keep = 74, zero = 11, order = nchw> -> tensor<1x6x4x6xi8>
  %9 = rtwmc.conv2d %u3 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q17}
    : tensor<1x6x4x6xi8> -> tensor<1x5x3x2xi8>
  return %9 : tensor<1x5x3x2xi8>
}
