// RUN: rtwmc-opt %s --canonicalize --split-input-file | FileCheck %s

// By hand, spec section 3: drop 3 of 7 in batches of 4, zero point 0. Batch 1:
// R = 3, b = 4, rem = 7, q = ceil(12 / 7) = 2, drops 1 and the first 2. Batch
// 2: R = 1, b = 3, rem = 3, q = 1, drops -1.
// CHECK-LABEL: func.func @constant
func.func @constant() -> (tensor<7xi8>, index) {
  %x = arith.constant dense<[2, -2, 1, 9, 7, -1, 3]> : tensor<7xi8>
  %p, %kept = rtwmc.prune %x, drop = 3, batch = 4, tau_q = 0
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 4, zero = 0>
  %y = rtwmc.unprune %p
    : !rtwmc.pruned<7xi8, keep = 4, zero = 0> -> tensor<7xi8>
  // CHECK-DAG: %[[Y:.*]] = arith.constant dense<[0, -2, 0, 9, 7, 0, 3]> : tensor<7xi8>
  // CHECK-DAG: %[[KEPT:.*]] = arith.constant 4 : index
  // CHECK: return %[[Y]], %[[KEPT]]
  return %y, %kept : tensor<7xi8>, index
}

// -----

// The same map with a threshold of 3: five elements are below it in all.
// CHECK-LABEL: func.func @threshold
func.func @threshold() -> (tensor<7xi8>, index) {
  %x = arith.constant dense<[2, -2, 1, 9, 7, -1, 3]> : tensor<7xi8>
  %p, %kept = rtwmc.prune %x, drop = 3, batch = 4, tau_q = 3
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 4, zero = 0>
  %y = rtwmc.unprune %p
    : !rtwmc.pruned<7xi8, keep = 4, zero = 0> -> tensor<7xi8>
  // CHECK-DAG: %[[Y:.*]] = arith.constant dense<[0, 0, 0, 9, 7, 0, 3]> : tensor<7xi8>
  // CHECK-DAG: %[[KEPT:.*]] = arith.constant 3 : index
  // CHECK: return %[[Y]], %[[KEPT]]
  return %y, %kept : tensor<7xi8>, index
}

// -----

// Channel-major, the batches are 1 3 and 2 4; in raster order, 1 2 and 3 4. Each
// drops its least.
// CHECK-LABEL: func.func @order
func.func @order() -> (tensor<1x1x2x2xi8>, tensor<1x1x2x2xi8>) {
  %x = arith.constant dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>
  %p, %kept = rtwmc.prune %x, drop = 2, batch = 2, tau_q = 0 : tensor<1x1x2x2xi8>
    -> !rtwmc.pruned<1x1x2x2xi8, keep = 2, zero = 0, order = nchw>
  %y = rtwmc.unprune %p
    : !rtwmc.pruned<1x1x2x2xi8, keep = 2, zero = 0, order = nchw>
      -> tensor<1x1x2x2xi8>
  %q, %kept2 = rtwmc.prune %x, drop = 2, batch = 2, tau_q = 0
    : tensor<1x1x2x2xi8> -> !rtwmc.pruned<1x1x2x2xi8, keep = 2, zero = 0>
  %z = rtwmc.unprune %q
    : !rtwmc.pruned<1x1x2x2xi8, keep = 2, zero = 0> -> tensor<1x1x2x2xi8>
  // CHECK-DAG: %[[Y:.*]] = arith.constant dense<{{\[\[\[\[}}0, 0], [3, 4]]]]>
  // CHECK-DAG: %[[Z:.*]] = arith.constant dense<{{\[\[\[\[}}0, 2], [0, 4]]]]>
  // CHECK: return %[[Y]], %[[Z]]
  return %y, %z : tensor<1x1x2x2xi8>, tensor<1x1x2x2xi8>
}

// -----

// CHECK-LABEL: func.func @nothing_dropped
// CHECK-SAME:    %[[X:.*]]: tensor<7xi8>
func.func @nothing_dropped(%x: tensor<7xi8>) -> (tensor<7xi8>, index) {
  %p, %kept = rtwmc.prune %x, drop = 0, batch = 4, tau_q = 0
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 7, zero = 0>
  %y = rtwmc.unprune %p
    : !rtwmc.pruned<7xi8, keep = 7, zero = 0> -> tensor<7xi8>
  // CHECK: %[[KEPT:.*]] = arith.constant 7 : index
  // CHECK: return %[[X]], %[[KEPT]]
  return %y, %kept : tensor<7xi8>, index
}

// -----

// CHECK-LABEL: func.func @nothing_kept
func.func @nothing_kept(%x: tensor<7xi8>) -> (tensor<7xi8>, index) {
  %p, %kept = rtwmc.prune %x, drop = 7, batch = 4, tau_q = 2
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 0, zero = -5>
  %y = rtwmc.unprune %p
    : !rtwmc.pruned<7xi8, keep = 0, zero = -5> -> tensor<7xi8>
  // CHECK-DAG: %[[Y:.*]] = arith.constant dense<-5> : tensor<7xi8>
  // CHECK-DAG: %[[KEPT:.*]] = arith.constant 0 : index
  // CHECK: return %[[Y]], %[[KEPT]]
  return %y, %kept : tensor<7xi8>, index
}

// -----

// With a threshold the number kept depends on the data, and pruning again what
// was read back may drop other elements: neither folds.
// CHECK-LABEL: func.func @stays
func.func @stays(%x: tensor<7xi8>, %p: !rtwmc.pruned<7xi8, keep = 4, zero = 0>)
    -> (index, tensor<7xi8>, !rtwmc.pruned<7xi8, keep = 4, zero = 0>) {
  // CHECK: %[[Q:.*]], %[[KEPT:.*]] = rtwmc.prune %{{.*}}, drop = 0, batch = 4, tau_q = 1
  %q, %kept = rtwmc.prune %x, drop = 0, batch = 4, tau_q = 1
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 7, zero = 0>
  // CHECK: %[[Y:.*]] = rtwmc.unprune %[[Q]]
  %y = rtwmc.unprune %q
    : !rtwmc.pruned<7xi8, keep = 7, zero = 0> -> tensor<7xi8>
  // CHECK: %[[Z:.*]] = rtwmc.unprune
  %z = rtwmc.unprune %p
    : !rtwmc.pruned<7xi8, keep = 4, zero = 0> -> tensor<7xi8>
  // CHECK: %[[AGAIN:.*]], %{{.*}} = rtwmc.prune %[[Z]]
  %again, %kept2 = rtwmc.prune %z, drop = 3, batch = 4, tau_q = 0
    : tensor<7xi8> -> !rtwmc.pruned<7xi8, keep = 4, zero = 0>
  // CHECK: return %[[KEPT]], %[[Y]], %[[AGAIN]]
  return %kept, %y, %again
    : index, tensor<7xi8>, !rtwmc.pruned<7xi8, keep = 4, zero = 0>
}
