// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-check=least-memory -o /dev/null | FileCheck %s
// RUN: for kernel in direct:2x2 block16 points fields mve2; do \
// RUN:   rtwmc-opt %s --rtwmc-check=kernel=$kernel -o /dev/null; done 2>&1 | \
// RUN:   FileCheck %s --check-prefix=EVERY --implicit-check-not="instead of"

// A kernel of each way to read windows: in patches, and in rings of one's own.
// EVERY-COUNT-75: inputs, equal

// Rows of enlarged maps are stored once, and read several times.

#w0 = dense<"0xC8FA010DC5DEFF2C022DE7172BD8C80602EDCDE323F2C9F932D511F1F4F9E82D1AE5FEDA1BEA18F2D5FE2632E2FC12F4C90EC4E2D5DC"> : tensor<3x3x3x2xi8>
#b0 = dense<[-519, 1393, -1]> : tensor<3xi32>
#q0 = #rtwmc.requant<[1748832944, 2041447349, 2010111179], [39, 38, 39], double, zero_point = -5, range = [-128, 127]>
#w1 = dense<"0x3004D82FE0F8E2C8C803EA2C1118CD083A31CED7F50CF33810D7D22726D0FCD92BDCF0FBF9FDE31BE7D61306DA32D3E6FEEAD918173C2DDA27DA0126F0EDFBE0C4091FC9EE36ECE3CEE5FDF70ED8F53933031A36E2220738E606011103CCD9021AFF36F7D5F9090EF008F502"> : tensor<4x3x3x3xi8>
#b1 = dense<[2748, -1642, 1577, 615]> : tensor<4xi32>
#q1 = #rtwmc.requant<[1965320535, 1149586276, 1079820115, 2015581616], [38, 38, 39, 38], double, zero_point = -14, range = [-128, 127]>
#w2 = dense<"0xD111FE2E2A02D5FE32FB27043AFDEF20E536281DFEFAEE17063806D722E2ED13C81BDD16370F0D2E1401C72BD2E9FB3031E31FE935CFC910380A26D12CE8D81901D6F210F73928DC"> : tensor<4x3x3x2xi8>
#b2 = dense<[-134, -1505, -2347, 1845]> : tensor<4xi32>
#q2 = #rtwmc.requant<[1990172741, 1519779895, 1279902243, 1736248841], [39, 39, 39, 38], double, zero_point = -8, range = [-128, 127]>
#w3 = dense<"0xE610F2D2142814C4DEFA12F833F4332B17DDCC26FA2ACF2DCBF0E4F2FEFA25DC1423E8FF1CE904030438E5F7FC15EFF020E70137FD31010F01CE1C0920F22A20F73829D911F9200CCC1030212FEBC60FED17EDCD22F612F3E811DBE2D9EBD00B292C3BCAE00C23CDF9DC0C0DFC392A330FC6F6DDEF30350DDC063B2B0C25262EED33CA181C0ECAC80CF2323BF6ED1015"> : tensor<4x3x3x4xi8>
#b3 = dense<[-1596, -1708, -2039, 1964]> : tensor<4xi32>
#q3 = #rtwmc.requant<[1426524872, 1140611731, 1823977412, 1263165081], [39, 39, 39, 38], double, zero_point = 2, range = [-128, 127]>
#w4 = dense<"0x3A32FC1E0012FD20FC11DAF12DFA2D2DEF0B05FEF5DCD0FB16D7C93B32DB1515DC0CFA382937F20BF4CA11CAD9EBE0CA0EDAD0150CF2"> : tensor<3x3x3x2xi8>
#b4 = dense<[-1480, -521, -2650]> : tensor<3xi32>
#q4 = #rtwmc.requant<[1994516087, 1240689793, 1815349293], [38, 39, 38], double, zero_point = 5, range = [-128, 127]>
#w5 = dense<"0xD9F72B24FF3C27EE34C8DA2E34DA0E1EF9D70516351DF6D0F62CD3E2D1FA2015EB20E908173036D0F02E3806130011E308E9C519D81AF51CE1D005152500D00D37F70EDFE8F1CC34DC13320B07C7CDF72BC8C6172FFBEF2E39DA21CAF1ED140028D9C6DED4E92DDDE337E3F512090E10F9330A25C7D4C4D3C72FCB1B2626DAD31CF5CCC518FB22"> : tensor<3x5x3x3xi8>
#b5 = dense<[2420, -1503, 2112]> : tensor<3xi32>
#q5 = #rtwmc.requant<[1176377556, 1437784130, 1187064930], [39, 39, 39], double, zero_point = 6, range = [-128, 127]>
#w6 = dense<"0xDBC8F714FE021E1FF219CDD5E5E4DACFFEC5D7E7CE3807EBD626D108D3E81E132BEE2BC40DE5153B2406FA3405D61FCB15CB11CB16DF"> : tensor<3x3x3x2xi8>
#b6 = dense<[1387, -2881, -1248]> : tensor<3xi32>
#q6 = #rtwmc.requant<[1730440884, 1973341740, 1397818754], [38, 39, 38], double, zero_point = -11, range = [-128, 127]>
#w7 = dense<"0x01EAFF30FFDA3714D6C7F711D7FD18371D2D2C26DAEF041900D7C9020FF5D9001DE7DF0306F1170C26310BF4D73616EC223CECD4CBFECA1AEE0706CAF412273928CE381D20C8D4C8C53BF2FBE018012E0C3918203BCFD1CCF22BFEFAEBDA23D42514F7091D09DC1B23E220D7"> : tensor<4x3x3x3xi8>
#b7 = dense<[130, -1213, 1223, 1900]> : tensor<4xi32>
#q7 = #rtwmc.requant<[1902470957, 1483289694, 1219600802, 1406415230], [38, 38, 39, 39], double, zero_point = 11, range = [-128, 127]>
#w8 = dense<"0x31DE3CC5FEDA19D9F2F514DEE3EEEA0FE5D7CB02F9F1EFC4ED1AE90436271D340FCAF81FE8FED9332DD2362FF9FACFD3FFD83429CD2C"> : tensor<3x3x3x2xi8>
#b8 = dense<[102, 1352, -2344]> : tensor<3xi32>
#q8 = #rtwmc.requant<[1631870708, 2111023043, 1256246589], [39, 38, 39], double, zero_point = -20, range = [-128, 127]>
#w9 = dense<"0x30012CE0F636C6FCFE150C1F031DF9EA0B18D7FDD9E100030DFFF7EA230A38FD1025C60409F3141E2CFFEADBE2E0F311D807272EC7090C2A2E31C8CB"> : tensor<5x2x2x3xi8>
#b9 = dense<[-1653, 441, -481, -1652, -1397]> : tensor<5xi32>
#q9 = #rtwmc.requant<[1434626904, 2076532499, 1748438470, 1165917975, 1600860781], [38, 38, 38, 39, 39], double, zero_point = -19, range = [-128, 127]>
#w10 = dense<"0xC6F9141BF1E5C6D7E4C9D6171B1936E2D2051F3B002726E9F0EC0AFA27321DEE102CE9FACBD10119201FF20220FB00F1CCD80EDC0A24"> : tensor<3x3x3x2xi8>
#b10 = dense<[-365, -637, -1369]> : tensor<3xi32>
#q10 = #rtwmc.requant<[1996395495, 1164356210, 1441749900], [38, 39, 39], double, zero_point = -20, range = [-128, 127]>
#w11 = dense<"0xF6D3F5E329DD373C0D30CD022C34CA0A2F39E402CE27233818121DCFE33216DAD9FDF7361E0BDC1BFA1DE1FBF8DCE1201D312EF2012F1FD4243A2BDD2A0D183022CA211B061D29DBDCCE20F6151B09C411"> : tensor<3x3x3x3xi8>
#b11 = dense<[1116, -1137, 2657]> : tensor<3xi32>
#q11 = #rtwmc.requant<[1777291415, 1750605116, 2127148487], [38, 39, 38], double, zero_point = 16, range = [-128, 127]>
#w12 = dense<"0xF7FF05D1F9110621CFE3CBD120CCE6E3E7201DEF24E808F32CD5F026350C152930382CD4"> : tensor<2x3x3x2xi8>
#b12 = dense<[2742, -2415]> : tensor<2xi32>
#q12 = #rtwmc.requant<[2040561156, 1328016410], [39, 38], double, zero_point = -20, range = [-128, 127]>
#w13 = dense<"0xD810D5F8E200FFCCD9CEEF1718E626D7153235CBFC1D222D0636C918CAC8FC353307F80A08EB23110D1BF2E90FD5FF20EEF1CC35E51E"> : tensor<3x3x3x2xi8>
#b13 = dense<[-602, 2345, -147]> : tensor<3xi32>
#q13 = #rtwmc.requant<[1294429038, 1616584304, 1882545047], [39, 39, 39], double, zero_point = 15, range = [-128, 127]>
#w14 = dense<"0xD9E7D2D73A0B13D930C4FC252A253AF2FB34E6D8EC37DC1B1519D4CACA250ED90C083B0AD7CB0DE9F139FF25F2EB32E4CDDD172AF130"> : tensor<3x3x3x2xi8>
#b14 = dense<[-2427, 2298, -2418]> : tensor<3xi32>
#q14 = #rtwmc.requant<[1602692621, 2024499792, 1584199071], [39, 39, 38], double, zero_point = 16, range = [-128, 127]>
#w15 = dense<"0x3004FB1820EFFF101DCBF3EE0102E82E08023BC4F3E4360E0E16003BDB2C2D2D29E1F5FBED1BE7D1EFD2CFD131E4FBE2DA091B25DA263432C4040AE815D8EF0DDC37370F201CD3D9ECC5EF3800DCFDCB10"> : tensor<3x3x3x3xi8>
#b15 = dense<[924, 1640, -1900]> : tensor<3xi32>
#q15 = #rtwmc.requant<[1706677436, 1456182757, 1299513776], [38, 39, 39], double, zero_point = -19, range = [-128, 127]>
#w16 = dense<"0xEACAF5D9D6F4171731C501FB35F8110C143115C6C7323A300ED91D26E7F7DC0F05101F01F4E2EF09E0F20D300EC8330D2EC52AD6C5D4"> : tensor<3x3x3x2xi8>
#b16 = dense<[-1325, -772, -1001]> : tensor<3xi32>
#q16 = #rtwmc.requant<[2124468125, 1960627183, 1202133724], [39, 39, 38], double, zero_point = -16, range = [-128, 127]>
#w17 = dense<"0x14DFDA120D2CDE1C24F0C7E9D7330628113902F5CF2CD400CDEA19DB03271E00E92535CB01E9C9F2CCCEF107FAC8D2301B0B39173C2A34D9D4C929E119F935CACD3AEA33293BC9F830F3EE3A0511123612E9F5E439F5C50B09C4FFE10BCCF42E091DF12EE61909C8CAED0E34"> : tensor<4x3x3x3xi8>
#b17 = dense<[2428, 822, -456, -363]> : tensor<4xi32>
#q17 = #rtwmc.requant<[1413170321, 1813874184, 2136499193, 1275350597], [39, 38, 39, 38], double, zero_point = -10, range = [-128, 127]>
#w18 = dense<"0x383722C405E8D223231FF2CAD40D3432C7E6E1F108C611EA093A351BF43A181F09152D33F61339FD30EC20C4393118D4E9DCF1F0142C0436E8F91D3BD0FDD6E0F408EE1A1AEAE30F1BFBC62BCCE1F4261DDED8CACEF2F3D11ADB"> : tensor<5x3x3x2xi8>
#b18 = dense<[2406, 1910, 2423, -2520, 2260]> : tensor<5xi32>
#q18 = #rtwmc.requant<[1123118479, 1960232279, 1578048180, 1218761397, 2005976205], [39, 39, 38, 38, 38], double, zero_point = -16, range = [-128, 127]>
#w19 = dense<"0x302ADD0C29131431CD2E253925F416E5CDED11D2EA1FE1E2FD2FD4011828ED24E9DDFBCAFBD4FBE4D624F236D6"> : tensor<3x3x5x1xi8>
#b19 = dense<[1631, 2911, -659, 2442, 1664]> : tensor<5xi32>
#q19 = #rtwmc.requant<[1942980533, 1512616387, 2130222762, 1940736767, 1281307244], [39, 38, 38, 39, 38], double, zero_point = 20, range = [-128, 127]>
#w20 = dense<"0x0620E0E7E0D2CB2B29CB1CF9F717041DC82620D038D4FAEBCA2FE036FAECE8FC1209FB2DC611DF3AD8192F20DECDC812D63C11E624ED"> : tensor<3x3x3x2xi8>
#b20 = dense<[-951, 1288, 1898]> : tensor<3xi32>
#q20 = #rtwmc.requant<[1180391594, 1372909989, 1520225172], [39, 39, 39], double, zero_point = 2, range = [-128, 127]>
#w21 = dense<"0xFA0DF61AFCF1F9ED300B2EE1EC08F6C9C6241C02FFD93737C8FD24E2C8000FD9CDE21D161E17D109221626D808DF11F3122D27D81F28CA06FFE2D61E19FF16CD262716E303D0CBDA17271AD9D512E2CDFFC9D22AD0CD2C1D263330CBD0012EFCCD10100EDE23253226D1DDD2"> : tensor<4x3x3x3xi8>
#b21 = dense<[2246, 1720, 2816, 2380]> : tensor<4xi32>
#q21 = #rtwmc.requant<[1427630828, 1664089717, 1753704976, 1479678743], [38, 39, 38, 39], double, zero_point = 3, range = [-128, 127]>
#w22 = dense<"0x0E0922EA18FD26C4F0C4E507E4D112F8F8EAFBCDEAD83226F0D632D2CCF415E6DBE23A34C9EF2EE426FBF606CC211EE52029211AEF2D1EF6E316C53723E932E130EAE2C6DE2F3ADADCC5D3E5E500D237F03C322B3BCE0E180A1E28F71BEDD1F6F8FA3125F90F281E3026CA21"> : tensor<4x3x3x3xi8>
#b22 = dense<[-75, -272, -2980, 1115]> : tensor<4xi32>
#q22 = #rtwmc.requant<[1298250598, 2008269607, 1180460658, 2013173565], [38, 39, 38, 39], double, zero_point = -128, range = [-128, 127]>
#w23 = dense<"0x2ACDE5D2D51D1F19E6F0EA32110829E319D0FBFA35EE24DFF43ACC12FBD3D3FF02EDEE29D60DC9C6071C0115E538FB22E5D7D4F6EA28CB300DF22C2E320DFE091FF300C50CE9D7042D302A19E6DA11DE042913D4CDDDCF00EEED24FCEFD3F21E32D81FD01B08C82D061830210CE5CFF2111020EB0CF2D526FECE351629E920E5FE2BFB2D28CCCF05F102FCF1F73216D8"> : tensor<4x3x3x4xi8>
#b23 = dense<[52, 2109, -1114, 2720]> : tensor<4xi32>
#q23 = #rtwmc.requant<[1543017595, 1891186235, 1150662164, 1282764758], [38, 38, 39, 39], double, zero_point = -18, range = [-128, 127]>
#w24 = dense<"0x301FC5FEF9C5CD24E73AF4C72224E11DFAFBDB060F23C81D05DC2832EF2CF820F7160900DB06CD3ACFD1C9E02F200E2FC4302F24CB25F8EC0D21E71B321DFE3912193605EE0D27CC243108D9EC0116FDFDFAF512FCE22BFF1BE7340AD7D5D5C7211DF1E3C9C5D72829133ACF"> : tensor<4x3x3x3xi8>
#b24 = dense<[2231, 278, -2118, 707]> : tensor<4xi32>
#q24 = #rtwmc.requant<[1443341510, 1160963251, 2122737754, 1147530271], [38, 38, 38, 38], double, zero_point = -128, range = [-128, 127]>
#w25 = dense<"0x1AF5EECD222509F9D3DE24311C01F437101104F1FF32053331FB0F0F28EE0330132EEEEF0AF03B0914CCDFD52D32E93A"> : tensor<3x2x2x4xi8>
#b25 = dense<[-1913, -2365, -452]> : tensor<3xi32>
#q25 = #rtwmc.requant<[1231071612, 2012053761, 1367524606], [39, 39, 38], double, zero_point = 0, range = [-128, 127]>
#w26 = dense<"0x023BE224D809CB1536D8E2F91A1DF722F6332D2BE4D7FDEBFDF8260F39CAF619C9F4CC2A181FCFC7F7FB0ACEDBF6C61AF505D92839FCD6351CECFC103AD201C7161BF7F3000735FEFE22C9E307CFFC26D512DD0034FDDA32EAEB02E6142F03EBD92DE6CBF9EDCDEBF930D2FC"> : tensor<4x3x3x3xi8>
#b26 = dense<[-2096, 2685, -1029, -172]> : tensor<4xi32>
#q26 = #rtwmc.requant<[1548921579, 1217623121, 2051072729, 1308436843], [39, 38, 39, 38], double, zero_point = -128, range = [-128, 127]>
#w27 = dense<"0x0B2BE7242ECCDC381E3523F13928EA06F9DEEAC9FA0D282F06162B0DDE39F620173234C6123C3B2AC5DB25EEE60436182C392EC8CF05C4F8F62BC7C8CBCED0EE09E700080C2C08CC"> : tensor<3x3x2x4xi8>
#b27 = dense<[-807, 418, 251]> : tensor<3xi32>
#q27 = #rtwmc.requant<[1446885758, 1356280142, 1439794661], [38, 38, 39], double, zero_point = -13, range = [-128, 127]>
#w28 = dense<"0x0332EDEBCF0D11F414E136F23BED223832340C2D283812CCE3D33C0D100605F22A041C02C5173822031DE21911E2FA10F0E0F51105DC1E06F5FE37CB1609000C121CFF0E18E4E6D13229063130E923F4FA270101FD251D3830FAC7E3E627DA1AE3FAD3F8100629141DFCEF2D"> : tensor<4x3x3x3xi8>
#b28 = dense<[2564, -81, 624, -2558]> : tensor<4xi32>
#q28 = #rtwmc.requant<[1737220462, 1313787898, 1936823459, 1243801541], [39, 38, 39, 38], double, zero_point = -128, range = [-128, 127]>
#w29 = dense<"0xF0D9D8C5E611C5DC29FEEC36EE16E7F4D1C5EDE6FF1CE9EDE6F9C8F7F1FFCB121319D8EB"> : tensor<3x3x4x1xi8>
#b29 = dense<[-898, 237, 2353, -2891]> : tensor<4xi32>
#q29 = #rtwmc.requant<[1730062980, 1130317590, 2032186219, 1262417897], [39, 39, 39, 39], double, zero_point = -2, range = [-128, 127]>

