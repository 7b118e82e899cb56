// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lift-state --split-input-file --verify-diagnostics

module {
  // expected-error@+1 {{'a' cannot be kept from run to run: expects integers of a static shape and a readable value}}
  tosa.variable @a = dense<5.0> : tensor<1x4xf32>
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
    %a = tosa.variable_read @a : tensor<1x4xf32>
    tosa.variable_write @a, %x : tensor<1x4xf32>
    return %a : tensor<1x4xf32>
  }
}

// -----

module {
  // expected-error@+1 {{'a' cannot be kept from run to run: expects integers of a static shape and a readable value}}
  tosa.variable @a : tensor<?x4xi8>
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
    tosa.variable_write @a, %x : tensor<1x4xi8>
    return %x : tensor<1x4xi8>
  }
}

// -----

module {
  // expected-error@+1 {{attribute "rtwmc.state" must be an array of #rtwmc.variable}}
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.state = 1 : i32} {
    return %x : tensor<1x4xi8>
  }
}
