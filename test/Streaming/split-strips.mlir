// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --rtwmc-split-strips=strips=first:last:2 | FileCheck %s
// RUN: rtwmc-opt %s --split-input-file --rtwmc-split-strips=strips=first:last:2 --rtwmc-stream | FileCheck %s --check-prefix=STREAM

// Columns that both strips need of the first map are computed twice. Padding is
// at the border of the map alone.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4x8x1xi8>)
// CHECK: %[[A:.*]] = call @first_s0(%[[IN]]) : (tensor<1x4x8x1xi8>) -> tensor<1x4x5x1xi8>
// CHECK: %[[LEFT:.*]] = call @last_s0(%[[A]]) : (tensor<1x4x5x1xi8>) -> tensor<1x2x4x1xi8>
// CHECK: %[[B:.*]] = call @first_s1(%[[IN]]) : (tensor<1x4x8x1xi8>) -> tensor<1x4x4x1xi8>
// CHECK: %[[BOTH:.*]] = call @last_s1(%[[B]], %[[LEFT]])
// CHECK: call @behind(%[[BOTH]])

// CHECK: func.func private @first_s0(%[[MAP:.*]]: tensor<1x4x8x1xi8>)
// CHECK-SAME: rtwmc.strip = {end = 5 : i64, first = 0 : i64, macs = 0 : i64, of = "first", strip = 0 : i64}
// CHECK: %[[COLUMNS:.*]] = rtwmc.take_columns %[[MAP]] from 0 : tensor<1x4x8x1xi8> -> tensor<1x4x6x1xi8>
// CHECK: rtwmc.max_pool2d %[[COLUMNS]] {{.*}}pad = array<i64: 1, 1, 1, 0>
// CHECK: func.func private @first_s1(%[[MAP:.*]]: tensor<1x4x8x1xi8>)
// CHECK: %[[COLUMNS:.*]] = rtwmc.take_columns %[[MAP]] from 3 : tensor<1x4x8x1xi8> -> tensor<1x4x5x1xi8>
// CHECK: rtwmc.max_pool2d %[[COLUMNS]] {{.*}}pad = array<i64: 1, 1, 0, 1>
// CHECK-NOT: func.func private @first(
// CHECK: func.func private @last_s0
// CHECK: %[[PART:.*]] = rtwmc.max_pool2d {{.*}}pad = array<i64: 0, 1, 0, 0>
// CHECK: rtwmc.put_columns %[[PART]] at 0 : (tensor<1x2x2x1xi8>) -> tensor<1x2x4x1xi8>
// CHECK: func.func private @last_s1(%{{.*}}: tensor<1x4x4x1xi8>, %[[INTO:.*]]: tensor<1x2x4x1xi8>)
// CHECK: %[[PART:.*]] = rtwmc.max_pool2d {{.*}}pad = array<i64: 0, 1, 0, 1>
// CHECK: rtwmc.put_columns %[[PART]] at 2 into %[[INTO]]

// The strips share the memory of the map that they make; the first is complete
// before the second begins.
// STREAM-LABEL: func.func @chain
// STREAM-DAG: %[[FIRST:.*]] = rtwmc.buffer "last_s0" at [[AT:[0-9]+]] live{{ ?}}[[LIFE:\[.*\]]] : memref<1x2x4x1xi8>
// STREAM-DAG: %[[SECOND:.*]] = rtwmc.buffer "last_s1" at [[AT]] live{{ ?}}[[LIFE]] : memref<1x2x4x1xi8>
// STREAM: rtwmc.step @last_s0
// STREAM-NOT: rtwmc.step @{{first|last}}_s0
// STREAM: rtwmc.step @first_s1
// STREAM: rtwmc.step @last_s1
// STREAM-NOT: rtwmc.step @{{first|last}}_s0
// STREAM: rtwmc.step @behind
func.func @chain(%0: tensor<1x4x8x1xi8>) -> tensor<1x1x2x1xi8> {
  %1 = call @first(%0) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %2 = call @last(%1) : (tensor<1x4x8x1xi8>) -> tensor<1x2x4x1xi8>
  %3 = call @behind(%2) : (tensor<1x2x4x1xi8>) -> tensor<1x1x2x1xi8>
  return %3 : tensor<1x1x2x1xi8>
}
func.func private @first(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @last(%0: tensor<1x4x8x1xi8>) -> tensor<1x2x4x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 1, 0, 1>} : tensor<1x4x8x1xi8> -> tensor<1x2x4x1xi8>
  return %1 : tensor<1x2x4x1xi8>
}
func.func private @behind(%0: tensor<1x2x4x1xi8>) -> tensor<1x1x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x4x1xi8> -> tensor<1x1x2x1xi8>
  return %1 : tensor<1x1x2x1xi8>
}

// -----

// A sum over the map goes on where the strip before left it. Of the map that
// both layers read, the residual takes the columns of its strip.
// CHECK-LABEL: func.func @residual
// CHECK: %[[A:.*]] = call @first_s0
// CHECK: %[[B:.*]] = call @add_s0(%{{.*}}, %[[A]])
// CHECK: %[[SUMS:.*]] = call @last_s0(%[[B]]) : (tensor<1x4x4x1xi8>) -> tensor<1x1x1x1xi32>
// CHECK: call @last_s1(%{{.*}}, %[[SUMS]]) : (tensor<1x4x4x1xi8>, tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi32>