// CHECK: @twice: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @twice(%0: tensor<1x6x5x2xi8>) -> tensor<1x12x10x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w0, bias = #b0, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 56 : i32, weight_zp = 0 : i32, requant = #q0}
    : tensor<1x6x5x2xi8> -> tensor<1x6x5x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x6x5x3xi8> -> tensor<1x12x10x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w1, bias = #b1, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -5 : i32, weight_zp = 0 : i32, requant = #q1}
    : tensor<1x12x10x3xi8> -> tensor<1x12x10x4xi8>
  return %3 : tensor<1x12x10x4xi8>
}

// Where columns stay what they are, nothing moves.
// CHECK: @rows_alone: 20 inputs, equal
// CHECK-NEXT: conv1: ring 2
// CHECK-NEXT: conv2
func.func @rows_alone(%0: tensor<1x6x9x2xi8>) -> tensor<1x12x9x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w2, bias = #b2, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -52 : i32, weight_zp = 0 : i32, requant = #q2}
    : tensor<1x6x9x2xi8> -> tensor<1x6x9x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 4, 0, 0, 1>} : tensor<1x6x9x4xi8> -> tensor<1x12x9x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w3, bias = #b3, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -8 : i32, weight_zp = 0 : i32, requant = #q3}
    : tensor<1x12x9x4xi8> -> tensor<1x12x9x4xi8>
  return %3 : tensor<1x12x9x4xi8>
}

