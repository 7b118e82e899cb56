// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-insert-pruning | FileCheck %s

// CHECK: %[[MAP:.*]] = call @layer
// CHECK-NOT: rtwmc.plan
// CHECK: %[[PRUNED:.*]], %{{.*}} = rtwmc.prune %[[MAP]], drop = 20, batch = 8, tau_q = 1
// CHECK: %[[READ:.*]] = rtwmc.unprune %[[PRUNED]]
// CHECK: call @next_layer(%[[READ]])
func.func private @layer(tensor<1x8x8x2xi8>) -> tensor<1x4x4x2xi8>
func.func private @next_layer(tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>

func.func @main(%input: tensor<1x8x8x2xi8>) -> tensor<1x2x2x2xi8> {
  %map = call @layer(%input)
    {rtwmc.plan = #rtwmc.plan<drop = 20, batch = 8, tau_q = 1, zero = -128>}
    : (tensor<1x8x8x2xi8>) -> tensor<1x4x4x2xi8>
  %output = call @next_layer(%map) : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  return %output : tensor<1x2x2x2xi8>
}
