// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-read-rows --split-input-file --verify-diagnostics

// expected-error@+1 {{asks for rows of its inputs already}}
func.func @twice(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8> attributes {rtwmc.rows = array<i64: 4>} {
  return %0 : tensor<1x4x4x1xi8>
}

// -----

// expected-error@+1 {{expects inputs of static shapes, got 'tensor<?x4x4x1xi8>'}}
func.func @dynamic(%0: tensor<?x4x4x1xi8>) -> tensor<?x4x4x1xi8> {
  return %0 : tensor<?x4x4x1xi8>
}

// -----

// expected-error@+1 {{expects one function, the network, of one block}}
module {
}