// CHECK: @thrice: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 3
func.func @thrice(%0: tensor<1x5x4x2xi8>) -> tensor<1x15x8x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w4, bias = #b4, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -53 : i32, weight_zp = 0 : i32, requant = #q4}
    : tensor<1x5x4x2xi8> -> tensor<1x5x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 3, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x5x4x3xi8> -> tensor<1x15x8x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w5, bias = #b5, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 5 : i32, weight_zp = 0 : i32, requant = #q5}
    : tensor<1x15x8x3xi8> -> tensor<1x15x8x3xi8>
  return %3 : tensor<1x15x8x3xi8>
}

// CHECK: @half_pixels: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @half_pixels(%0: tensor<1x6x4x2xi8>) -> tensor<1x12x8x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w6, bias = #b6, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -5 : i32, weight_zp = 0 : i32, requant = #q6}
    : tensor<1x6x4x2xi8> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 2, 1, 4, 0>, columns = array<i64: 2, 1, 4, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x6x4x3xi8> -> tensor<1x12x8x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w7, bias = #b7, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -11 : i32, weight_zp = 0 : i32, requant = #q7}
    : tensor<1x12x8x3xi8> -> tensor<1x12x8x4xi8>
  return %3 : tensor<1x12x8x4xi8>
}

// CHECK: @not_padded: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @not_padded(%0: tensor<1x6x5x2xi8>) -> tensor<1x11x9x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w8, bias = #b8, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -68 : i32, weight_zp = 0 : i32, requant = #q8}
    : tensor<1x6x5x2xi8> -> tensor<1x6x5x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x6x5x3xi8> -> tensor<1x12x10x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w9, bias = #b9, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -20 : i32, weight_zp = 0 : i32, requant = #q9}
    : tensor<1x12x10x3xi8> -> tensor<1x11x9x5xi8>
  return %3 : tensor<1x11x9x5xi8>
}

