// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects a block argument for each input}}
  %r = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } : (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects an input of the shape of the output, 'tensor<1x4x4x2xi8>'}}
  %r = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects block arguments of the element types}}
  %r = rtwmc.elementwise %0 {
  ^bb0(%a: i32):
    %b = arith.trunci %a : i32 to i8
    rtwmc.yield %b : i8
  } : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32> {
  // expected-error@+1 {{expects to yield an element of the output}}
  %r = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32>
  return %r : tensor<1x4x4x2xi32>
}

// -----

func.func @f(%0: i8) {
  // expected-error@+1 {{expects parent op 'rtwmc.elementwise'}}
  rtwmc.yield %0 : i8
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %outside: i8) -> tensor<1x4x4x2xi8> {
  // expected-note@+1 {{required by region isolation constraints}}
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    // expected-error@+1 {{using value defined outside the region}}
    %2 = arith.addi %a, %outside : i8
    rtwmc.yield %2 : i8
  } : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %1 : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x2x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects inputs of the shape of the output, got 'tensor<1x2x4x2xi8>' and 'tensor<1x4x4x2xi8>'}}
  %r = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    rtwmc.yield %a : i8
  } : (tensor<1x4x4x2xi8>, tensor<1x2x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // expected-error@+1 {{expects maps, reduced to one channel, got 'tensor<1x4x4x2xi8>'}}
  %r = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    rtwmc.yield %a : i8
  } {reduction = #rtwmc<reduction sum>} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  return %r : tensor<1x4x4x2xi8>
}

// -----

func.func @f(%0: tensor<1x4x4x2xi8>, %1: tensor<1x4x4x3xi8>) -> tensor<1x4x4x1xi8> {
  // expected-error@+1 {{expects inputs of the shape of the output, got 'tensor<1x4x4x2xi8>' and 'tensor<1x4x4x3xi8>'}}
  %r = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    rtwmc.yield %a : i8
  } {reduction = #rtwmc<reduction sum>} : (tensor<1x4x4x2xi8>, tensor<1x4x4x3xi8>) -> tensor<1x4x4x1xi8>
  return %r : tensor<1x4x4x1xi8>
}

// -----

// Only dimensions of maps can be 1.
func.func @f(%0: tensor<4x2xi8>, %1: tensor<1x2xi8>) -> tensor<4x2xi8> {
  // expected-error@+1 {{expects inputs of the shape of the output, got 'tensor<1x2xi8>' and 'tensor<4x2xi8>'}}
  %r = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    rtwmc.yield %a : i8
  } : (tensor<4x2xi8>, tensor<1x2xi8>) -> tensor<4x2xi8>
  return %r : tensor<4x2xi8>
}

// -----

func.func @f(%0: i32) -> i8 {
  // expected-error@+1 {{expects a table of one dimension, got 'tensor<1x2xi8>'}}
  %r = rtwmc.lookup %0 in dense<[[1, 2]]> : tensor<1x2xi8> -> i8
  return %r : i8
}

// -----

func.func @f(%0: i32) -> i8 {
  // expected-error@+1 {{expects to give an element of the table, 'i16', got 'i8'}}
  %r = rtwmc.lookup %0 in dense<[1, 2]> : tensor<2xi16> -> i8
  return %r : i8
}

// -----

func.func @f() -> i32 {
  // expected-error@+1 {{expects parent op 'rtwmc.elementwise'}}
  %r = rtwmc.channel
  return %r : i32
}
