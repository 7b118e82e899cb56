// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels=mcpu=cortex-a9 2>&1 | FileCheck %s --check-prefix=CORE
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels=kernel=fast 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=conv1=smlad mcpu=cortex-m3' 2>&1 | FileCheck %s --check-prefix=LAYER
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=smlad mcpu=cortex-m3' 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=conv7=direct' 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=conv1=direct:8x1' 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=direct:4' 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not rtwmc-opt %s --rtwmc-choose-kernels='kernel=direct:0x1' 2>&1 | FileCheck %s --check-prefix=SYNTAX

// CORE: error: mcpu=cortex-a9: unknown core; expects one of cortex-m0, {{.*}}, host
// NAME: error: kernel=fast: layer 'conv1': there is no kernel 'fast'; there are direct, smlad, smlad16
// LAYER: error: kernel=conv1=smlad: layer 'conv1': kernel 'smlad' cannot compute this layer on cortex-m3
// NONE: error: kernel=smlad: no layer of the network can be computed by 'smlad' on cortex-m3
// MISSING: error: kernel=conv7=direct: the network has no layer 'conv7' with a choice of kernels
// TILE: error: kernel=conv1=direct:8x1: layer 'conv1': kernel 'direct' has no tile of 8 channels and 1 columns for this layer on cortex-m4
// SYNTAX: error: kernel=direct:{{.*}}: expects [LAYER=]NAME[:CHANNELSxCOLUMNS]
func.func private @conv1(%0: tensor<1x4x4x8xi8>) -> tensor<1x3x3x8xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<8x2x2x8xi8>, bias = dense<0> : tensor<8xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x8xi8> -> tensor<1x3x3x8xi32>
  return %1 : tensor<1x3x3x8xi32>
}
