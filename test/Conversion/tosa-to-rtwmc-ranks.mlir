// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// Arithmetic of three dimensions is that of maps; between two such layers there is no reshape.
// CHECK-LABEL: func.func @time
// CHECK: %[[MAP:.*]] = tosa.reshape %arg0, %{{.*}} -> tensor<1x1x8x5xi8>
// CHECK: %[[SUM:.*]] = rtwmc.elementwise %[[MAP]] {
// CHECK: rtwmc.channel
// CHECK: tensor<1x1x8x5xi8>) -> tensor<1x1x8x5xi8>
// CHECK-NOT: tosa.reshape
// CHECK: %[[CLAMPED:.*]] = rtwmc.elementwise %[[SUM]] {
// CHECK: tensor<1x1x8x5xi8>) -> tensor<1x1x8x5xi8>
// CHECK: tosa.reshape %[[CLAMPED]], %{{.*}} -> tensor<1x8x5xi8>
func.func @time(%arg0: tensor<1x8x5xi8>) -> tensor<1x8x5xi8> {
  %c = "tosa.const"() {values = dense<[[[1, 2, 3, 4, 5]]]> : tensor<1x1x5xi8>} : () -> tensor<1x1x5xi8>
  %0 = tosa.add %arg0, %c : (tensor<1x8x5xi8>, tensor<1x1x5xi8>) -> tensor<1x8x5xi8>
  %1 = tosa.clamp %0 {max_val = 5 : i8, min_val = 0 : i8} : (tensor<1x8x5xi8>) -> tensor<1x8x5xi8>
  return %1 : tensor<1x8x5xi8>
}

// -----

// The axis moves with the dimensions.
// CHECK-LABEL: func.func @axes
// CHECK: rtwmc.concat %{{.*}}, %{{.*}} : (tensor<1x1x8x5xi8>, tensor<1x1x8x5xi8>) -> tensor<1x1x8x10xi8>
// CHECK: rtwmc.elementwise
// CHECK: {reduction = #rtwmc<reduction max>} : (tensor<1x1x8x10xi32>) -> tensor<1x1x8x1xi32>
// CHECK: rtwmc.sum_pool2d %{{.*}} {{.*}}kernel = array<i64: 1, 8>
func.func @axes(%arg0: tensor<1x8x5xi8>) -> tensor<1x1x1xi32> {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %izp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %ozp = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.concat %arg0, %arg0 {axis = 2 : i32} : (tensor<1x8x5xi8>, tensor<1x8x5xi8>) -> tensor<1x8x10xi8>
  %1 = tosa.rescale %0, %m, %s, %izp, %ozp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x8x10xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x8x10xi32>
  %2 = tosa.reduce_max %1 {axis = 2 : i32} : (tensor<1x8x10xi32>) -> tensor<1x8x1xi32>
  %3 = tosa.reduce_sum %2 {axis = 1 : i32} : (tensor<1x8x1xi32>) -> tensor<1x1x1xi32>
  return %3 : tensor<1x1x1xi32>
}

// -----

// A residual of fully connected layers.
// CHECK-LABEL: func.func @vector
// CHECK: rtwmc.elementwise
// CHECK: (tensor<1x1x1x5xi8>, tensor<1x1x1x5xi8>) -> tensor<1x1x1x5xi8>
func.func @vector(%arg0: tensor<1x5xi8>, %arg1: tensor<1x5xi8>) -> tensor<1x5xi8> {
  %0 = tosa.add %arg0, %arg1 : (tensor<1x5xi8>, tensor<1x5xi8>) -> tensor<1x5xi8>
  return %0 : tensor<1x5xi8>
}

// -----

// Arithmetic around the largest of a vector (of a softmax) stays together.
// CHECK-LABEL: func.func @softmax
// CHECK-NOT: rtwmc
// CHECK: tosa.reduce_max
// CHECK: tosa.sub
func.func @softmax(%arg0: tensor<1x5xi32>) -> tensor<1x5xi32> {
  %0 = tosa.reduce_max %arg0 {axis = 1 : i32} : (tensor<1x5xi32>) -> tensor<1x1xi32>
  %1 = tosa.sub %arg0, %0 : (tensor<1x5xi32>, tensor<1x1xi32>) -> tensor<1x5xi32>
  return %1 : tensor<1x5xi32>
}

// -----

// Five dimensions, as normalizations of groups have them: without one that is 1
// everywhere. Axes are those of what is left.
// CHECK-LABEL: func.func @groups
// CHECK: %[[MAP:.*]] = tosa.reshape %arg0
// CHECK-SAME: (tensor<1x4x6x1x8xi32>, !tosa.shape<4>) -> tensor<1x4x6x8xi32>
// CHECK: %[[SUM:.*]] = rtwmc.elementwise %[[MAP]] {
// CHECK: {reduction = #rtwmc<reduction sum>} : (tensor<1x4x6x8xi32>) -> tensor<1x4x6x1xi32>
// CHECK: rtwmc.elementwise %{{.*}}, %[[SUM]] {
// CHECK: (tensor<1x4x6x8xi32>, tensor<1x4x6x1xi32>) -> tensor<1x4x6x8xi32>
func.func @groups(%arg0: tensor<1x4x6x1x8xi32>) -> tensor<1x4x6x1x8xi32> {
  %0 = tosa.reduce_sum %arg0 {axis = 4 : i32} : (tensor<1x4x6x1x8xi32>) -> tensor<1x4x6x1x1xi32>
  %1 = tosa.sub %arg0, %0 : (tensor<1x4x6x1x8xi32>, tensor<1x4x6x1x1xi32>) -> tensor<1x4x6x1x8xi32>
  return %1 : tensor<1x4x6x1x8xi32>
}

// -----

// Five that are none of 1 are no map.
// CHECK-LABEL: func.func @five
// CHECK: tosa.clz
func.func @five(%arg0: tensor<1x4x6x2x8xi32>) -> tensor<1x4x6x2x8xi32> {
  %0 = tosa.clz %arg0 : (tensor<1x4x6x2x8xi32>) -> tensor<1x4x6x2x8xi32>
  return %0 : tensor<1x4x6x2x8xi32>
}
