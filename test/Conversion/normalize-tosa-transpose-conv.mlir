// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa | FileCheck %s

// Stride 2 and a kernel of 3: each of the four places of an output sees 2 taps a
// side at most, the last one of them behind. Bytes are made, and clamped, before
// they are moved to their pixels; the last row and column are outside.
// CHECK-LABEL: func.func @stride_two
// CHECK-SAME: (%[[X:.*]]: tensor<1x2x2x1xi8>)
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<{{\[\[\[\[}}9], [7]], {{\[\[}}3], [1]]], {{\[\[\[}}0], [8]], {{\[\[}}0], [2]]], {{\[\[\[}}0], [0]], {{\[\[}}6], [4]]], {{\[\[\[}}0], [0]], {{\[\[}}0], [5]]]]> : tensor<4x2x2x1xi8>}>
// CHECK: %[[SUM:.*]] = tosa.conv2d %[[X]], %[[W]], {{.*}}pad = array<i64: 1, 1, 1, 1>{{.*}} -> tensor<1x3x3x4xi32>
// CHECK: %[[BYTES:.*]] = tosa.rescale %[[SUM]]
// CHECK: %[[CLAMPED:.*]] = tosa.clamp %[[BYTES]]
// CHECK: %[[ROWS:.*]] = tosa.reshape %[[CLAMPED]], {{.*}} -> tensor<3x3x2x2xi8>
// CHECK: %[[MOVED:.*]] = tosa.transpose %[[ROWS]] {perms = array<i32: 0, 2, 1, 3>}
// CHECK: %[[ALL:.*]] = tosa.reshape %[[MOVED]], {{.*}} -> tensor<1x6x6x1xi8>
// CHECK: tosa.slice %[[ALL]], {{.*}} -> tensor<1x5x5x1xi8>
func.func @stride_two(%x: tensor<1x2x2x1xi8>) -> tensor<1x5x5x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>} : () -> tensor<1x3x3x1xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.transpose_conv2d %x, %w, %b, %z, %z {acc_type = i32, out_pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>, tensor<1x3x3x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x5x5x1xi32>
  %1 = tosa.rescale %0, %m, %s, %zero, %z {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x5x5x1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x5x5x1xi8>
  %2 = tosa.clamp %1 {max_val = 100 : i8, min_val = 0 : i8} : (tensor<1x5x5x1xi8>) -> tensor<1x5x5x1xi8>
  return %2 : tensor<1x5x5x1xi8>
}
