// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file | FileCheck %s

// One constant, read under two shapes: what is left of each is a constant.
// CHECK-LABEL: func.func @shared
// CHECK-NOT: tosa.reshape
// CHECK-DAG: dense<{{\[\[}}1, 2, 3, 4]]> : tensor<1x4xi8>
// CHECK-DAG: dense<{{.*}}> : tensor<2x2xi8>
// CHECK-NOT: tosa.reshape
// CHECK: return
func.func @shared(%arg0: tensor<1x4xi8>) -> tensor<2x2xi8> {
  %c = "tosa.const"() {values = dense<[1, 2, 3, 4]> : tensor<4xi8>} : () -> tensor<4xi8>
  %row = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %square = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %a = tosa.reshape %c, %row : (tensor<4xi8>, !tosa.shape<2>) -> tensor<1x4xi8>
  %b = tosa.reshape %c, %square : (tensor<4xi8>, !tosa.shape<2>) -> tensor<2x2xi8>
  %t = tosa.transpose %b {perms = array<i32: 1, 0>} : (tensor<2x2xi8>) -> tensor<2x2xi8>
  %0 = tosa.maximum %arg0, %a : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %2 = tosa.concat %1, %1 {axis = 0 : i32} : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<2x4xi8>
  %starts = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %3 = tosa.slice %2, %starts, %square : (tensor<2x4xi8>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x2xi8>
  %4 = tosa.minimum %3, %t : (tensor<2x2xi8>, tensor<2x2xi8>) -> tensor<2x2xi8>
  return %4 : tensor<2x2xi8>
}

// -----

// Constants in a resource section, as large models carry them.
// CHECK-LABEL: func.func @resource
// CHECK: "tosa.const"() <{values = dense<{{\[\[}}1, -1, 2, -2]]> : tensor<1x4xi8>}>
// CHECK-NOT: dialect_resources
func.func @resource(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %c = "tosa.const"() {values = dense_resource<weights> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
{-#
  dialect_resources: {
    builtin: {
      weights: "0x0100000001FF02FE"
    }
  }
#-}

// -----

// A constant that another dialect wrote.
// CHECK-LABEL: func.func @foreign
// CHECK-NOT: arith.constant
// CHECK: %[[C:.*]] = "tosa.const"() <{values = dense<{{\[\[}}1, 2, 3, 4]]> : tensor<1x4xi8>}>
// CHECK: tosa.maximum %{{.*}}, %[[C]]
func.func @foreign(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %c = arith.constant dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// A map of which nothing is kept is a constant.
// CHECK-LABEL: func.func @nothing_kept
// CHECK-NOT: = rtwmc.
// CHECK: %[[C:.*]] = "tosa.const"() <{values = dense<-3> : tensor<1x2x2x1xi8>}>
// CHECK: tosa.maximum %{{.*}}, %[[C]]
func.func @nothing_kept(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> {
  %0 = tosa.minimum %arg0, %arg0 : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  %p, %n = rtwmc.prune %0, drop = 4, batch = 2, tau_q = 0 : tensor<1x2x2x1xi8> -> !rtwmc.pruned<1x2x2x1xi8, keep = 0, zero = -3>
  %1 = rtwmc.unprune %p : !rtwmc.pruned<1x2x2x1xi8, keep = 0, zero = -3> -> tensor<1x2x2x1xi8>
  %2 = tosa.maximum %arg0, %1 : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %2 : tensor<1x2x2x1xi8>
}

// -----

// The filters of a group are a slice of all of them; what is padded, tiled or
// reversed is a constant as well.
// CHECK-LABEL: func.func @moved
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<{{\[\[\[\[}}5, 6]]], {{\[\[\[}}7, 8]]]]> : tensor<2x1x1x2xi8>}>
// CHECK-DAG: dense<{{\[\[}}9, 4, 3, 4, 3]]> : tensor<1x5xi32>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<[3, 4]> : tensor<2xi32>}>
// CHECK: tosa.conv2d %arg0, %[[W]], %[[B]]
// CHECK-NOT: tosa.slice
// CHECK: return
func.func @moved(%arg0: tensor<1x1x1x2xi8>, %arg1: tensor<1x5xi32>) -> (tensor<1x1x1x2xi32>, tensor<1x5xi32>) {
  %w = "tosa.const"() {values = dense<[[[[1, 2]]], [[[3, 4]]], [[[5, 6]]], [[[7, 8]]]]> : tensor<4x1x1x2xi8>} : () -> tensor<4x1x1x2xi8>
  %b = "tosa.const"() {values = dense<[1, 2, 3, 4]> : tensor<4xi32>} : () -> tensor<4xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %start = tosa.const_shape {values = dense<[2, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[2, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %two = tosa.const_shape {values = dense<2> : tensor<1xindex>} : () -> !tosa.shape<1>
  %ws = tosa.slice %w, %start, %size : (tensor<4x1x1x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<2x1x1x2xi8>
  %bs = tosa.slice %b, %two, %two : (tensor<4xi32>, !tosa.shape<1>, !tosa.shape<1>) -> tensor<2xi32>
  %0 = tosa.conv2d %arg0, %ws, %bs, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %r = tosa.reverse %bs {axis = 0 : i32} : (tensor<2xi32>) -> tensor<2xi32>
  %t = tosa.tile %r, %two : (tensor<2xi32>, !tosa.shape<1>) -> tensor<4xi32>
  %amounts = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %nine = "tosa.const"() {values = dense<9> : tensor<1xi32>} : () -> tensor<1xi32>
  %p = tosa.pad %t, %amounts, %nine : (tensor<4xi32>, !tosa.shape<2>, tensor<1xi32>) -> tensor<5xi32>
  %row = tosa.const_shape {values = dense<[1, 5]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %q = tosa.reshape %p, %row : (tensor<5xi32>, !tosa.shape<2>) -> tensor<1x5xi32>
  %1 = tosa.add %arg1, %q : (tensor<1x5xi32>, tensor<1x5xi32>) -> tensor<1x5xi32>
  return %0, %1 : tensor<1x1x1x2xi32>, tensor<1x5xi32>
}