// CHECK: func.func private @add_s1
// CHECK: rtwmc.take_columns %{{.*}} from 4 : tensor<1x4x8x1xi8> -> tensor<1x4x4x1xi8>
// CHECK: rtwmc.elementwise
// CHECK: func.func private @last_s1(%{{.*}}, %[[INTO:.*]]: tensor<1x1x1x1xi32>)
// CHECK: %[[PART:.*]] = rtwmc.sum_pool2d {{.*}}kernel = array<i64: 4, 4>
// CHECK: rtwmc.add_sums %[[PART]] into %[[INTO]]

// STREAM-LABEL: func.func @residual
// STREAM-DAG: rtwmc.buffer "last_s0" at [[AT:[0-9]+]] live{{ ?}}[[LIFE:\[.*\]]] : memref<1x1x1x1xi32>
// STREAM-DAG: rtwmc.buffer "last_s1" at [[AT]] live{{ ?}}[[LIFE]] : memref<1x1x1x1xi32>
func.func @residual(%0: tensor<1x4x8x1xi8>) -> tensor<1x1x1x1xi8> {
  %1 = call @first(%0) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %2 = call @add(%0, %1) : (tensor<1x4x8x1xi8>, tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %3 = call @last(%2) : (tensor<1x4x8x1xi8>) -> tensor<1x1x1x1xi32>
  %4 = call @behind(%3) : (tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
  return %4 : tensor<1x1x1x1xi8>
}
func.func private @first(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @add(%0: tensor<1x4x8x1xi8>, %1: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.addi %a, %b : i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x8x1xi8>, tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  return %2 : tensor<1x4x8x1xi8>
}
func.func private @last(%0: tensor<1x4x8x1xi8>) -> tensor<1x1x1x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 4, 8>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, input_zp = 3 : i32} : tensor<1x4x8x1xi8> -> tensor<1x1x1x1xi32>
  return %1 : tensor<1x1x1x1xi32>
}
func.func private @behind(%0: tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i32):
    %b = arith.trunci %a : i32 to i8
    rtwmc.yield %b : i8
  } : (tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

// A fully connected layer sums strip by strip: the first begins with all of the
// bias, the others leave nothing to begin with, and the last requantizes.
// CHECK-LABEL: func.func @connected
// CHECK: %[[A:.*]] = call @first_s0(%[[IN:.*]]) : (tensor<1x4x4x2xi8>) -> tensor<1x4x2x2xi8>
// CHECK: %[[SUMS:.*]] = call @last_s0(%[[A]]) : (tensor<1x4x2x2xi8>) -> tensor<1x1x1x1xi32>
// CHECK: %[[OUT:.*]] = call @last_s1(%{{.*}}, %[[SUMS]]) : (tensor<1x4x2x2xi8>, tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
// CHECK: return %[[OUT]]

// CHECK: func.func private @last_s0
// CHECK: %[[PART:.*]] = rtwmc.conv2d
// The zero point is 3. In columns 0 and 1 weights add up to 8, in all to 24.
// CHECK-SAME: bias = dense<52> : tensor<1xi32>
// CHECK-SAME: weight = dense<{{\[\[}}{{\[\[}}1, 1], [0, 0]], {{.*}}> : tensor<1x4x2x2xi8>
// CHECK-SAME: -> tensor<1x1x1x1xi32>
// CHECK: return %[[PART]]
// CHECK: func.func private @last_s1(%{{.*}}, %[[INTO:.*]]: tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi8>
// CHECK: %[[PART:.*]] = rtwmc.conv2d
// CHECK-SAME: bias = dense<48> : tensor<1xi32>
// CHECK-SAME: weight = dense<{{\[\[}}{{\[\[}}2, 2], [0, 0]], {{.*}}> : tensor<1x4x2x2xi8>
// CHECK: rtwmc.finish_sums %[[PART]] into %[[INTO]] {requant = #rtwmc.requant<[1073741824], [31], single, zero_point = 0, range = [-128, 127]>}

// The sums are in the arena, where the last strip goes on; its result is the
// network's.
// STREAM-LABEL: func.func @connected
// STREAM-SAME: %[[OUT:[a-z0-9]+]]: memref<1x1x1x1xi8>
// STREAM: %[[SUMS:.*]] = rtwmc.buffer "last_s0" at {{.*}} : memref<1x1x1x1xi32>
// STREAM: rtwmc.step @last_s1[%{{.*}}] (%{{.*}}, %[[SUMS]], %[[OUT]])
func.func @connected(%0: tensor<1x4x4x2xi8>) -> tensor<1x1x1x1xi8> {
  %1 = call @first(%0) : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %2 = call @last(%1) : (tensor<1x4x4x2xi8>) -> tensor<1x1x1x1xi8>
  return %2 : tensor<1x1x1x1xi8>
}
func.func private @first(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}
func.func private @last(%0: tensor<1x4x4x2xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.conv2d %0 {
    weight = dense<[[[[1, 1], [0, 0], [2, 2], [0, 0]], [[1, 1], [0, 0], [2, 2], [0, 0]],
                     [[1, 1], [0, 0], [2, 2], [0, 0]], [[1, 1], [0, 0], [2, 2], [0, 0]]]]> : tensor<1x4x4x2xi8>,
    bias = dense<100> : tensor<1xi32>,
    requant = #rtwmc.requant<[1073741824], [31], single, zero_point = 0, range = [-128, 127]>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 3 : i32, weight_zp = 0 : i32} : tensor<1x4x4x2xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
