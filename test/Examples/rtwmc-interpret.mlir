// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// CHECK:      @main#0: !rtwmc.pruned<1x2x2x2xi8, keep = 4, zero = 0>
// CHECK-NEXT:   stream [5, ., ., 3, ., -7, ., 2]
// CHECK-NEXT:   bitmap [0x56]
// CHECK-NEXT: @main#1: tensor<1x2x2x2xi8>
// CHECK-NEXT:   [5, 0] [0, 3]
// CHECK-NEXT:   [0, -7] [0, 2]
// CHECK-NEXT: @main#2: 4 : index
func.func @main() -> (!rtwmc.pruned<1x2x2x2xi8, keep = 4, zero = 0>, tensor<1x2x2x2xi8>, index) {
  %map = arith.constant dense<[[[[5, 1], [-2, 3]], [[0, -7], [2, 2]]]]> : tensor<1x2x2x2xi8>
  %pruned, %kept = rtwmc.prune %map, drop = 4, batch = 4, tau_q = 1
    : tensor<1x2x2x2xi8> -> !rtwmc.pruned<1x2x2x2xi8, keep = 4, zero = 0>
  %read = rtwmc.unprune %pruned : !rtwmc.pruned<1x2x2x2xi8, keep = 4, zero = 0> -> tensor<1x2x2x2xi8>
  return %pruned, %read, %kept : !rtwmc.pruned<1x2x2x2xi8, keep = 4, zero = 0>, tensor<1x2x2x2xi8>, index
}
