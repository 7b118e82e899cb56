// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check=kernel=quads -o /dev/null 2>&1 | FileCheck %s --implicit-check-not="instead of"
// RUN: rtwmc-opt %s --rtwmc-check=kernel=taps -o /dev/null 2>&1 | FileCheck %s --implicit-check-not="instead of"

// Depthwise windows by words of four channels, and channel by channel.

#w0 = dense<"0xA54DCA182530BB1D6D132CDED6237B2ED91E3F721FCB1971174494D6493C9D5C3460BE31201E69FEDAA0EEE8B9997F5C7C2999FDAFE5"> : tensor<3x3x6x1xi8>
#b0 = dense<[-642, 1988, -2401, -2033, 1193, 425]> : tensor<6xi32>
#q0 = #rtwmc.requant<[1250868533, 1886715711, 1441021451, 1236933973, 2075833080, 1598761952], [39, 38, 40, 38, 40, 40], double, zero_point = 5, range = [-128, 127]>
#w1 = dense<"0xA0AEB3FEE9232F8AF2211F9EE491C5B10BECB5563BFC1E6F93427ECBC8FE2955E5CD8E46DC8ED4B7C2764D2A5A4D767706F85D8690024AD6BDA3401BE9C8CBCCC935F6CD1F61226A"> : tensor<3x3x8x1xi8>
#b1 = dense<[609, -1671, -2100, -215, 1921, -2570, -2162, -2999]> : tensor<8xi32>
#q1 = #rtwmc.requant<[1682321093, 1236161311, 1649931756, 1182688359, 2092667793, 1464165003, 1732737192, 1101123198], [38, 38, 40, 39, 38, 40, 39, 39], double, zero_point = -128, range = [-128, 127]>
#w2 = dense<"0xBAF23E3BF9EEF5F79F2B4934AF87F5520B69B94B0D982E85BB55B672A872637ACD7466FCB60E0E8FF18463B0E4B2BA29703474F064AC68F700F5B02B3DC666F45BDEAA2CCAEDCD2B5157410E4DEE4AF2B34F430A073447DE636C0E806C957BA684D6431FB5EAD7424D09E15D024C5848F23D1FA6F7361D7F618D1532E70E20E2A6668DE7F47E8467E546D53EC8E2A1257BDB256C9B3E4FBB498146EF7030CBF9537252DCCEADD764B6A32FBB09ADEAE109C4A997203975352B878B145C8A42D884CF4CFDA72D8E1D5DD92589082D852A7122873EE805ADD58942167A385286195C"> : tensor<5x5x9x1xi8>
#b2 = dense<[-1348, -445, 2150, -502, 1350, -1314, -625, 651, 1096]> : tensor<9xi32>
#q2 = #rtwmc.requant<[1795465124, 1264760368, 1364213001, 1446331334, 1936685521, 1093244308, 2141576981, 1342659134, 1113415888], [38, 38, 40, 40, 40, 38, 40, 39, 38], double, zero_point = 5, range = [-128, 127]>
#w3 = dense<"0xE436DDFDC99D6E75AF6547CFB11B42072482DC531C2BC3907C9617EB5E5089E40186BAA8A57D119E6FB65D00ABC32AF38E667F022E872D49CC15C90B"> : tensor<3x5x4x1xi8>
#b3 = dense<[-546, -508, 2158, -1093]> : tensor<4xi32>
#q3 = #rtwmc.requant<[1164454443, 1702507087, 2101996912, 1641954768], [38, 40, 40, 40], double, zero_point = 5, range = [-128, 127]>
#w4 = dense<"0xC7A6FD4C914A16DB4708752B0F1544B835C0E719097DFA8701E9232F21F2812687786976EBFCC327F593176527"> : tensor<3x3x5x1xi8>
#b4 = dense<[1912, -1793, -283, -920, 2337]> : tensor<5xi32>
#q4 = #rtwmc.requant<[1871765278, 1817723388, 1400607236, 1740697366, 1683371306], [38, 38, 39, 38, 39], double, zero_point = 5, range = [-128, 127]>
#w5 = dense<"0x89326FFA9492EDEEEE3C669F2BF20894EA27E689C66B6B262E4886B8438F39BA76FEF8C90C5101FBE6CF9A48D5B0C0A13DA900A6ADCB3D64069481BE21C9C7"> : tensor<3x3x7x1xi8>
#b5 = dense<[1826, -2375, -46, 506, -746, -2605, -702]> : tensor<7xi32>
#q5 = #rtwmc.requant<[1182951952, 1129165707, 1969968344, 1784535486, 1380427389, 1755528684, 2078323816], [38, 38, 39, 39, 40, 39, 38], single, zero_point = 5, range = [-128, 127]>
#w6 = dense<"0xBFDB0ECC682919D2E64692F8194157F1D4AF90988285CF7A9AF7C93D5552266AFE70E7AA"> : tensor<3x3x4x1xi8>
#b6 = dense<[686, 501, -1857, 1487]> : tensor<4xi32>
#q6 = #rtwmc.requant<[1280337373, 1335826777, 1171145784, 1261319251], [39, 40, 38, 39], double, zero_point = 5, range = [-128, 127]>
#w7 = dense<"0x7ABC84670AD3C4D36BC08AAD1FFF8EB8406E2F8A7FC4CCE4DD9F0B4110D9F2FA0025C8EFE57F37724F4D37EA2B14004077139B4180DF"> : tensor<3x3x6x1xi8>
#b7 = dense<[2722, -2082, -2186, -2424, -540, 1296]> : tensor<6xi32>
#q7 = #rtwmc.requant<[2086860675, 1699616245, 1279580026, 1490441647, 1353861614, 1313812279], [40, 38, 38, 40, 39, 39], double, zero_point = 5, range = [-128, 127]>
#w8 = dense<"0x8EA17CF3787E0ED29D1C0B63FFD7298374D9BD74FC11ADD7B9CA6503952269FD669F6376EE71879737FD5F72F8D51C4AC91B6D0C48D41A1E5EC9E6A0392854A8615EEF109FC1BFA9E2563701288F29B3D73F6AC2B69EDD2C19F2"> : tensor<1x9x10x1xi8>
#b8 = dense<[-1397, 53, 1436, 656, -1419, -352, -17, 887, -2752, 2174]> : tensor<10xi32>
#q8 = #rtwmc.requant<[1514836931, 1340043802, 1945431773, 1745268878, 1896945323, 1508363111, 1117388879, 1477004535, 1111166438, 1572012380], [38, 38, 39, 38, 40, 38, 40, 39, 39, 39], double, zero_point = 5, range = [-128, 127]>
#w9 = dense<"0xAB1686A28D9801210C7736F3EEC580DCFC43FE5D049B4D78A7A3EBB92865C8517ED02111F6A652DA3524872B6A"> : tensor<3x3x5x1xi8>
#b9 = dense<[-2211, 449, 1083, 2814, 661]> : tensor<5xi32>
#q9 = #rtwmc.requant<[1259705173, 1325208191, 1216475568, 1521321043, 1568654951], [40, 40, 38, 40, 40], double, zero_point = 16, range = [-128, 127]>
#w10 = dense<"0x3E96968F89BE828565E07E5F7D784E9060A721CA807D7633ED123402F376E5BF1496773D19616326BE5BE58503"> : tensor<3x3x5x1xi8>
#b10 = dense<[-2134, 2222, 1883, 2813, 2078]> : tensor<5xi32>
#q10 = #rtwmc.requant<[1449228943, 1307436818, 1113958303, 1469639621, 1438831827], [38, 38, 38, 39, 38], double, zero_point = -16, range = [-128, 127]>