// CHECK: @strides: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @strides(%0: tensor<1x8x4x2xi8>) -> tensor<1x8x4x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w10, bias = #b10, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q10}
    : tensor<1x8x4x2xi8> -> tensor<1x8x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x8x4x3xi8> -> tensor<1x16x8x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w11, bias = #b11, stride = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = -20 : i32, weight_zp = 0 : i32, requant = #q11}
    : tensor<1x16x8x3xi8> -> tensor<1x8x4x3xi8>
  return %3 : tensor<1x8x4x3xi8>
}

// CHECK: @dilation: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 3
func.func @dilation(%0: tensor<1x8x4x2xi8>) -> tensor<1x16x8x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w12, bias = #b12, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 6 : i32, weight_zp = 0 : i32, requant = #q12}
    : tensor<1x8x4x2xi8> -> tensor<1x8x4x2xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x8x4x2xi8> -> tensor<1x16x8x2xi8>
  %3 = rtwmc.conv2d %2 {weight = #w13, bias = #b13, stride = array<i64: 1, 1>, pad = array<i64: 2, 2, 2, 2>,
    dilation = array<i64: 2, 2>, input_zp = -20 : i32, weight_zp = 0 : i32, requant = #q13}
    : tensor<1x16x8x2xi8> -> tensor<1x16x8x3xi8>
  return %3 : tensor<1x16x8x3xi8>
}

