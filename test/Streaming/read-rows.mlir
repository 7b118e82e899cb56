// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-read-rows --split-input-file | FileCheck %s

// Of a map of one row, the rows that a reshape makes of it; whoever reads it
// otherwise reads it reshaped. What nobody reads is not asked for.
// CHECK-LABEL: func.func @time
// CHECK-SAME: (%[[A:.*]]: tensor<1x1x8x3xi8>, %{{.*}}: tensor<1x5xi8>)
// CHECK-SAME: attributes {rtwmc.rows = array<i64: 8, 1>}
// CHECK-NEXT: %[[ROWS:.*]] = rtwmc.read_rows %[[A]] : tensor<1x1x8x3xi8> -> tensor<1x8x1x3xi8>
// CHECK-NEXT: %[[SHAPE:.*]] = tosa.const_shape {values = dense<[1, 1, 8, 3]>
// CHECK-NEXT: %[[GIVEN:.*]] = tosa.reshape %[[ROWS]], %[[SHAPE]]
// CHECK-NOT: rtwmc.read_rows
// CHECK: rtwmc.max_pool2d %[[ROWS]]
// CHECK: rtwmc.max_pool2d %[[GIVEN]]
// CHECK: return %{{.*}}, %{{.*}}, %[[GIVEN]]
func.func @time(%0: tensor<1x1x8x3xi8>, %unread: tensor<1x5xi8>) -> (tensor<1x4x1x3xi8>, tensor<1x1x8x3xi8>, tensor<1x1x8x3xi8>) {
  %shape = tosa.const_shape {values = dense<[1, 8, 1, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %1 = tosa.reshape %0, %shape : (tensor<1x1x8x3xi8>, !tosa.shape<4>) -> tensor<1x8x1x3xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 1>, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x8x1x3xi8> -> tensor<1x4x1x3xi8>
  %3 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x1x8x3xi8> -> tensor<1x1x8x3xi8>
  return %2, %3, %0 : tensor<1x4x1x3xi8>, tensor<1x1x8x3xi8>, tensor<1x1x8x3xi8>
}

// -----

// Rows of pixels stay rows, also where they are read flattened.
// CHECK-LABEL: func.func @flat
// CHECK-SAME: rtwmc.rows = array<i64: 4>
// CHECK-NEXT: %[[ROWS:.*]] = rtwmc.read_rows %{{.*}} : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
// CHECK: tosa.reshape %[[ROWS]]
func.func @flat(%0: tensor<1x4x4x1xi8>) -> tensor<1x16xi8> {
  %shape = tosa.const_shape {values = dense<[1, 16]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %1 = tosa.reshape %0, %shape : (tensor<1x4x4x1xi8>, !tosa.shape<2>) -> tensor<1x16xi8>
  return %1 : tensor<1x16xi8>
}

// -----

// Variables are no inputs.
// CHECK-LABEL: func.func @state
// CHECK-SAME: rtwmc.rows = array<i64: 4>
// CHECK: rtwmc.read_rows %{{.*}} : tensor<1x4x1x1xi8>
// CHECK-NOT: rtwmc.read_rows
func.func @state(%0: tensor<1x4x1x1xi8>, %1: tensor<1x4x1x1xi8>) -> (tensor<1x4x1x1xi8>, tensor<1x4x1x1xi8>)
    attributes {rtwmc.state = [#rtwmc.variable<"line", dense<0> : tensor<1x4x1x1xi8>>]} {
  return %1, %0 : tensor<1x4x1x1xi8>, tensor<1x4x1x1xi8>
}
