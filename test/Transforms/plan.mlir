// RUN: rtwmc-opt %s --rtwmc-plan='ram=4096 batch=10 mode=paper' --split-input-file --verify-diagnostics | FileCheck %s

// LeNet-A's first convolution and pooling, as a textbook writes them: golden
// values of spec section 2.
// CHECK-LABEL: func.func @lenet_a_head
func.func @lenet_a_head(%image: tensor<1x32x32x3xi8>,
                        %weights: tensor<6x5x5x3xi8>, %bias: tensor<6xi32>)
    -> tensor<1x14x14x6xi8> {
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %image, %weights, %bias, %zp, %zero {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x32x32x3xi8>, tensor<6x5x5x3xi8>, tensor<6xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x28x28x6xi32>
  // CHECK: tosa.rescale
  // CHECK-NOT: rtwmc.plan
  %q = tosa.rescale %acc, %m, %s, %zero32, %zp {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x28x28x6xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x28x28x6xi8>
  // CHECK: tosa.clamp
  // CHECK-SAME: rtwmc.plan = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128>
  // expected-warning@+2 {{layer 1 (tosa.conv2d): the paper's closed form overshoots by 3 bytes; mode=exact does not}}
  // expected-remark@+1 {{layer 1 (tosa.conv2d): map 1x28x28x6 of 4,704 bytes: drop 2,023, keep 2,681; values 2,681 + bitmap 588 + cache 10 = 3,279 bytes of 3,276}}
  %map = tosa.clamp %q {max_val = 127 : i8, min_val = -128 : i8}
    : (tensor<1x28x28x6xi8>) -> tensor<1x28x28x6xi8>
  // CHECK: tosa.max_pool2d
  %pool = tosa.max_pool2d %map {kernel = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x28x28x6xi8>) -> tensor<1x14x14x6xi8>
  return %pool : tensor<1x14x14x6xi8>
}

// -----

// A depthwise layer that fits; then a fully connected one, which is no
// convolution layer. The requantization ends where a residual connection
// widens the map again.
// CHECK-LABEL: func.func @small
// CHECK-NOT: rtwmc.plan
func.func @small(%x: tensor<?x4x4x2xi8>, %w: tensor<3x3x2x1xi8>,
                 %b: tensor<2xi32>) -> tensor<?x2x2x2xi32> {
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.depthwise_conv2d %x, %w, %b, %zero, %zero {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<?x4x4x2xi8>, tensor<3x3x2x1xi8>, tensor<2xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<?x2x2x2xi32>
  // expected-remark@+1 {{layer 1 (tosa.depthwise_conv2d): map 1x2x2x2 of 8 bytes fits as it is: 8 bytes of 4,096 with its input}}
  %map = tosa.rescale %acc, %m, %s, %zero32, %zero {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<?x2x2x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<?x2x2x2xi8>
  %wide = tosa.rescale %map, %m, %s, %zero, %zero32 {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<?x2x2x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>,
       tensor<1xi32>) -> tensor<?x2x2x2xi32>
  return %wide : tensor<?x2x2x2xi32>
}
