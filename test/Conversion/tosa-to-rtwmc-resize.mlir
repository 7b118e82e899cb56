// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// Half-pixel centres: pixels at (2y - 1) / 4, rounded down, and the ones behind; 3, 1, 3, 1 quarters behind the first.
// CHECK-LABEL: func.func @bilinear
// CHECK: %[[A:.*]] = rtwmc.gather %arg0 {{.*}}clamp, columns = array<i64: 2, -1, 4, 0>, rows = array<i64: 2, -1, 4, 0>}
// CHECK: %[[B:.*]] = rtwmc.gather %arg0 {{.*}}clamp, columns = array<i64: 2, 3, 4, 0>, rows = array<i64: 2, -1, 4, 0>}
// CHECK: %[[C:.*]] = rtwmc.gather %arg0 {{.*}}clamp, columns = array<i64: 2, -1, 4, 0>, rows = array<i64: 2, 3, 4, 0>}
// CHECK: %[[D:.*]] = rtwmc.gather %arg0 {{.*}}clamp, columns = array<i64: 2, 3, 4, 0>, rows = array<i64: 2, 3, 4, 0>}
// CHECK: rtwmc.elementwise %[[A]], %[[B]], %[[C]], %[[D]]
// CHECK-DAG: rtwmc.lookup %{{.*}} in dense<[3, 1, 3, 1]> : tensor<4xi16>
// CHECK-DAG: rtwmc.lookup %{{.*}} in dense<[3, 1, 3, 1, 3, 1]> : tensor<6xi16>
// CHECK: -> tensor<1x4x6x2xi32>
func.func @bilinear(%arg0: tensor<1x2x3x2xi8>) -> tensor<1x4x6x2xi32> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %arg0, %scale, %offset, %border {mode = BILINEAR}
    : (tensor<1x2x3x2xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x6x2xi32>
  return %0 : tensor<1x4x6x2xi32>
}

// -----

// Of 16 bits it is left to loops.
// CHECK-LABEL: func.func @wide
// CHECK: tosa.resize
func.func @wide(%arg0: tensor<1x2x3x2xi16>) -> tensor<1x4x6x2xi48> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %arg0, %scale, %offset, %border {mode = BILINEAR}
    : (tensor<1x2x3x2xi16>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x6x2xi48>
  return %0 : tensor<1x4x6x2xi48>
}
