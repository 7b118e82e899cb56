// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// Four pixels of three channels, in batches of four elements that drop two
// each. What was dropped reads back as the zero point.

// In raster order the batches are 9 1 1 9, 2 2 9 3 and 3 9 4 4.
// CHECK:      @nhwc#0: !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1>
// CHECK-NEXT:   stream [9, ., ., 9, ., ., 9, 3, ., 9, ., 4]
// CHECK-NEXT:   bitmap [0x36, 0x05]
// CHECK-NEXT: @nhwc#1: tensor<1x2x2x3xi8>
// CHECK-NEXT:   [9, -1, -1] [9, -1, -1]
// CHECK-NEXT:   [9, 3, -1] [9, -1, 4]
func.func @nhwc() -> (!rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1>, tensor<1x2x2x3xi8>) {
  %0 = arith.constant dense<[[[[9, 1, 1], [9, 2, 2]], [[9, 3, 3], [9, 4, 4]]]]> : tensor<1x2x2x3xi8>
  %p, %kept = rtwmc.prune %0, drop = 6, batch = 4, tau_q = 0
    : tensor<1x2x2x3xi8> -> !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1>
  %1 = rtwmc.unprune %p : !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1> -> tensor<1x2x2x3xi8>
  return %p, %1 : !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1>, tensor<1x2x2x3xi8>
}

// Channel by channel they are 9 9 9 9, 1 2 3 4 and 1 2 3 4.
// CHECK:      @nchw#0: !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1, order = nchw>
// CHECK-NEXT:   stream [., ., 9, 9, ., ., 3, 4, ., ., 3, 4]
// CHECK-NEXT:   bitmap [0x33, 0x03]
// CHECK-NEXT: @nchw#1: tensor<1x2x2x3xi8>
// CHECK-NEXT:   [-1, -1, -1] [-1, -1, -1]
// CHECK-NEXT:   [9, 3, 3] [9, 4, 4]
func.func @nchw() -> (!rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1, order = nchw>, tensor<1x2x2x3xi8>) {
  %0 = arith.constant dense<[[[[9, 1, 1], [9, 2, 2]], [[9, 3, 3], [9, 4, 4]]]]> : tensor<1x2x2x3xi8>
  %p, %kept = rtwmc.prune %0, drop = 6, batch = 4, tau_q = 0
    : tensor<1x2x2x3xi8> -> !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1, order = nchw>
  %1 = rtwmc.unprune %p : !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1, order = nchw> -> tensor<1x2x2x3xi8>
  return %p, %1 : !rtwmc.pruned<1x2x2x3xi8, keep = 6, zero = -1, order = nchw>, tensor<1x2x2x3xi8>
}
