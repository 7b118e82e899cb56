// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-crop-maps | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-check -o /dev/null | FileCheck %s --check-prefix=EQUAL

// EQUAL: @two_readers: {{.*}} equal
// EQUAL: @skipped: {{.*}} equal
// EQUAL: @moved: {{.*}} equal
// EQUAL: @together: {{.*}} equal
// EQUAL: @whole: {{.*}} equal

#q = #rtwmc.requant<[1073741824], [38], double, zero_point = 0, range = [-128, 127]>

// Two readers, of which one skips what the other reads; a convolution computes
// the rows that either needs, and no column that only padding would join.
// CHECK-LABEL: @two_readers
// CHECK: conv2d {{.*}} pad = array<i64: 1, -1, 0, -2>, {{.*}} : tensor<1x9x9x2xi8> -> tensor<1x7x5x2xi8>
// CHECK: max_pool2d {{.*}} pad = array<i64: 0, 0, 0, 0>, {{.*}} -> tensor<1x3x2x2xi8>
// CHECK: max_pool2d {{.*}} pad = array<i64: 0, -2, 0, 0>, {{.*}} -> tensor<1x3x2x2xi8>
func.func @two_readers(%0: tensor<1x9x9x2xi8>) -> tensor<1x3x2x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q}
    : tensor<1x9x9x2xi8> -> tensor<1x9x7x2xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 3, 2>, stride = array<i64: 2, 3>, pad = array<i64: 0, -2, 0, -1>}
    : tensor<1x9x7x2xi8> -> tensor<1x3x2x2xi8>
  %3 = rtwmc.max_pool2d %1 {kernel = array<i64: 1, 2>, stride = array<i64: 2, 3>, pad = array<i64: 0, -4, 0, -1>}
    : tensor<1x9x7x2xi8> -> tensor<1x3x2x2xi8>
  %4 = rtwmc.elementwise %2, %3 {
  ^bb0(%a: i8, %b: i8):
    %m = arith.maxsi %a, %b : i8
    rtwmc.yield %m : i8
  } : (tensor<1x3x2x2xi8>, tensor<1x3x2x2xi8>) -> tensor<1x3x2x2xi8>
  return %4 : tensor<1x3x2x2xi8>
}

// All that reads the sum skips every other row and column: so do the sum and
// the convolutions before it. The program is told the row that it was.
// CHECK-LABEL: @skipped
// CHECK: conv2d %arg0 {{.*}} stride = array<i64: 2, 2>, {{.*}} -> tensor<1x4x4x2xi8>
// CHECK: elementwise %{{.*}} {
// CHECK: %[[ROW:.*]] = rtwmc.row
// CHECK: %[[TWICE:.*]] = arith.muli %[[ROW]], %c2
// CHECK: arith.addi %[[TWICE]], %c1
// CHECK: -> tensor<1x4x4x2xi8>
// CHECK: max_pool2d {{.*}} pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
func.func @skipped(%0: tensor<1x10x9x2xi8>) -> tensor<1x4x4x2xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<2x3x3x2xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32, requant = #q}
    : tensor<1x10x9x2xi8> -> tensor<1x8x7x2xi8>
  %2 = rtwmc.elementwise %1 {
  ^bb0(%a: i8):
    %row = rtwmc.row
    %r = arith.trunci %row : i32 to i8
    %s = arith.maxsi %a, %r : i8
    rtwmc.yield %s : i8
  } : (tensor<1x8x7x2xi8>) -> tensor<1x8x7x2xi8>
  %3 = rtwmc.max_pool2d %2 {kernel = array<i64: 1, 1>, stride = array<i64: 2, 2>, pad = array<i64: -1, 0, 0, 0>}
    : tensor<1x8x7x2xi8> -> tensor<1x4x4x2xi8>
  return %3 : tensor<1x4x4x2xi8>
}

