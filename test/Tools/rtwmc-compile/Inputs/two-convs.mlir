// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two convolutions: the map between them can be pruned, for the second reads all of its rows at once.
module {
  func.func @main(%image: tensor<1x9x9x1xi8>) -> tensor<1x1x7x4xi8> {
    %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %zero32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
    %multiplier = "tosa.const"() <{values = dense<1234567890> : tensor<1xi32>}> : () -> tensor<1xi32>
    %shift = "tosa.const"() <{values = dense<39> : tensor<1xi8>}> : () -> tensor<1xi8>

    %w1 = "tosa.const"() <{values = dense<"0x82B70EEE7F1A5039BEF07EC2347F066ED08F5DC7512447E3404300026B6E545594A065685D64C4980BB8D4544A8721A99A01AD219EB59CF6A15EF6F15A1D830BB7CE09D6BBC004E7"> : tensor<8x3x3x1xi8>}> : () -> tensor<8x3x3x1xi8>
    %b1 = "tosa.const"() <{values = dense<[0, 9, -9, 99, -99, 999, -999, 1]> : tensor<8xi32>}> : () -> tensor<8xi32>
    %a1 = tosa.conv2d %image, %w1, %b1, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x9x9x1xi8>, tensor<8x3x3x1xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x7x7x8xi32>
    %r1 = tosa.rescale %a1, %multiplier, %shift, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true} : (tensor<1x7x7x8xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x7x7x8xi8>
    %m1 = tosa.clamp %r1 {max_val = 127 : i8, min_val = 0 : i8} : (tensor<1x7x7x8xi8>) -> tensor<1x7x7x8xi8>

    %w2 = "tosa.const"() <{values = dense<2> : tensor<4x7x1x8xi8>}> : () -> tensor<4x7x1x8xi8>
    %b2 = "tosa.const"() <{values = dense<5> : tensor<1xi32>}> : () -> tensor<1xi32>
    %a2 = tosa.conv2d %m1, %w2, %b2, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x7x7x8xi8>, tensor<4x7x1x8xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x7x4xi32>
    %r2 = tosa.rescale %a2, %multiplier, %shift, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true} : (tensor<1x1x7x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x1x7x4xi8>
    return %r2 : tensor<1x1x7x4xi8>
  }
}
