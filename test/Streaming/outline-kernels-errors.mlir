// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-outline-kernels --split-input-file --verify-diagnostics

// expected-error@+1 {{expects one function, the network, of one block}}
module {
  func.func @a(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    return %0 : tensor<1x4xi8>
  }
  func.func @b(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    return %0 : tensor<1x4xi8>
  }
}

// -----

// expected-error@+1 {{expects one function, the network, of one block}}
module {
  func.func @blocks(%0: tensor<1x4xi8>) -> tensor<1x4xi8> {
    cf.br ^bb1
  ^bb1:
    return %0 : tensor<1x4xi8>
  }
}
