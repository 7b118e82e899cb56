// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Programs on maps of which one repeats its elements, and on constants of channels.

#w0 = dense<"0x942A089DD8C2B74262"> : tensor<3x1x1x3xi8>
#b0 = dense<[-810, 641, -2885]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1548419839, 2050917653, 1126928487], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w1 = dense<"0x362BFFD70ADCB71D6912BC586EB9BC90A02BF25AF7E5535D5BA5643A2A32DA138D8FA937BD939CE86F844C363DFC79A84833C455E6111CD5C90B537306711DE32FB108C1FB62122687EE64EB976E2E34567A8133D75406E3AFD454D3237A97D9D1991A91370C47AADC7F5428AC3A78F1E68B02ADC10C48CD680F58E6D829D78DF55A98872C731FFEC109E9D295A3D0B29A8CAE52C615D6F4828E2DC46F874ABD38EC3D8EE2031284387EF015D0288D66B94B2E5CCAB8962856143D5D09454796F097181634A70F44B32F516D69DAA271DFB9709FE942B6C2"> : tensor<3x6x4x3xi8>
#b1 = dense<[-458, -2677, 1026]> : tensor<3xi32>
#q1 = #rtwmc.requant<[1922137191, 1825935641, 1525469224], [40, 40, 40], double, zero_point = 5, range = [-128, 127]>
#w2 = dense<"0x526BA1D0D81D14A1DAF152D4BB7DA11197E458CCBCFF08DA"> : tensor<2x2x2x3xi8>
#b2 = dense<[1983, -1512]> : tensor<2xi32>
#q2 = #rtwmc.requant<[2018982264, 1482335560], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w3 = dense<"0xDC20E901C8C3821D11D7C7B38B564920ED3E22D8F24A9E3C096A65B19F8991DCFC97AD0B"> : tensor<3x1x4x3xi8>
#b3 = dense<[-1197, 2478, 1667]> : tensor<3xi32>
#q3 = #rtwmc.requant<[1402447139, 1209722964, 1373671129], [39, 39, 39], double, zero_point = 11, range = [-128, 127]>
#w4 = dense<"0x399E8038282911F412878BD7036524435A6FFA1F488500C517D71709474A07B5D404FE29E9A69211556A9D3A49504738DB6457692088"> : tensor<3x6x1x3xi8>
#b4 = dense<[2380, 1916, -2190]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1347821745, 1321008029, 1997725360], [39, 39, 39], double, zero_point = 11, range = [-128, 127]>
#w5 = dense<"0xB72069C1AB327E4BBDD9EB6F517EAB1331424E23BE1012E41B5387"> : tensor<1x3x3x3xi8>
#b5 = dense<[-140]> : tensor<1xi32>
#q5 = #rtwmc.requant<[1516436028], [40], double, zero_point = 11, range = [-128, 127]>
#w6 = dense<"0xA43FFBA4A453DB2273AB4B7E885FB2B3DCBFD191BE00C85967A7DE83B8A49782CAE9E1E1694439D21E0B135249427F9BA0B7AAA2A6A98A82C32812B457A9CB515E26188A3B84AF0C7742B56F4987D705E7"> : tensor<3x3x3x3xi8>
#b6 = dense<[-440, -2576, -1668]> : tensor<3xi32>
#q6 = #rtwmc.requant<[2089255697, 1127969082, 1821257267], [40, 40, 40], double, zero_point = 11, range = [-128, 127]>
#w7 = dense<"0x50FE840C48CA3590BE"> : tensor<3x1x1x3xi8>
#b7 = dense<[-1781, -2857, 2499]> : tensor<3xi32>
#q7 = #rtwmc.requant<[1697933992, 1678326959, 1735636764], [38, 38, 38], double, zero_point = 7, range = [-128, 127]>
#w8 = dense<"0x604F536592AC203754"> : tensor<3x1x1x3xi8>
#b8 = dense<[-1769, -838, 1142]> : tensor<3xi32>
#q8 = #rtwmc.requant<[1902874142, 1370947388, 2025878090], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w9 = dense<"0xBEFF72"> : tensor<1x1x1x3xi8>
#b9 = dense<[2738]> : tensor<1xi32>
#q9 = #rtwmc.requant<[1745274500], [38], double, zero_point = 5, range = [-128, 127]>
#w10 = dense<"0xA1E2AB3D6A162BE485BA703A23DDC9EA14C3A7DA2CA1087C"> : tensor<2x2x2x3xi8>
#b10 = dense<[1124, -375]> : tensor<2xi32>
#q10 = #rtwmc.requant<[1179178659, 2139994092], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w11 = dense<"0xAA00F4D0AE93564AC915DA0A6957A19AAD4ADA2AFE0D20D81101CEE62F245670A8D19DEAA05DD2E8270E1E145CF64B59A63D3AA53B9C8CA8FDF0BEA529E28FAD2FE9EDD0644BCEF7CE1BC4ED97E1EFE05C6A85E004372CB202BCC04735E754693D6EF5B5729F3B69E8BF7C5403AB17EC1132CB90DFA33C539B44C43E25FE3247DA49A1683117B935D0307AB9803D0F0E2D1CE1241AA63F0FD546C54EFFDD65A24B5F7419026C52669B1BD4E4F63260D4884895803F4FD439295B5CE7140A9D4BFFF8DE1E1E9FAECD781F06E47A4C3D803D60C863785E1DB4"> : tensor<3x6x4x3xi8>
#b11 = dense<[-2714, 1379, 248]> : tensor<3xi32>
#q11 = #rtwmc.requant<[1678079991, 1096176627, 1324765623], [40, 40, 40], double, zero_point = 11, range = [-128, 127]>
#w12 = dense<"0xD827071D8ACBCAF9F2313606293647DC046F3A98AB61FB5F"> : tensor<2x2x2x3xi8>
#b12 = dense<[-87, -1647]> : tensor<2xi32>
#q12 = #rtwmc.requant<[1699974474, 1141261171], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w13 = dense<"0x0864592CB3D67F7B40"> : tensor<3x1x1x3xi8>
#b13 = dense<[2339, 1465, -2367]> : tensor<3xi32>
#q13 = #rtwmc.requant<[1225729339, 1173485792, 1769109674], [38, 38, 38], double, zero_point = 11, range = [-128, 127]>
#w14 = dense<"0x2B4B57"> : tensor<1x1x1x3xi8>
#b14 = dense<[1976]> : tensor<1xi32>
#q14 = #rtwmc.requant<[1257705386], [38], double, zero_point = 5, range = [-128, 127]>
#w15 = dense<"0x46AD1A32F8C8595721931E0BA45BD1EF388AEFCEA5FD19FF"> : tensor<2x2x2x3xi8>
#b15 = dense<[1372, -776]> : tensor<2xi32>
#q15 = #rtwmc.requant<[1940575826, 1155695124], [39, 39], double, zero_point = 7, range = [-128, 127]>
#w16 = dense<"0x4FDF411A3A1230D17285846B10442C02751EF440E24068821AF87110BCF2126EB59E35F78DB7DC735B626EE6F5C4D5C0E1703BF42C97D15C9C2C0B6DA888A2C33C347DE49A2116B62B0F6E4DFC6F9C55F3CA581D79FDAEDDB868A23B9B69C5F7B0206D6CE6F8F2D6C0A78DB1524AE9560EDFE90FB5787231BD819E95B1680A69A2F17566ACEDED226CFD80EE394D5C4F7B176F943888BDD99F7DA09768D8DEED640A4D28F0411A7CFB0963F9D2F1362B06F695C34D9DCF2BD45BBFB7C23D64F5979F5AD40E76FA7F4288672B9703D19892390935D3F59A55"> : tensor<3x6x4x3xi8>
#b16 = dense<[63, 1343, 1772]> : tensor<3xi32>
#q16 = #rtwmc.requant<[1753010787, 1193469044, 1582089739], [40, 40, 40], double, zero_point = 11, range = [-128, 127]>
#w17 = dense<"0x784CFD52FE982721FFBA85CFC8E880DF19E86636439C4629"> : tensor<2x2x2x3xi8>
#b17 = dense<[-2138, -1202]> : tensor<2xi32>
#q17 = #rtwmc.requant<[1176436609, 1559058547], [39, 39], double, zero_point = 7, range = [-128, 127]>

