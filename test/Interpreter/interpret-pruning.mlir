// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// Quotas ceil(R b / rem): of 5 in batches of 4, 4 and 2 elements, ceil(20 / 10),
// ceil(12 / 6), ceil(2 / 2). Of equal magnitudes (1; 5; 7) the earlier are
// dropped. Bits 1, 2, 4, 5, 8.
// CHECK:      @ties#0: !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
// CHECK-NEXT:   stream [3, ., ., 2, ., ., 5, -5, ., -7]
// CHECK-NEXT:   bitmap [0x36, 0x01]
// CHECK-NEXT: @ties#1: 5 : index
func.func @ties() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 5, batch = 4, tau_q = 0
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index
}

// Three of the first batch are below 3, more than the 2 it must drop. Then
// ceil(2 * 4 / 6) = 2 of the second, and nothing is owed any more.
// CHECK:      @threshold#0: !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
// CHECK-NEXT:   stream [3, ., ., ., ., ., 5, -5, 7, -7]
// CHECK-NEXT:   bitmap [0x3e, 0x00]
// CHECK-NEXT: @threshold#1: 5 : index
func.func @threshold() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 5, batch = 4, tau_q = 3
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index
}

// A threshold of 6 drops everything but the last two, three more than it must.
// CHECK:      @more#0: !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
// CHECK-NEXT:   stream [., ., ., ., ., ., ., ., 7, -7]
// CHECK-NEXT:   bitmap [0xff, 0x00]
// CHECK-NEXT: @more#1: 2 : index
func.func @more() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 5, batch = 4, tau_q = 6
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index
}

// P_b = ceil(8 / 3): quotas of 3, 3 and min(2, 2, 3).
// CHECK:      @paper#0: !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>
// CHECK-NEXT:   stream [3, ., ., ., ., ., ., -5, ., .]
// CHECK-NEXT:   bitmap [0x7e, 0x03]
// CHECK-NEXT: @paper#1: 2 : index
func.func @paper() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 8, batch = 4, tau_q = 0, policy = paper
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>, index
}

// The same by shares: ceil(32 / 10) = 4, ceil(16 / 6) = 3, 1.
// CHECK:      @shares#0: !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>
// CHECK-NEXT:   stream [., ., ., ., ., ., ., -5, ., -7]
// CHECK-NEXT:   bitmap [0x7f, 0x01]
// CHECK-NEXT: @shares#1: 2 : index
func.func @shares() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 8, batch = 4, tau_q = 0
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 2, zero = 0>, index
}

// P_b is 2 until the threshold drops three; then ceil(2 / 2) = 1.
// CHECK:      @paper_threshold#0: !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
// CHECK-NEXT:   stream [3, ., ., ., ., 5, 5, -5, ., -7]
// CHECK-NEXT:   bitmap [0x1e, 0x01]
// CHECK-NEXT: @paper_threshold#1: 5 : index
func.func @paper_threshold() -> (!rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index) {
  %0 = arith.constant dense<[[[[3, -1], [1, 2], [0, 5], [5, -5], [7, -7]]]]> : tensor<1x1x5x2xi8>
  %p, %kept = rtwmc.prune %0, drop = 5, batch = 4, tau_q = 3, policy = paper
    : tensor<1x1x5x2xi8> -> !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>
  return %p, %kept : !rtwmc.pruned<1x1x5x2xi8, keep = 5, zero = 0>, index
}

// Magnitudes are distances from the zero point, here of a map after ReLU.
// CHECK:      @zero_point: !rtwmc.pruned<1x1x4x1xi8, keep = 2, zero = -128>
// CHECK-NEXT:   stream [., ., 0, 127]
// CHECK-NEXT:   bitmap [0x03]
func.func @zero_point() -> !rtwmc.pruned<1x1x4x1xi8, keep = 2, zero = -128> {
  %0 = arith.constant dense<[[[[-1], [-128], [0], [127]]]]> : tensor<1x1x4x1xi8>
  %p, %kept = rtwmc.prune %0, drop = 2, batch = 4, tau_q = 1
    : tensor<1x1x4x1xi8> -> !rtwmc.pruned<1x1x4x1xi8, keep = 2, zero = -128>
  return %p : !rtwmc.pruned<1x1x4x1xi8, keep = 2, zero = -128>
}
