// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-set-maps=maps=conv1:drop=300,conv2:tau-q=4 | FileCheck %s

// CHECK: module attributes {rtwmc.maps = {conv1 = {drop = 300 : i64}, conv2 = {tau_q = 4 : i64}}}
func.func @main(%0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8> {
  return %0 : tensor<1x4x4x1xi8>
}