// A map times what all of it says of each channel.
// CHECK: @squeeze: 20 inputs, equal
// CHECK-NEXT: conv1: dense
// CHECK-NEXT: fc1: dense
// CHECK-NEXT: mul1: in-place
func.func @squeeze(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.conv2d %1 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 11 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x6x4x3xi8> -> tensor<1x1x1x3xi8>
  %3 = rtwmc.elementwise %2, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %z = arith.trunci %e : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x1x1x3xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %4 = rtwmc.conv2d %3 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %4 : tensor<1x5x3x2xi8>
}

// An element for each row, for each column, for each pixel.
// CHECK: @rows: 20 inputs, equal
func.func @rows(%0: tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x6x4x3xi8> -> tensor<1x6x1x3xi8>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %z = arith.trunci %e : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x6x1x3xi8>) -> tensor<1x6x4x3xi8>
  return %2 : tensor<1x6x4x3xi8>
}

// CHECK: @columns: 20 inputs, equal
func.func @columns(%0: tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x6x4x3xi8> -> tensor<1x1x4x3xi8>
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %z = arith.trunci %e : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x1x4x3xi8>) -> tensor<1x6x4x3xi8>
  return %2 : tensor<1x6x4x3xi8>
}

// CHECK: @pixels: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
func.func @pixels(%0: tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x1xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %i = rtwmc.channel
    %v = rtwmc.lookup %i in dense<[7, -3, 25]> : tensor<3xi32> -> i32
    %e2 = arith.addi %e, %v : i32
    %z = arith.trunci %e2 : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x1xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  return %2 : tensor<1x6x4x3xi8>
}

