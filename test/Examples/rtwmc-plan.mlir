// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-plan="ram=4096 batch=10 mode=paper" | FileCheck %s

// CHECK: tosa.conv2d
// CHECK: tosa.rescale {{.*}}rtwmc.plan = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128>
func.func @lenet_a_head(%image: tensor<1x32x32x3xi8>, %weights: tensor<6x5x5x3xi8>, %bias: tensor<6xi32>)
    -> tensor<1x28x28x6xi8> {
  %0 = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %1 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %multiplier = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %image, %weights, %bias, %zp, %0 {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x32x32x3xi8>, tensor<6x5x5x3xi8>, tensor<6xi32>, tensor<1xi8>, tensor<1xi8>)
    -> tensor<1x28x28x6xi32>
  %map = tosa.rescale %acc, %multiplier, %shift, %1, %zp {input_unsigned = false,
    output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x28x28x6xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>)
    -> tensor<1x28x28x6xi8>
  return %map : tensor<1x28x28x6xi8>
}
