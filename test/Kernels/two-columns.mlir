// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-pipeline='to=schedule kernel=direct:2x2 mcpu=cortex-m3' | FileCheck %s --check-prefix=SCHEDULE
// RUN: rtwmc-opt %s --rtwmc-pipeline='to=loops kernel=smlad:2x2 mcpu=cortex-m4' | FileCheck %s --check-prefix=LOOPS

// A padded window of 3x3x2 for each of the two columns.
// SCHEDULE: rtwmc.buffer "conv1_scratch" {{.*}} : memref<36xi8>

// Pairs of pixels, and the odd one at the end of a row of five.
// LOOPS-LABEL: func.func private @conv1_row
// LOOPS: call @conv1_pixel
// LOOPS: call @conv1_pixel_0
// Four weights of a channel, loaded once, for both columns.
// LOOPS-LABEL: func.func private @conv1_pixel(
// LOOPS-COUNT-16: llvm.arm.smlad
func.func @main(%image: tensor<1x5x5x2xi8>) -> tensor<1x5x5x4xi8> {
  %0 = rtwmc.conv2d %image {weight = dense<1> : tensor<4x3x3x2xi8>, bias = dense<0> : tensor<4xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>}
    : tensor<1x5x5x2xi8> -> tensor<1x5x5x4xi8>
  return %0 : tensor<1x5x5x4xi8>
}