// Tables of bytes and of words, at their ends.
// CHECK: @tables: 20 inputs, equal
func.func @tables(%0: tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8> {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %c128 = arith.constant 128 : i32
    %c24 = arith.constant 24 : i32
    %b = arith.extsi %a : i8 to i32
    %c = arith.addi %b, %c128 : i32
    %d = rtwmc.lookup %c in dense<"0xEDAC992FDBF535CEC1C00859220C12A84B36ABC849D198418CCD5B89CEAD4E05AC9929F8F5B31BD3288C5A3B0974BAD97D2F8583666D584BFBA4D1ADBD71DA1AC0A13B211F413B5E3BDE9140B55633BAAA96E969CB90125313EACA1640F406B9E0754862138F63389DF8018983F8F658DED7663B69C600D03D8A5C88736F7A039667D42B5AD26265156C240A015CBE130DD2A6F728728A1F4402301E63372A7E472CE188FEF917175703A4F300CD7BA010A95BF9BB2C6892A19F9672D77B111C26A7CBC0D0702F517267D9382EE51AF58826C6307310AE5AC41F845468AE4F4750BEF551C80C1762DB776FB74BEB0FF66073E6E62633EAB2D6AD2B75A35298A8"> : tensor<256xi8> -> i8
    %e = arith.extsi %d : i8 to i32
    %f = arith.addi %e, %c128 : i32
    %g = rtwmc.lookup %f in dense<"0x6308B5EA957C662E541219BF2872242F64C338AF76A33B7FBBA9417EEC4C9C8B36A1F9795CDD89635BCDC9D09D5BC807F23F2F2D01985E0ADD41F7AFC79FB0C383B36BC94CD7A2C576433BD148B509C4D227520BE98B29790B4C9AB93A77F38F3AFE78D4FAEF0261EDB8FF272974D34925B5163A88083B6BB464F0A6AF4071BF05779EC004E07252083DE442CDDA97E023AD711B19B73EC1E96A6648775CE434948587FB1F3306E586FABABF71B31363C8E52404DED2172AEBA05E4A99F02D0308A29816FCF0B6B109ED019276AA241B2076797F87CC8CE8EB171C75354CA99CA87A27A5A2E70F46C9B07E45D182582142D0259A7BDC8E14A9A4D2AE77910A6F8D1A76FC5613EC3C4955096193D3E2BDF0D3C2F9A69DB2CB221E8539B68FBF07A14FF7E78BA38D98532FDB5B5691F74D55A2B2DACA6EB75C144331178FE76C51E6ECE100CC5B1954793BAA37E908074F88881C93FBDF2A20413A8F6A53A3B29629B80452944487F30AF47C38AC3BADF0C2BF92A3A9BA8376456C61B02BDF0C686D324FE576D7B626384BA09E2CA35300C6B8C5064AC0055A5ADB57F37CEA1F27DE8750E1DEFD7ECAB49B912C3B3302CA5452F2A386ACA67B107B2B240D4097E94B4D5B703BEE22370611646610154609A94DC4599A826D104C57A98CFCF2DA0CAF6DFDF1FB934BF7C5AA4CA79600C895CFDDD77B830DEF01321D0D072CF0BC56EDB13D85FE090267267C340F78250D95E408F3A21E8856CC80242338143551CCB88BF5DBF2B4328B556FF9FC015940642B6F42CD4AA4FB98EDDE779AFE1CB196C5627F41A8ADD708ECE6AAD4D301FAB2C7DBE4D4E6B8FAECE5C3EBA49421F422E14F2C4BBE4CCD26F6462801AE80454EA8FC0E2FDB300109C671988AE828D9F4656F63BEC6F5094F36211D891EA95E80EA82723FDEB09606F4CAD4781B62A5A5198108DCFF9F7E9904015DCF2B30859F59100D9A74969D024CAD5CBE74FD88CDA8A4C503D1486CB8B0D99BEF72566FA93048E088E992380E7F9EEBCC3B7B5FB894B84CFFD558271C854631CF256506D74113D5253BFEB07A37ECD3116A56DEAD2880695ACE9475C7C1A0AFAAFD1AF1E86B82D553BF28972C1CB0B2BB38C1B8C73DEBE343206F802F55068ABC9D84AF1A46275E05E1BB26B316915698E9085A654F1ABDB53AB040E6805E51484D9B2D7500F6AC9CD1E6F5B308A39E4C9BCE92D98EDDB2460484E10570F343DCC252BD7D05E287EC1D69D1BAB961AED85D561756E54FCC8E7AD2E3BC1D337B44D4D34A5EE0363BC268D9F15FBF5E6956032978B61D25E624E5F67B98790897D9E937F8C6DD11F509B4F7D00D0400B4D4E1BEAF5FE75B84A7A6F53B4F266C9D6DE8010E7C2BEB7459B58ED023D400EEAACA5D723AF52890895BB128DA561DD7DB2112DE648E8B22A8401756C6A63EE201FD1FD28A"> : tensor<256xi32> -> i32
    %h = arith.shrsi %g, %c24 : i32
    %i = arith.trunci %h : i32 to i8
    rtwmc.yield %i : i8
  } : (tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8>
  return %1 : tensor<1x2x3x2xi8>
}

// A comparison that is stored.
// CHECK: @stored: 20 inputs, equal
func.func @stored(%0: tensor<1x5x4x3xi8>) -> tensor<1x5x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x5x4x3xi8> -> tensor<1x5x4x3xi8>
  %2 = rtwmc.elementwise %1, %0 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.cmpi sgt, %a, %b : i8
    rtwmc.yield %c : i1
  } : (tensor<1x5x4x3xi8>, tensor<1x5x4x3xi8>) -> tensor<1x5x4x3xi1>
  %3 = rtwmc.elementwise %2, %1 {
  ^bb0(%a: i1, %b: i8):
    %zero = arith.constant 0 : i8
    %c = arith.select %a, %b, %zero : i8
    rtwmc.yield %c : i8
  } : (tensor<1x5x4x3xi1>, tensor<1x5x4x3xi8>) -> tensor<1x5x4x3xi8>
  %4 = rtwmc.conv2d %3 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x5x4x3xi8> -> tensor<1x5x4x3xi8>
  %5 = rtwmc.elementwise %2, %4 {
  ^bb0(%a: i1, %b: i8):
    %seven = arith.constant 7 : i8
    %c = arith.select %a, %b, %seven : i8
    rtwmc.yield %c : i8
  } : (tensor<1x5x4x3xi1>, tensor<1x5x4x3xi8>) -> tensor<1x5x4x3xi8>
  return %5 : tensor<1x5x4x3xi8>
}