// CHECK: @crop: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @crop(%0: tensor<1x7x4x2xi8>) -> tensor<1x10x7x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w14, bias = #b14, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 13 : i32, weight_zp = 0 : i32, requant = #q14}
    : tensor<1x7x4x2xi8> -> tensor<1x7x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x7x4x3xi8> -> tensor<1x14x8x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w15, bias = #b15, stride = array<i64: 1, 1>, pad = array<i64: -3, 1, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = 16 : i32, weight_zp = 0 : i32, requant = #q15}
    : tensor<1x14x8x3xi8> -> tensor<1x10x7x3xi8>
  return %3 : tensor<1x10x7x3xi8>
}

// CHECK: @pool: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @pool(%0: tensor<1x6x4x2xi8>) -> tensor<1x6x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w16, bias = #b16, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 57 : i32, weight_zp = 0 : i32, requant = #q16}
    : tensor<1x6x4x2xi8> -> tensor<1x6x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x6x4x3xi8> -> tensor<1x12x8x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w17, bias = #b17, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -16 : i32, weight_zp = 0 : i32, requant = #q17, pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x12x8x3xi8> -> tensor<1x6x4x4xi8>
  return %3 : tensor<1x6x4x4xi8>
}

// CHECK: @depthwise: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 2
func.func @depthwise(%0: tensor<1x6x5x2xi8>) -> tensor<1x12x10x5xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w18, bias = #b18, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -12 : i32, weight_zp = 0 : i32, requant = #q18}
    : tensor<1x6x5x2xi8> -> tensor<1x6x5x5xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>,
    channels = array<i64: 5, 0, 0, 1>} : tensor<1x6x5x5xi8> -> tensor<1x12x10x5xi8>
  %3 = rtwmc.depthwise_conv2d %2 {weight = #w19, bias = #b19, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -16 : i32, weight_zp = 0 : i32, requant = #q19}
    : tensor<1x12x10x5xi8> -> tensor<1x12x10x5xi8>
  return %3 : tensor<1x12x10x5xi8>
}

