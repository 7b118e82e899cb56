// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file --verify-diagnostics

// expected-error@+1 {{expects an int8 input and output of static shape, got 'tensor<1x4xi16>'}}
func.func @i16_input(%arg0: tensor<1x4xi16>) -> tensor<1x4xi8> {
  %0 = tosa.cast %arg0 : (tensor<1x4xi16>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects an int8 input and output of static shape, got 'tensor<1x4xi32>'}}
func.func @i32_output(%arg0: tensor<1x4xi8>) -> tensor<1x4xi32> {
  %0 = tosa.cast %arg0 : (tensor<1x4xi8>) -> tensor<1x4xi32>
  return %0 : tensor<1x4xi32>
}

// -----

// expected-error@+1 {{expects an int8 input and output of static shape, got 'tensor<*xi8>'}}
func.func @unranked(%arg0: tensor<*xi8>) -> tensor<1x4xi8> {
  %c = "tosa.const"() {values = dense<1> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  %0 = tosa.maximum %c, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{the network computes nothing}}
func.func @identity(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  return %arg0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{the network computes nothing}}
func.func @constant(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = "tosa.const"() {values = dense<1> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

func.func @not_tosa(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  // expected-error@+1 {{'arith.addi' is not a TOSA operation}}
  %0 = arith.addi %arg0, %arg0 : tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects a network of one block: control flow is not supported}}
func.func @two_blocks(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  cf.br ^bb1
^bb1:
  return %arg0 : tensor<1x4xi8>
}

// -----

func.func @no_data(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  // expected-error@+1 {{constant has no readable data}}
  %c = "tosa.const"() {values = dense_resource<elsewhere> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  %0 = tosa.maximum %arg0, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
