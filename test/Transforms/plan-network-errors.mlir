// RUN: rtwmc-opt %s --rtwmc-plan=ram=1024 --split-input-file --verify-diagnostics

// Accumulators that nothing requantizes.
func.func @f(%x: tensor<1x6x6x2xi8>, %w: tensor<4x3x3x2xi8>,
             %b: tensor<4xi32>) -> tensor<1x4x4x4xi32> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error@+1 {{layer 1 (tosa.conv2d): its result is not requantized to an int8 map; only quantized networks can be pruned}}
  %acc = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xi8>, tensor<4x3x3x2xi8>, tensor<4xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x4xi32>
  return %acc : tensor<1x4x4x4xi32>
}

// -----

func.func @float(%x: tensor<1x6x6x2xf32>, %w: tensor<4x3x3x2xf32>,
                 %b: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error@+1 {{its result is not requantized to an int8 map; only quantized networks can be pruned}}
  %acc = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = f32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>, tensor<1xf32>,
       tensor<1xf32>) -> tensor<1x4x4x4xf32>
  return %acc : tensor<1x4x4x4xf32>
}

// -----

func.func @f(%x: tensor<1x?x6x2xi8>, %w: tensor<4x3x3x2xi8>,
             %b: tensor<4xi32>) -> tensor<1x?x4x4xi8> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error@+1 {{layer 1 (tosa.conv2d): only the batch size of a map may be dynamic}}
  %acc = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x?x6x2xi8>, tensor<4x3x3x2xi8>, tensor<4xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x?x4x4xi32>
  %map = tosa.rescale %acc, %m, %s, %zp32, %zp {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x?x4x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x?x4x4xi8>
  return %map : tensor<1x?x4x4xi8>
}

// -----

func.func @f(%x: tensor<1x6x6x2xi8>, %w: tensor<4x3x3x2xi8>,
             %b: tensor<4xi32>,
             %ozp: tensor<1xi8>) -> tensor<1x4x4x4xi8> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error@+1 {{layer 1 (tosa.conv2d): its map is not signed with a constant zero point}}
  %acc = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xi8>, tensor<4x3x3x2xi8>, tensor<4xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x4xi32>
  %map = tosa.rescale %acc, %m, %s, %zp32, %ozp {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x4x4x4xi8>
  return %map : tensor<1x4x4x4xi8>
}

// -----

func.func @f(%x: tensor<1x6x6x2xi8>, %w: tensor<4x3x3x2xi8>,
             %b: tensor<4xi32>) -> tensor<1x4x4x4xi8> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zp32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error@+1 {{layer 1 (tosa.conv2d): its map is not signed with a constant zero point}}
  %acc = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x6x6x2xi8>, tensor<4x3x3x2xi8>, tensor<4xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x4xi32>
  %map = tosa.rescale %acc, %m, %s, %zp32, %zp {input_unsigned = false,
    output_unsigned = true, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4x4x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x4x4x4xi8>
  return %map : tensor<1x4x4x4xi8>
}