// A slice of what one layer makes is what that layer makes, and what moves
// elements otherwise moves fewer.
// CHECK-LABEL: @moved
// CHECK: %[[C:.*]] = rtwmc.max_pool2d %arg0 {{.*}} pad = array<i64: -1, -2, -2, 0>, {{.*}} -> tensor<1x4x5x4xi8>
// CHECK: %[[U:.*]] = rtwmc.gather %[[C]] {{{.*}}columns = array<i64: 1, 0, 2, 0>, {{.*}}rows = array<i64: 1, 1, 2, 0>}
// CHECK-SAME: tensor<1x4x5x4xi8> -> tensor<1x6x9x4xi8>
// CHECK: max_pool2d %[[U]] {{.*}} -> tensor<1x6x9x4xi8>
// CHECK: return
func.func @moved(%0: tensor<1x7x7x4xi8>) -> tensor<1x6x9x4xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x7x7x4xi8> -> tensor<1x7x7x4xi8>
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 1, 1, 0>, columns = array<i64: 1, 2, 1, 0>, channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x7x7x4xi8> -> tensor<1x5x5x4xi8>
  %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, 0, 2, 0>, channels = array<i64: 4, 0, 0, 1>}
    : tensor<1x5x5x4xi8> -> tensor<1x10x10x4xi8>
  %4 = rtwmc.max_pool2d %3 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: -1, -3, 0, -1>}
    : tensor<1x10x10x4xi8> -> tensor<1x6x9x4xi8>
  return %4 : tensor<1x6x9x4xi8>
}

// What a program reads has its shape: both are what the reader of either needs.
// CHECK-LABEL: @together
// CHECK-COUNT-2: max_pool2d {{.*}} -> tensor<1x4x3x1xi8>
// CHECK: elementwise {{.*}} {
// CHECK: -> tensor<1x4x3x1xi8>
// CHECK: max_pool2d {{.*}} pad = array<i64: 0, 0, 0, 0>, {{.*}} -> tensor<1x2x1x1xi8>
// CHECK: max_pool2d {{.*}} pad = array<i64: 0, -2, 0, 0>, {{.*}} -> tensor<1x2x1x1xi8>
func.func @together(%0: tensor<1x6x5x1xi8>) -> tensor<1x2x1x1xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x6x5x1xi8> -> tensor<1x5x5x1xi8>
  %2 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: -1, 0, 0, 0>}
    : tensor<1x6x5x1xi8> -> tensor<1x5x5x1xi8>
  %3 = rtwmc.elementwise %1, %2 {
  ^bb0(%a: i8, %b: i8):
    %m = arith.minsi %a, %b : i8
    rtwmc.yield %m : i8
  } : (tensor<1x5x5x1xi8>, tensor<1x5x5x1xi8>) -> tensor<1x5x5x1xi8>
  %4 = rtwmc.max_pool2d %3 {kernel = array<i64: 2, 3>, stride = array<i64: 2, 3>, pad = array<i64: 0, -1, 0, -2>}
    : tensor<1x5x5x1xi8> -> tensor<1x2x1x1xi8>
  %5 = rtwmc.max_pool2d %1 {kernel = array<i64: 1, 3>, stride = array<i64: 1, 3>, pad = array<i64: 0, -3, 0, -2>}
    : tensor<1x5x5x1xi8> -> tensor<1x2x1x1xi8>
  %6 = rtwmc.elementwise %4, %5 {
  ^bb0(%a: i8, %b: i8):
    %m = arith.maxsi %a, %b : i8
    rtwmc.yield %m : i8
  } : (tensor<1x2x1x1xi8>, tensor<1x2x1x1xi8>) -> tensor<1x2x1x1xi8>
  return %6 : tensor<1x2x1x1xi8>
}

// What the network returns, what other operations read and what is the nearest
// at a border stays whole.
// CHECK-LABEL: @whole
// CHECK-COUNT-2: max_pool2d {{.*}} tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
// CHECK: gather {{.*}} tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi8>
func.func @whole(%0: tensor<1x4x4x1xi8>) -> (tensor<1x4x4x1xi8>, tensor<1x1x1x1xi8>) {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
  %2 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x4x4x1xi8> -> tensor<1x4x4x1xi8>
  %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>, channels = array<i64: 1, 0, 0, 1>, clamp}
    : tensor<1x4x4x1xi8> -> tensor<1x5x5x1xi8>
  %4 = rtwmc.max_pool2d %3 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, -3, 0, -3>}
    : tensor<1x5x5x1xi8> -> tensor<1x1x1x1xi8>
  return %1, %4 : tensor<1x4x4x1xi8>, tensor<1x1x1x1xi8>
}
