// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-pruning --canonicalize | FileCheck %s --implicit-check-not=rtwmc.

// CHECK: func.func @read(%[[VALUES:.*]]: memref<12xi8>, %[[BITMAP:.*]]: memref<4xi8>) -> tensor<1x4x4x2xi8>
// CHECK: scf.for
// CHECK: memref.load %[[BITMAP]]
// CHECK: scf.if
// CHECK: memref.load %[[VALUES]]
func.func @read(%pruned: !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = -128>) -> tensor<1x4x4x2xi8> {
  %map = rtwmc.unprune %pruned
    : !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = -128> -> tensor<1x4x4x2xi8>
  return %map : tensor<1x4x4x2xi8>
}
