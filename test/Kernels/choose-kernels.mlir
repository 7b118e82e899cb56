// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m4 | FileCheck %s --check-prefixes=CHECK,M4
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m55 | FileCheck %s --check-prefixes=CHECK,M55
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m55+nomve | FileCheck %s --check-prefixes=CHECK,M4
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m3 | FileCheck %s --check-prefixes=CHECK,M3
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-m0 | FileCheck %s --check-prefixes=CHECK,M0
// RUN: rtwmc-opt %s --rtwmc-choose-kernels=mcpu=host | FileCheck %s --check-prefixes=CHECK,HOST
// RUN: rtwmc-opt %s --rtwmc-choose-kernels='mcpu=cortex-m4 kernel=direct,dense=smlad:2x1' | FileCheck %s --check-prefix=FORCED

// As many channels as the core's registers hold, of instructions those that are
// cheapest: on the host SMLAD is emulated.
// CHECK-LABEL: func.func private @dense
// M55: kernel = #rtwmc.kernel<"mve", channels = 4, columns = 1>
// M4: kernel = #rtwmc.kernel<"block16", channels = 4, columns = 2, scratch = 128>
// M3: kernel = #rtwmc.kernel<"direct", channels = 4, columns = 1>
// M0: kernel = #rtwmc.kernel<"pairs", channels = 1, columns = 2, scratch = 152>
// HOST: kernel = #rtwmc.kernel<"direct", channels = 4, columns = 1>
// FORCED-LABEL: func.func private @dense
// FORCED: kernel = #rtwmc.kernel<"smlad", channels = 2, columns = 1>
func.func private @dense(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x8xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<8x2x2x8xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x8xi32>
  return %1 : tensor<1x3x3x8xi32>
}

// Nine channels are three blocks of three, or two of four and one.
// CHECK-LABEL: func.func private @nine
// M4: kernel = #rtwmc.kernel<"block16", channels = 4, columns = 2, scratch = 128>
// FORCED-LABEL: func.func private @nine
// FORCED: kernel = #rtwmc.kernel<"direct", channels = 3, columns = 1>
func.func private @nine(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x9xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<9x2x2x8xi8>, bias = dense<0> : tensor<9xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x9xi32>
  return %1 : tensor<1x3x3x9xi32>
}

// Weights less their zero point do not fit 8 bits: 1 - -127 = 128.
// CHECK-LABEL: func.func private @wide
// M4: kernel = #rtwmc.kernel<"block16", channels = 4, columns = 2, scratch = 128>
// M3: kernel = #rtwmc.kernel<"direct", channels = 4, columns = 1>
func.func private @wide(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x8xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<8x2x2x8xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = -127 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x8xi32>
  return %1 : tensor<1x3x3x8xi32>
}

// Four columns at once, where there are four.
// CHECK-LABEL: func.func private @columns
// M55: kernel = #rtwmc.kernel<"mve4", channels = 4, columns = 1>
// M4: kernel = #rtwmc.kernel<"block16", channels = 4, columns = 2, scratch = 128>
// M3: kernel = #rtwmc.kernel<"fields", channels = 1, columns = 4, scratch = 256>
func.func private @columns(%0: tensor<1x4x9x8xi8>) -> tensor<1x3x8x8xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<8x2x2x8xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [36], double, zero_point = 0, range = [-128, 127]>} : tensor<1x4x9x8xi8> -> tensor<1x3x8x8xi8>
  return %1 : tensor<1x3x8x8xi8>
}

// Two columns that are pooled are requantized once.
// CHECK-LABEL: func.func private @pooled
// M55: kernel = #rtwmc.kernel<"mve2", channels = 4, columns = 1>
func.func private @pooled(%0: tensor<1x6x14x20xi8>) -> tensor<1x2x6x8xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<8x3x3x20xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [36], double, zero_point = 0, range = [-128, 127]>, pool = #rtwmc.pool<max, [2, 2], zero_point = 0>} : tensor<1x6x14x20xi8> -> tensor<1x2x6x8xi8>
  return %1 : tensor<1x2x6x8xi8>
}

// A channel of its own for each filter.
// CHECK-LABEL: func.func private @depthwise
// M55: kernel = #rtwmc.kernel<"direct", channels = 1, columns = 1>
// M4: kernel = #rtwmc.kernel<"quads", channels = 4, columns = 1>
// M3: kernel = #rtwmc.kernel<"columns", channels = 1, columns = 1>
// M0: kernel = #rtwmc.kernel<"taps", channels = 1, columns = 1>
// HOST: kernel = #rtwmc.kernel<"direct", channels = 1, columns = 1>
func.func private @depthwise(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x8xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<1> : tensor<2x2x8x1xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x8xi32>
  return %1 : tensor<1x3x3x8xi32>
}

// A choice that the module makes itself stays.
// CHECK-LABEL: func.func private @given
// CHECK: kernel = #rtwmc.kernel<"direct", channels = 1, columns = 1>
func.func private @given(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x8xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {kernel = #rtwmc.kernel<"direct", channels = 1, columns = 1>, weight = dense<1> : tensor<8x2x2x8xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x8xi32>
  return %1 : tensor<1x3x3x8xi32>
}

// There is nothing to choose for other layers.
// CHECK-LABEL: func.func private @pool
// CHECK-NOT: #rtwmc.kernel
func.func private @pool(%0: tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