// Pruned: the map, what repeats itself along its rows, and the result.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: mul1: packed
func.func @pruned(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.conv2d %0 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x1xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 9, batch = 7, tau_q = 1
    : tensor<1x6x4x1xi8> -> !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 5>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 5> -> tensor<1x6x4x1xi8>
  %3 = rtwmc.elementwise %u2, %u1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %i = rtwmc.channel
    %v = rtwmc.lookup %i in dense<[7, -3, 25]> : tensor<3xi32> -> i32
    %e2 = arith.addi %e, %v : i32
    %z = arith.trunci %e2 : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x1xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.conv2d %u3 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q10}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %4 : tensor<1x5x3x2xi8>
}

// CHECK: @vector: 20 inputs, equal
// CHECK: mul1: packed
func.func @vector(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w11, bias = #b11, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q11}
    : tensor<1x6x4x3xi8> -> tensor<1x1x1x3xi8>
  %3 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %i = rtwmc.channel
    %v = rtwmc.lookup %i in dense<[7, -3, 25]> : tensor<3xi32> -> i32
    %e2 = arith.addi %e, %v : i32
    %z = arith.trunci %e2 : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x1x1x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.conv2d %u3 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q12}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %4 : tensor<1x5x3x2xi8>
}

// Pruned: the map, what repeats itself along its rows, and the result.
// CHECK: @pruned_nchw: 20 inputs, equal
// CHECK-NEXT: conv1: packed
// CHECK-NEXT: conv2: packed
// CHECK-NEXT: mul1: packed
func.func @pruned_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q13}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x3xi8>
  %p1, %k1 = rtwmc.prune %1, drop = 31, batch = 9, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw>
  %u1 = rtwmc.unprune %p1 : !rtwmc.pruned<1x6x4x3xi8, keep = 41, zero = 11, order = nchw> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.conv2d %0 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q14}
    : tensor<1x6x4x3xi8> -> tensor<1x6x4x1xi8>
  %p2, %k2 = rtwmc.prune %2, drop = 9, batch = 7, tau_q = 1
    : tensor<1x6x4x1xi8> -> !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 5, order = nchw>
  %u2 = rtwmc.unprune %p2 : !rtwmc.pruned<1x6x4x1xi8, keep = 15, zero = 5, order = nchw> -> tensor<1x6x4x1xi8>
  %3 = rtwmc.elementwise %u2, %u1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %i = rtwmc.channel
    %v = rtwmc.lookup %i in dense<[7, -3, 25]> : tensor<3xi32> -> i32
    %e2 = arith.addi %e, %v : i32
    %z = arith.trunci %e2 : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x1xi8>, tensor<1x6x4x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.conv2d %u3 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %4 : tensor<1x5x3x2xi8>
}

