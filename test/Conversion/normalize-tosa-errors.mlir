// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file --verify-diagnostics

func.func @float(%arg0: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+1 {{'tosa.tanh' cannot be compiled: floating point is not supported: quantize the network to int8}}
  %0 = tosa.tanh %arg0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

func.func @control_flow(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %true = "tosa.const"() {values = dense<true> : tensor<i1>} : () -> tensor<i1>
  // expected-error@+1 {{'tosa.cond_if' cannot be compiled: control flow is not supported: the memory of a run must be known before it starts}}
  %0 = tosa.cond_if %true (%a = %arg0) : tensor<i1> (tensor<1x4xi8>) -> tensor<1x4xi8> {
  ^bb0(%a: tensor<1x4xi8>):
    tosa.yield %a : tensor<1x4xi8>
  } else {
  ^bb0(%b: tensor<1x4xi8>):
    %1 = tosa.reverse %b {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.yield %1 : tensor<1x4xi8>
  }
  return %0 : tensor<1x4xi8>
}

// -----

module {
  tosa.variable @state = dense<0> : tensor<1x4xi8>
  func.func @state_between_runs(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    // expected-error@+1 {{'tosa.variable_read' cannot be compiled: expects variables to be lifted out of the network before (rtwmc-lift-state)}}
    %0 = tosa.variable_read @state : tensor<1x4xi8>
    %1 = tosa.maximum %0, %arg0 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.variable_write @state, %1 : tensor<1x4xi8>
    return %1 : tensor<1x4xi8>
  }
}

// -----

func.func @dynamic_rows(%arg0: tensor<?x?x4x2xi8>) -> tensor<?x?x4x2xi8> {
  // expected-error@+1 {{'tosa.clamp' cannot be compiled: the shape stays dynamic, only a dynamic batch can be taken as 1}}
  %0 = tosa.clamp %arg0 {max_val = 127 : i8, min_val = 0 : i8} : (tensor<?x?x4x2xi8>) -> tensor<?x?x4x2xi8>
  return %0 : tensor<?x?x4x2xi8>
}

// -----

// expected-error@+1 {{expects one function, the network, but there are 2}}
module {
  func.func @a(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    return %arg0 : tensor<1x4xi8>
  }
  func.func @b(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    return %arg0 : tensor<1x4xi8>
  }
}

// -----

// expected-error@+1 {{expects one function, the network, but there are 0}}
module {
  func.func private @declared(tensor<1x4xi8>) -> tensor<1x4xi8>
}

// -----

// expected-error@+1 {{expects an input and an output, got 1 and 0}}
func.func @no_output(%arg0: tensor<1x4xi8>) {
  return
}
