// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s

// Several inputs and outputs.

// A ring between two inputs and two outputs, one of which is read again.
// CHECK: @two: 20 inputs, equal
// CHECK-NEXT: mul1: ring 3
// CHECK-NEXT: pool1: external
// CHECK-NEXT: pool2: external
func.func @two(%a: tensor<1x7x6x2xi8>, %b: tensor<1x7x6x2xi16>) -> (tensor<1x5x4x2xi8>, tensor<1x2x2x2xi8>) {
  %0 = rtwmc.elementwise %a, %b {
  ^bb0(%x: i8, %y: i16):
    %c = arith.extsi %x : i8 to i16
    %d = arith.muli %c, %y : i16
    %e = arith.trunci %d : i16 to i8
    rtwmc.yield %e : i8
  } : (tensor<1x7x6x2xi8>, tensor<1x7x6x2xi16>) -> tensor<1x7x6x2xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x7x6x2xi8> -> tensor<1x5x4x2xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 3, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x5x4x2xi8> -> tensor<1x2x2x2xi8>
  return %1, %2 : tensor<1x5x4x2xi8>, tensor<1x2x2x2xi8>
}

// In an order that is not that of the layers; an input that nobody reads.
// CHECK: @swapped: 20 inputs, equal
func.func @swapped(%a: tensor<1x4x4x1xi8>, %unused: tensor<1x3xi32>, %b: tensor<1x4x4x1xi8>) -> (tensor<1x2x2x1xi8>, tensor<1x4x4x1xi32>) {
  %0 = rtwmc.sum_pool2d %b {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = 5 : i32}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi32>
  %1 = rtwmc.max_pool2d %a {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8>
  return %1, %0 : tensor<1x2x2x1xi8>, tensor<1x4x4x1xi32>
}

// Outputs that are an input, or the same, are copied, whatever their shape.
// CHECK: @copies: 20 inputs, equal
func.func @copies(%a: tensor<1x4x4x1xi8>) -> (tensor<1x4x4x1xi8>, tensor<1x2x2x1xi8>, tensor<4xi8>) {
  %shape = tosa.const_shape {values = dense<4> : tensor<1xindex>} : () -> !tosa.shape<1>
  %0 = rtwmc.max_pool2d %a {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8>
  %1 = tosa.reshape %0, %shape : (tensor<1x2x2x1xi8>, !tosa.shape<1>) -> tensor<4xi8>
  return %a, %0, %1 : tensor<1x4x4x1xi8>, tensor<1x2x2x1xi8>, tensor<4xi8>
}