// CHECK: @vector_nchw: 20 inputs, equal
// CHECK: mul1: packed
func.func @vector_nchw(%0: tensor<1x6x4x3xi8>) -> tensor<1x5x3x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -22 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x6x4x3xi8> -> tensor<1x1x1x3xi8>
  %3 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %m = arith.muli %c, %d : i32
    %e = rtwmc.apply_scale %m {multiplier = 1288490189 : i32, shift = 37 : i32, rounding = #rtwmc<rounding double>}
    %i = rtwmc.channel
    %v = rtwmc.lookup %i in dense<[7, -3, 25]> : tensor<3xi32> -> i32
    %e2 = arith.addi %e, %v : i32
    %z = arith.trunci %e2 : i32 to i8
    rtwmc.yield %z : i8
  } : (tensor<1x6x4x3xi8>, tensor<1x1x1x3xi8>) -> tensor<1x6x4x3xi8>
  %p3, %k3 = rtwmc.prune %3, drop = 40, batch = 8, tau_q = 1
    : tensor<1x6x4x3xi8> -> !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw>
  %u3 = rtwmc.unprune %p3 : !rtwmc.pruned<1x6x4x3xi8, keep = 32, zero = 0, order = nchw> -> tensor<1x6x4x3xi8>
  %4 = rtwmc.conv2d %u3 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q17}
    : tensor<1x6x4x3xi8> -> tensor<1x5x3x2xi8>
  return %4 : tensor<1x5x3x2xi8>
}
