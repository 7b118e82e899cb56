// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-make-entry=name=net_run | FileCheck %s

// CHECK: func.func @net_run(%[[IN:.*]]: memref<4xi8>, %[[OUT:.*]]: memref<4xi8>, %[[ARENA:.*]]: memref<12xi8>) -> i32 {
// CHECK: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[ARENA]]
// CHECK: %[[RESULT:.*]] = scf.if
// CHECK: memref.copy %[[IN]], %[[OUT]]
// CHECK: return %[[RESULT]] : i32
func.func @main(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>)
    attributes {rtwmc.arena_align = 4} {
  memref.copy %input, %output : memref<4xi8> to memref<4xi8>
  return
}
