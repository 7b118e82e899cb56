// RUN: rtwmc-opt %s --rtwmc-lower-pruning --canonicalize --cse --split-input-file | FileCheck %s --implicit-check-not=rtwmc.

!pruned = !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = -128>

// The loop over the batches: fill, quota, select, append.
// CHECK-LABEL: func.func @prune
// CHECK-SAME:    -> (memref<12xi8>, memref<4xi8>, index)
func.func @prune(%x: tensor<1x4x4x2xi8>) -> (!pruned, index) {
  // CHECK: %[[IN:.*]] = bufferization.to_buffer %{{.*}} read_only
  // CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[IN]]
  // CHECK: %[[VALUES:.*]] = memref.alloc() : memref<12xi8>
  // CHECK: %[[BITMAP:.*]] = memref.alloc() : memref<4xi8>
  // CHECK: %[[BUFFER:.*]] = memref.alloc() : memref<8xi8>
  // CHECK: scf.for
  // CHECK:   memref.store %{{.*}}, %[[BITMAP]]
  // CHECK: %[[STREAM:.*]]:3 = scf.for %[[FIRST:.*]] = %c0 to %c32 step %c8 iter_args(%{{.*}} = %c0, %[[OWED:.*]] = %c20, %{{.*}} = %c0)
  // CHECK:   %[[REMAINING:.*]] = arith.subi %c32, %[[FIRST]]
  // CHECK:   memref.load %[[FLAT]]
  // CHECK:   memref.store %{{.*}}, %[[BUFFER]]
  // CHECK:   arith.muli %[[OWED]], %c8
  // CHECK:   arith.divui
  // CHECK:   scf.while
  // CHECK:   memref.store %{{.*}}, %[[BITMAP]]
  // CHECK:   memref.store %{{.*}}, %[[VALUES]]
  // CHECK: return %[[VALUES]], %[[BITMAP]], %[[STREAM]]#2
  %p, %kept = rtwmc.prune %x, drop = 20, batch = 8, tau_q = 1
    : tensor<1x4x4x2xi8> -> !pruned
  return %p, %kept : !pruned, index
}

// CHECK-LABEL: func.func @unprune
// CHECK-SAME:    %[[VALUES:.*]]: memref<12xi8>, %[[BITMAP:.*]]: memref<4xi8>
func.func @unprune(%p: !pruned) -> tensor<1x4x4x2xi8> {
  // CHECK: %[[MAP:.*]] = memref.alloc() : memref<1x4x4x2xi8>
  // CHECK: scf.for %{{.*}} = %c0 to %c32 step %c1 iter_args(%[[RANK:[^ ]*]] = %c0
  // CHECK:   memref.load %[[BITMAP]]
  // CHECK:   memref.load %[[VALUES]][%[[RANK]]]
  // CHECK: bufferization.to_tensor %[[MAP]] restrict writable
  %y = rtwmc.unprune %p : !pruned -> tensor<1x4x4x2xi8>
  return %y : tensor<1x4x4x2xi8>
}

// -----

!small = !rtwmc.pruned<8xi8, keep = 5, zero = 0>

func.func private @external(!small) -> !small

// CHECK-LABEL: func.func @control_flow
// CHECK-SAME:    %[[V:.*]]: memref<5xi8>, %[[B:.*]]: memref<1xi8>, %[[C:.*]]: i1
func.func @control_flow(%p: !small, %c: i1, %n: index) -> !small {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[FOR:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[V]], %{{.*}} = %[[B]]) -> (memref<5xi8>, memref<1xi8>)
  %q = scf.for %i = %c0 to %n step %c1 iter_args(%a = %p) -> !small {
    // CHECK: %[[CALL:.*]]:2 = {{.*}}call @external(%{{.*}}, %{{.*}}) : (memref<5xi8>, memref<1xi8>) -> (memref<5xi8>, memref<1xi8>)
    %b = func.call @external(%a) : (!small) -> !small
    // CHECK: scf.yield %[[CALL]]#0, %[[CALL]]#1
    scf.yield %b : !small
  }
  // CHECK: %[[IF:.*]]:2 = scf.if %[[C]] -> (memref<5xi8>, memref<1xi8>)
  %r = scf.if %c -> !small {
    %b = func.call @external(%q) : (!small) -> !small
    scf.yield %b : !small
  } else {
    scf.yield %p : !small
  }
  // CHECK: %[[S0:.*]] = arith.select %[[C]], %[[IF]]#0, %[[V]] : memref<5xi8>
  // CHECK: %[[S1:.*]] = arith.select %[[C]], %[[IF]]#1, %[[B]] : memref<1xi8>
  %s = arith.select %c, %r, %p : !small
  // CHECK: return %[[S0]], %[[S1]]
  return %s : !small
}

// CHECK-LABEL: func.func @blocks
func.func @blocks(%p: !small, %q: !small, %c: i1) -> !small {
  // CHECK: cf.cond_br %{{.*}}, ^[[BB:.*]](%{{.*}}, %{{.*}} : memref<5xi8>, memref<1xi8>), ^
  cf.cond_br %c, ^bb1(%p : !small), ^bb2(%q : !small)
^bb1(%a: !small):
  %b = call @external(%a) : (!small) -> !small
  cf.br ^bb2(%b : !small)
^bb2(%r: !small):
  return %r : !small
}
