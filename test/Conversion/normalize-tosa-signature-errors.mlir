// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file --verify-diagnostics

// expected-error@+1 {{expects inputs and outputs of static shape, of int8, uint8, int16 or int32, got 'tensor<1x4xi1>'}}
func.func @i1_input(%arg0: tensor<1x4xi1>) -> tensor<1x4xi8> {
  %0 = tosa.cast %arg0 : (tensor<1x4xi1>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects inputs and outputs of static shape, of int8, uint8, int16 or int32, got 'tensor<1x1x1x1xi48>'}}
func.func @i48_output(%arg0: tensor<1x1x1x1xi16>) -> tensor<1x1x1x1xi48> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi48>} : () -> tensor<1xi48>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi16>} : () -> tensor<1xi16>
  %y = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %z, %y {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x1xi16>, tensor<1x1x1x1xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x1x1x1xi48>
  return %0 : tensor<1x1x1x1xi48>
}

// -----

func.func @computes_unsigned(%arg0: tensor<1x4xui8>) -> tensor<1x4xui8> {
  // expected-error@+1 {{'tosa.clamp' cannot be compiled: it computes with 'ui8'; quantize the network to int8}}
  %0 = tosa.clamp %arg0 {max_val = 5 : ui8, min_val = 0 : ui8} : (tensor<1x4xui8>) -> tensor<1x4xui8>
  return %0 : tensor<1x4xui8>
}

// -----

// expected-error@+1 {{expects as many ports in 'rtwmc.inputs' as inputs, 1, got 2}}
func.func @too_many_ports(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8>
    attributes {rtwmc.inputs = [#rtwmc.port<"a" : tensor<1x4xi8>>, #rtwmc.port<"b" : tensor<1x4xi8>>]} {
  %0 = tosa.clamp %arg0 {max_val = 5 : i8, min_val = 0 : i8} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects inputs and outputs of static shape, of int8, uint8, int16 or int32, got 'tensor<*xi8>'}}
func.func @unranked(%arg0: tensor<*xi8>) -> tensor<1x4xi8> {
  %c = "tosa.const"() {values = dense<1> : tensor<1x4xi8>} : () -> tensor<1x4xi8>
  %0 = tosa.maximum %c, %c : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
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