// Rows of which two and one are alike in turn.
// CHECK: @not_alike: 20 inputs, equal
// CHECK-NEXT: conv1: ring 1
// CHECK-NEXT: gather1: ring 3
func.func @not_alike(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w20, bias = #b20, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -54 : i32, weight_zp = 0 : i32, requant = #q20}
    : tensor<1x4x4x2xi8> -> tensor<1x4x4x3xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 2, 0, 3, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1>} : tensor<1x4x4x3xi8> -> tensor<1x4x4x3xi8>
  %3 = rtwmc.conv2d %2 {weight = #w21, bias = #b21, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = 2 : i32, weight_zp = 0 : i32, requant = #q21}
    : tensor<1x4x4x3xi8> -> tensor<1x4x4x4xi8>
  return %3 : tensor<1x4x4x4xi8>
}

// Of rows that are pruned on their own, each is read for several.
// CHECK: @pruned: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @pruned(%0: tensor<1x6x6x3xi8>) -> tensor<1x8x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w22, bias = #b22, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 29 : i32, weight_zp = 0 : i32, requant = #q22}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p, %k = rtwmc.prune %1, drop = 7, batch = 8, tau_q = 1
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 9, zero = -128, unit = row>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x4xi8, keep = 9, zero = -128, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w23, bias = #b23, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q23, row_repeat = 2 : i64}
    : tensor<1x4x4x4xi8> -> tensor<1x8x4x4xi8>
  return %3 : tensor<1x8x4x4xi8>
}

