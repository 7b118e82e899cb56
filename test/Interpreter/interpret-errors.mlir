// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a function without arguments, to evaluate it}}
module {
  func.func @main(%arg0: i8) -> i8 {
    return %arg0 : i8
  }
}

// -----

func.func @main() -> tensor<2xi8> {
  %0 = arith.constant dense<1> : tensor<2xi8>
  // expected-error@+1 {{'tosa.add' op cannot be interpreted: it is neither a layer nor an operation on scalars that folds}}
  %1 = tosa.add %0, %0 : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  return %1 : tensor<2xi8>
}

// -----

func.func @main() -> i32 {
  %0 = arith.constant true
  // expected-error@+1 {{'scf.if' op cannot be interpreted: it is neither a layer nor an operation on scalars that folds}}
  %1 = scf.if %0 -> i32 {
    %2 = arith.constant 1 : i32
    scf.yield %2 : i32
  } else {
    %2 = arith.constant 2 : i32
    scf.yield %2 : i32
  }
  return %1 : i32
}

// -----

func.func private @elsewhere() -> i8

func.func @main() -> i8 {
  // expected-error@+1 {{'func.call' op cannot be interpreted: @elsewhere has no body}}
  %0 = call @elsewhere() : () -> i8
  return %0 : i8
}

// -----

func.func @main() -> i8 {
  // expected-error@+1 {{'func.call' op cannot be interpreted: calls are nested deeper than 64}}
  %0 = call @main() : () -> i8
  return %0 : i8
}

// -----

// expected-error@+1 {{cannot be interpreted: expects a function of one block}}
func.func @main() -> i8 {
  %0 = arith.constant 1 : i8
  cf.br ^bb1(%0 : i8)
^bb1(%1: i8):
  return %1 : i8
}

// -----

func.func @main() -> f32 {
  // expected-error@+1 {{'arith.constant' op cannot be interpreted: expects integers of at most 64 bits, got 'f32'}}
  %0 = arith.constant 1.0 : f32
  return %0 : f32
}

// -----

func.func @main() -> tensor<2xi128> {
  // expected-error@+1 {{'arith.constant' op cannot be interpreted: expects integers of at most 64 bits, got 'tensor<2xi128>'}}
  %0 = arith.constant dense<1> : tensor<2xi128>
  return %0 : tensor<2xi128>
}

// -----

func.func @main() -> tensor<4xi8> {
  // expected-error@+1 {{'tosa.const' op cannot be interpreted: its elements are not in the module}}
  %0 = "tosa.const"() {values = dense_resource<elsewhere> : tensor<4xi8>} : () -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @main() -> tensor<?xi8> {
  %0 = arith.constant dense<1> : tensor<2xi8>
  %1 = tosa.const_shape {values = dense<[2]> : tensor<1xindex>} : () -> !tosa.shape<1>
  // expected-error@+1 {{'tosa.reshape' op cannot be interpreted: the shape of 'tensor<?xi8>' is not static}}
  %2 = tosa.reshape %0, %1 : (tensor<2xi8>, !tosa.shape<1>) -> tensor<?xi8>
  return %2 : tensor<?xi8>
}

// -----

func.func @main() -> tensor<4294967296x4294967296x2xi8> {
  // expected-error@+1 {{'arith.constant' op cannot be interpreted: 'tensor<4294967296x4294967296x2xi8>' has more than 16777216 elements}}
  %0 = arith.constant dense<1> : tensor<4294967296x4294967296x2xi8>
  return %0 : tensor<4294967296x4294967296x2xi8>
}

// -----

func.func @main() -> i32 {
  %0 = arith.constant 7 : i32
  %1 = arith.constant 0 : i32
  // expected-error@+1 {{'arith.divsi' op cannot be interpreted on these operands: it does not fold}}
  %2 = arith.divsi %0, %1 : i32
  return %2 : i32
}

// -----

func.func @main() -> tensor<1x1x2x1xi32> {
  %0 = arith.constant dense<[[[[1], [32]]]]> : tensor<1x1x2x1xi32>
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i32):
    // expected-error@+1 {{'arith.shli' op cannot be interpreted on these operands: it does not fold}}
    %2 = arith.shli %a, %a : i32
    rtwmc.yield %2 : i32
  } : (tensor<1x1x2x1xi32>) -> tensor<1x1x2x1xi32>
  return %1 : tensor<1x1x2x1xi32>
}

// -----

func.func @main() -> i32 {
  // expected-error@+1 {{'ub.poison' op cannot be interpreted on these operands: its result is no integer}}
  %0 = ub.poison : i32
  return %0 : i32
}

// -----

// expected-error@+1 {{cannot be interpreted: expects a function of one block}}
func.func @main() -> i8 {
  ub.unreachable
}
