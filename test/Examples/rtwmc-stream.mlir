// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-stream --canonicalize | FileCheck %s

// Two rows of four are all that is kept of the map between the two layers.
// CHECK: func.func @main({{.*}}: memref<1x8x4x1xi8>, {{.*}}: memref<1x2x1x1xi8>, {{.*}}: memref<4xi8>)
// CHECK: %[[RING:.*]] = rtwmc.buffer "pool1" at 0 live{{.*}} : memref<1x2x2x1xi8>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: rtwmc.step @pool1
// CHECK: rtwmc.step @pool2
func.func @main(%image: tensor<1x8x4x1xi8>) -> tensor<1x2x1x1xi8> {
  %0 = call @pool1(%image) : (tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8>
  %1 = call @pool2(%0) : (tensor<1x4x2x1xi8>) -> tensor<1x2x1x1xi8>
  return %1 : tensor<1x2x1x1xi8>
}
func.func private @pool1(%0: tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x4x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
func.func private @pool2(%0: tensor<1x4x2x1xi8>) -> tensor<1x2x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x2x1x1xi8>
  return %1 : tensor<1x2x1x1xi8>
}