// CHECK: @pruned_not_padded: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @pruned_not_padded(%0: tensor<1x6x6x3xi8>) -> tensor<1x11x3x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w24, bias = #b24, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 14 : i32, weight_zp = 0 : i32, requant = #q24}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p, %k = rtwmc.prune %1, drop = 9, batch = 8, tau_q = 1
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 7, zero = -128, unit = row>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x4xi8, keep = 7, zero = -128, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w25, bias = #b25, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q25, row_repeat = 3 : i64}
    : tensor<1x4x4x4xi8> -> tensor<1x11x3x3xi8>
  return %3 : tensor<1x11x3x3xi8>
}

// CHECK: @pruned_strides: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @pruned_strides(%0: tensor<1x6x6x3xi8>) -> tensor<1x4x2x3xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w26, bias = #b26, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 16 : i32, weight_zp = 0 : i32, requant = #q26}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p, %k = rtwmc.prune %1, drop = 6, batch = 8, tau_q = 1
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 10, zero = -128, unit = row>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x4xi8, keep = 10, zero = -128, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.conv2d %2 {weight = #w27, bias = #b27, stride = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q27, row_repeat = 2 : i64}
    : tensor<1x4x4x4xi8> -> tensor<1x4x2x3xi8>
  return %3 : tensor<1x4x2x3xi8>
}

// CHECK: @pruned_depthwise: 20 inputs, equal
// CHECK-NEXT: conv1: packed-ring
func.func @pruned_depthwise(%0: tensor<1x6x6x3xi8>) -> tensor<1x8x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = #w28, bias = #b28, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = -63 : i32, weight_zp = 0 : i32, requant = #q28}
    : tensor<1x6x6x3xi8> -> tensor<1x4x4x4xi8>
  %p, %k = rtwmc.prune %1, drop = 5, batch = 8, tau_q = 1
    : tensor<1x4x4x4xi8> -> !rtwmc.pruned<1x4x4x4xi8, keep = 11, zero = -128, unit = row>
  %2 = rtwmc.unprune %p : !rtwmc.pruned<1x4x4x4xi8, keep = 11, zero = -128, unit = row> -> tensor<1x4x4x4xi8>
  %3 = rtwmc.depthwise_conv2d %2 {weight = #w29, bias = #b29, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
    dilation = array<i64: 1, 1>, input_zp = -128 : i32, weight_zp = 0 : i32, requant = #q29, row_repeat = 2 : i64}
    : tensor<1x4x4x4xi8> -> tensor<1x8x4x4xi8>
  return %3 : tensor<1x8x4x4xi8>
}
