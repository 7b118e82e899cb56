// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-make-entry --split-input-file | FileCheck %s

// The address is checked before anything else is done; a wrong one gives 1.
// CHECK-LABEL: func.func @network_run(
// CHECK-SAME: %[[IN:.*]]: memref<4xi8>, %[[OUT:.*]]: memref<4xi8>, %[[ARENA:.*]]: memref<12xi8>) -> i32 attributes {rtwmc.batch_specialized} {
// CHECK-NEXT: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[ARENA]] : memref<12xi8> -> index
// CHECK-NEXT: %[[WORD:.*]] = arith.index_cast %[[ADDRESS]] : index to i32
// CHECK-NEXT: %[[MASK:.*]] = arith.constant 7 : i32
// CHECK-NEXT: %[[LOW:.*]] = arith.andi %[[WORD]], %[[MASK]] : i32
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-NEXT: %[[ALIGNED:.*]] = arith.cmpi eq, %[[LOW]], %[[ZERO]] : i32
// CHECK-NEXT: %[[RESULT:.*]] = scf.if %[[ALIGNED]] -> (i32) {
// CHECK-NEXT: call @row(%[[IN]])
// CHECK-NEXT: call @row(%[[OUT]])
// CHECK-NEXT: %[[GOOD:.*]] = arith.constant 0 : i32
// CHECK-NEXT: scf.yield %[[GOOD]] : i32
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[BAD:.*]] = arith.constant 1 : i32
// CHECK-NEXT: scf.yield %[[BAD]] : i32
// CHECK-NEXT: }
// CHECK-NEXT: return %[[RESULT]] : i32
func.func @main(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>)
    attributes {rtwmc.arena_align = 8, rtwmc.batch_specialized, rtwmc.inputs = [#rtwmc.port<"input" : tensor<4xi8>>]} {
  call @row(%input) : (memref<4xi8>) -> ()
  call @row(%output) : (memref<4xi8>) -> ()
  return
}
func.func private @row(memref<4xi8>)

// -----

// Bytes may lie anywhere.
// CHECK-LABEL: func.func @network_run(
// CHECK-NEXT: call @row
// CHECK-NEXT: %[[GOOD:.*]] = arith.constant 0 : i32
// CHECK-NEXT: return %[[GOOD]] : i32
func.func @main(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>)
    attributes {rtwmc.arena_align = 1} {
  call @row(%input) : (memref<4xi8>) -> ()
  return
}
func.func private @row(memref<4xi8>)