// Padded at all sides; two channels overlap.
// CHECK: @padding: 20 inputs, equal
func.func @padding(%0: tensor<1x6x7x6xi8>) -> tensor<1x6x7x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x7x6xi8> -> tensor<1x6x7x6xi8>
  return %1 : tensor<1x6x7x6xi8>
}

// No channel left over, no negative result.
// CHECK: @same: 20 inputs, equal
func.func @same(%0: tensor<1x5x5x8xi8>) -> tensor<1x5x5x8xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x5x5x8xi8> -> tensor<1x5x5x8xi8>
  return %1 : tensor<1x5x5x8xi8>
}

// Strides, more rows than stay in registers, padding of two columns.
// CHECK: @large: 20 inputs, equal
func.func @large(%0: tensor<1x9x8x9xi8>) -> tensor<1x5x4x9xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 2, 2>, pad = array<i64: 2, 2, 2, 2>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x9x8x9xi8> -> tensor<1x5x4x9xi8>
  return %1 : tensor<1x5x4x9xi8>
}

// Every window reaches outside.
// CHECK: @narrow: 20 inputs, equal
func.func @narrow(%0: tensor<1x4x2x4xi8>) -> tensor<1x4x2x4xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 2, 2>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x4x2x4xi8> -> tensor<1x4x2x4xi8>
  return %1 : tensor<1x4x2x4xi8>
}

