// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Constants where layers expect maps, and networks that compute nothing.

#c = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>

// CHECK: @concat: 20 inputs, equal
// CHECK-NEXT: generic1: dense
func.func @concat(%x: tensor<1x2x2x2xi8>) -> tensor<1x2x2x4xi8> {
  %c = "tosa.const"() {values = #c} : () -> tensor<1x2x2x2xi8>
  %0 = rtwmc.concat %x, %c : (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) -> tensor<1x2x2x4xi8>
  return %0 : tensor<1x2x2x4xi8>
}

// CHECK: @elementwise: 20 inputs, equal
// CHECK-NEXT: generic1: dense
func.func @elementwise(%x: tensor<1x2x2x2xi8>) -> tensor<1x2x2x2xi8> {
  %c = "tosa.const"() {values = #c} : () -> tensor<1x2x2x2xi8>
  %0 = rtwmc.elementwise %x, %c {
  ^bb0(%a: i8, %b: i8):
    %max = arith.maxsi %a, %b : i8
    rtwmc.yield %max : i8
  } : (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) -> tensor<1x2x2x2xi8>
  return %0 : tensor<1x2x2x2xi8>
}

// CHECK: @pool: 20 inputs, equal
// CHECK-NEXT: generic1: external
func.func @pool(%x: tensor<1x2x2x2xi8>) -> tensor<1x1x1x2xi8> {
  %c = "tosa.const"() {values = #c} : () -> tensor<1x2x2x2xi8>
  %0 = rtwmc.max_pool2d %c {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : tensor<1x2x2x2xi8> -> tensor<1x1x1x2xi8>
  return %0 : tensor<1x1x1x2xi8>
}

// CHECK: @copy: 20 inputs, equal
func.func @copy(%x: tensor<1x2x2x2xi8>) -> tensor<1x8xi8> {
  %shape = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %shape : (tensor<1x2x2x2xi8>, !tosa.shape<2>) -> tensor<1x8xi8>
  return %0 : tensor<1x8xi8>
}

// CHECK: @copies: 20 inputs, equal
func.func @copies(%x: tensor<1x4xi16>, %y: tensor<1x3xi32>) -> (tensor<1x4xi16>, tensor<1x3xi32>, tensor<1x3xi32>) {
  return %x, %y, %y : tensor<1x4xi16>, tensor<1x3xi32>, tensor<1x3xi32>
}

// CHECK: @constant_outputs: 20 inputs, equal
func.func @constant_outputs(%x: tensor<1x2x2x2xi8>) -> (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) {
  %c = "tosa.const"() {values = #c} : () -> tensor<1x2x2x2xi8>
  return %c, %x, %c : tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>
}
