// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-check --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a public function with arguments, a network to compile}}
module {
  func.func @constant() -> i8 {
    %0 = arith.constant 1 : i8
    return %0 : i8
  }
  func.func private @kernel(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
    return %arg0 : tensor<1x2x2x1xi8>
  }
}

// -----

// An overflow that must not happen happens: the code takes it that no element
// plus 1 is less than the element, the interpreter wraps around at 127. Only the
// second channel gets there, where the input is 127.
// expected-error@+1 {{input 1: element [0, 0, 0, 1] of the output is 1 instead of 0; 6 of 12 elements differ}}
func.func @main(%arg0: tensor<1x2x3x1xi8>) -> tensor<1x2x3x2xi8> {
  %0 = rtwmc.conv2d %arg0 {weight = dense<[[[[0]]], [[[1]]]]> : tensor<2x1x1x1xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [30], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x2x3x1xi8> -> tensor<1x2x3x2xi8>
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %one = arith.constant 1 : i8
    %2 = arith.addi %a, %one overflow<nsw> : i8
    %3 = arith.cmpi sgt, %2, %a : i8
    %4 = arith.extui %3 : i1 to i8
    rtwmc.yield %4 : i8
  } : (tensor<1x2x3x2xi8>) -> tensor<1x2x3x2xi8>
  return %1 : tensor<1x2x3x2xi8>
}

// -----

// Compiled by upstream's lowering, but without a meaning here.
func.func @main(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x4x2x1xi8> {
  %c = "tosa.const"() {values = dense<1> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  // expected-error@+1 {{'tosa.concat' op cannot be interpreted}}
  %0 = tosa.concat %arg0, %c {axis = 1 : i32} : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x4x2x1xi8>
  return %0 : tensor<1x4x2x1xi8>
}

// -----

// Neither compiled nor interpreted.
// expected-error@+1 {{expects an input and an output, got 1 and 0}}
func.func @main(%arg0: tensor<1x2x2x1xi8>) {
  return
}