// Pixels behind the last window, a side alone.
// CHECK: @crop: 20 inputs, equal
func.func @crop(%0: tensor<1x7x8x5xi8>) -> tensor<1x3x4x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 2, 2>, pad = array<i64: 0, 1, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x7x8x5xi8> -> tensor<1x3x4x5xi8>
  return %1 : tensor<1x3x4x5xi8>
}

// Gathered, for they are dilated.
// CHECK: @dilated: 20 inputs, equal
func.func @dilated(%0: tensor<1x8x8x7xi8>) -> tensor<1x8x8x7xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 2, 2>,
    dilation = array<i64: 2, 2>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x8x8x7xi8> -> tensor<1x8x8x7xi8>
  return %1 : tensor<1x8x8x7xi8>
}

// Weights that need 16 bits; elements without a sign.
// CHECK: @wide: 20 inputs, equal
func.func @wide(%0: tensor<1x5x6x4xi8>) -> tensor<1x5x6x4xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 140 : i32, weight_zp = -90 : i32, requant = #q6, input_unsigned}
    : tensor<1x5x6x4xi8> -> tensor<1x5x6x4xi8>
  return %1 : tensor<1x5x6x4xi8>
}

// Pooled where they are stored.
// CHECK: @pooled: 20 inputs, equal
func.func @pooled(%0: tensor<1x8x8x6xi8>) -> tensor<1x4x4x6xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q7,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x8x8x6xi8> -> tensor<1x4x4x6xi8>
  return %1 : tensor<1x4x4x6xi8>
}

// Along time.
// CHECK: @time: 20 inputs, equal
func.func @time(%0: tensor<1x1x19x10xi8>) -> tensor<1x1x19x10xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 4, 4>,
    dilation = array<i64: 1, 1>, input_zp = -9 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x1x19x10xi8> -> tensor<1x1x19x10xi8>
  return %1 : tensor<1x1x19x10xi8>
}

// Read from a pruned map and written into one.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: dwconv1: packed
func.func @pruned(%0: tensor<1x7x7x5xi8>) -> tensor<1x4x4x5xi8> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 37 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x7x7x5xi8> -> tensor<1x7x7x5xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 60, batch = 11, tau_q = 1
    : tensor<1x7x7x5xi8> -> !rtwmc.pruned<1x7x7x5xi8, keep = 185, zero = 16>
  %2 = rtwmc.unprune %p1 : !rtwmc.pruned<1x7x7x5xi8, keep = 185, zero = 16> -> tensor<1x7x7x5xi8>
  %3 = rtwmc.depthwise_conv2d %2 {weight = #w10, bias = #b10, stride = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 16 : i32, weight_zp = 0 : i32, requant = #q10}
    : tensor<1x7x7x5xi8> -> tensor<1x4x4x5xi8>
  return %3 : tensor<1x4x4x5xi8>
}
