// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --verify-roundtrip | FileCheck %s

// What the page of the dialect quotes; pages.test compares.

// CHECK: func.func private @map(!rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>)
func.func private @map(!rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>)
// CHECK: func.func private @channels(!rtwmc.pruned<1x10x10x32xi8, keep = 2506, zero = 4, order = nchw>)
func.func private @channels(!rtwmc.pruned<1x10x10x32xi8, keep = 2506, zero = 4, order = nchw>)
// CHECK: func.func private @rows(!rtwmc.pruned<1x28x28x6xi8, keep = 100, zero = -128, unit = row>)
func.func private @rows(!rtwmc.pruned<1x28x28x6xi8, keep = 100, zero = -128, unit = row>)

// CHECK: func.func private @attributes
// CHECK-SAME: image = #rtwmc.port<"image" : tensor<1x32x32x3xui8>, scale = 3.906250e-03 : f32, zero_point = 0>
// CHECK-SAME: kernel = #rtwmc.kernel<"smlad", channels = 4, columns = 1>
// CHECK-SAME: label = #rtwmc.port<"label" : tensor<1xi32>>
// CHECK-SAME: paper = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128, policy = paper, order = nchw>
// CHECK-SAME: plan = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128>
// CHECK-SAME: pool = #rtwmc.pool<max, [2, 2], zero_point = 0>
// CHECK-SAME: requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>
// CHECK-SAME: variable = #rtwmc.variable<"frames", dense<-128> : tensor<1x2x1x4xi8>>
func.func private @attributes() attributes {
  image = #rtwmc.port<"image" : tensor<1x32x32x3xui8>,
                      scale = 3.906250e-03 : f32, zero_point = 0>,
  label = #rtwmc.port<"label" : tensor<1xi32>>,
  kernel = #rtwmc.kernel<"smlad", channels = 4, columns = 1>,
  requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128,
                           range = [-128, 127]>,
  pool = #rtwmc.pool<max, [2, 2], zero_point = 0>,
  plan = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128>,
  paper = #rtwmc.plan<drop = 2023, batch = 10, tau_q = 1, zero = -128,
                      policy = paper, order = nchw>,
  variable = #rtwmc.variable<"frames", dense<-128> : tensor<1x2x1x4xi8>>
}

// CHECK: func.func @prune
func.func @prune(%map: tensor<1x28x28x6xi8>)
    -> (!rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>, index) {
  // CHECK: rtwmc.prune
  %pruned, %kept = rtwmc.prune %map, drop = 2023, batch = 10, tau_q = 1
    : tensor<1x28x28x6xi8>
      -> !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
  return %pruned, %kept : !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>, index
}

// CHECK: func.func @unprune
func.func @unprune(%pruned: !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>)
    -> tensor<1x28x28x6xi8> {
  // CHECK: rtwmc.unprune
  %map = rtwmc.unprune %pruned
    : !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
      -> tensor<1x28x28x6xi8>
  return %map : tensor<1x28x28x6xi8>
}

// CHECK: func.func @quotas
func.func @quotas(%owed: index, %remaining: index, %count: index, %pb: index, %dropped: index,
                  %batches: index) -> (index, index, index) {
  // CHECK: rtwmc.quota proportional
  %q = rtwmc.quota proportional %owed of %remaining, %count
  // CHECK: rtwmc.quota paper
  %r = rtwmc.quota paper %owed of %remaining, %count per_batch %pb
  // CHECK: rtwmc.next_quota
  %next = rtwmc.next_quota %pb dropped %dropped of %q owed %owed, %batches
  return %q, %r, %next : index, index, index
}

// CHECK: func.func @batch
func.func @batch(%q: index, %buffer: memref<10xi8>, %count: index, %values: memref<2681xi8>,
                 %kept: index, %bitmap: memref<588xi8>, %position: index) -> (index, index) {
  // CHECK: rtwmc.select_least
  %threshold, %ties = rtwmc.select_least %q of %buffer[%count], tau_q = 1,
    zero_point = -128 : memref<10xi8>
  // CHECK: rtwmc.append
  %new_kept, %dropped = rtwmc.append %buffer[%count], %threshold, %ties
    into %values[%kept], %bitmap[%position], zero_point = -128
    : memref<10xi8> into memref<2681xi8>, memref<588xi8>
  return %new_kept, %dropped : index, index
}

// CHECK: func.func @read_back
func.func @read_back(%values: memref<2681xi8>, %rank: index, %bitmap: memref<588xi8>, %i: index)
    -> (i8, index) {
  // CHECK: rtwmc.read_back
  %value, %new_rank = rtwmc.read_back %values[%rank], %bitmap[%i],
    zero_point = -128 : memref<2681xi8>, memref<588xi8>
  return %value, %new_rank : i8, index
}

// CHECK: func.func @convolutions
func.func @convolutions(%0: tensor<1x32x32x3xi8>) -> tensor<1x29x26x12xi32> {
  // CHECK: rtwmc.conv2d
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<6x5x5x3xi8>,
    bias = dense<0> : tensor<6xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double,
                             zero_point = -128, range = [-128, 127]>}
    : tensor<1x32x32x3xi8> -> tensor<1x28x28x6xi8>
  // CHECK: rtwmc.depthwise_conv2d
  %2 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<2x2x6x2xi8>,
    bias = dense<0> : tensor<12xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 0, -1>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32}
    : tensor<1x28x28x6xi8> -> tensor<1x29x26x12xi32>
  return %2 : tensor<1x29x26x12xi32>
}

// CHECK: func.func @poolings
func.func @poolings(%0: tensor<1x7x6x2xi8>) -> tensor<1x1x1x2xi32> {
  // CHECK: rtwmc.max_pool2d
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>,
    stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 1>}
    : tensor<1x7x6x2xi8> -> tensor<1x3x3x2xi8>
  // CHECK: rtwmc.sum_pool2d
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 3, 3>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = 4 : i32} : tensor<1x3x3x2xi8> -> tensor<1x1x1x2xi32>
  return %2 : tensor<1x1x1x2xi32>
}

// CHECK: func.func @residual
func.func @residual(%0: tensor<1x8x8x4xi8>, %1: tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8> {
  // CHECK: rtwmc.elementwise
  // CHECK: rtwmc.apply_scale
  // CHECK: rtwmc.yield
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %3 = arith.extsi %a : i8 to i32
    %4 = arith.extsi %b : i8 to i32
    %5 = arith.addi %3, %4 : i32
    %6 = rtwmc.apply_scale %5 {multiplier = 1073741824 : i32,
                               shift = 31 : i32, rounding = #rtwmc<rounding double>}
    %7 = arith.trunci %6 : i32 to i8
    rtwmc.yield %7 : i8
  } : (tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
  return %2 : tensor<1x8x8x4xi8>
}

// CHECK: func.func @bias
func.func @bias(%2: tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32> {
  // CHECK: rtwmc.channel
  // CHECK: rtwmc.lookup
  %3 = rtwmc.elementwise %2 {
  ^bb0(%a: i32):
    %b = rtwmc.channel
    %c = rtwmc.lookup %b in dense<[5, -7, 9, 0]> : tensor<4xi32> -> i32
    %d = arith.addi %a, %c : i32
    rtwmc.yield %d : i32
  } : (tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32>
  return %3 : tensor<1x8x8x4xi32>
}

// CHECK: func.func @matmul
func.func @matmul(%0: tensor<1x2x4x8xi8>, %1: tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32> {
  // CHECK: rtwmc.matmul
  %2 = rtwmc.matmul %0, %1 {a_zp = 3 : i32, b_zp = -5 : i32}
    : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32>
  return %2 : tensor<1x8x1x5xi32>
}

// CHECK: func.func @concat
func.func @concat(%0: tensor<1x8x8x4xi8>, %1: tensor<1x8x8x2xi8>) -> tensor<1x8x8x6xi8> {
  // CHECK: rtwmc.concat
  %2 = rtwmc.concat %0, %1
    : (tensor<1x8x8x4xi8>, tensor<1x8x8x2xi8>) -> tensor<1x8x8x6xi8>
  return %2 : tensor<1x8x8x6xi8>
}

// CHECK: func.func @gather
func.func @gather(%1: tensor<1x8x8x6xi8>) -> tensor<1x8x9x6xi8> {
  // CHECK: rtwmc.gather
  %2 = rtwmc.gather %1 {rows = array<i64: 1, 0, 1, 0>,
    columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 3, 0, 0, 1, 2, 0, 0, 3>}
    : tensor<1x8x8x6xi8> -> tensor<1x8x8x6xi8>
  %3 = rtwmc.gather %2 {rows = array<i64: 1, 0, 1, 0>,
    columns = array<i64: 1, 0, 1, 0>, channels = array<i64: 6, 0, 0, 1>,
    fill = 4 : i32} : tensor<1x8x8x6xi8> -> tensor<1x8x9x6xi8>
  return %3 : tensor<1x8x9x6xi8>
}

// CHECK: func.func @read_rows
func.func @read_rows(%0: tensor<1x1x128x3xi8>) -> tensor<1x128x1x3xi8> {
  // CHECK: rtwmc.read_rows
  %1 = rtwmc.read_rows %0 : tensor<1x1x128x3xi8> -> tensor<1x128x1x3xi8>
  return %1 : tensor<1x128x1x3xi8>
}

// CHECK: func.func @read_row
func.func @read_row(%callback: !llvm.ptr, %context: !llvm.ptr, %row: i32, %rows: memref<1x3x96x3xi8>) {
  // CHECK: rtwmc.read_row
  rtwmc.read_row %row of 96 from %callback(%context) into %rows
    : memref<1x3x96x3xi8>
  return
}

// CHECK: func.func @stop_if
func.func @stop_if(%status: i32) {
  // CHECK: rtwmc.stop_if
  rtwmc.stop_if %status
  return
}

// CHECK: func.func @schedule
func.func private @pool1(tensor<1x8x4x1xi8>) -> tensor<1x4x2x1xi8>
func.func @schedule(%image: memref<1x8x4x1xi8>, %row: i32) {
  // CHECK: rtwmc.buffer "pool1"
  %pool1 = rtwmc.buffer "pool1" at 0 live [0, 5] : memref<1x2x2x1xi8>
  // CHECK: rtwmc.step @pool1
  rtwmc.step @pool1[%row] (%image, %pool1)
    : memref<1x8x4x1xi8>, memref<1x2x2x1xi8>
  return
}

// CHECK: func.func @take_columns
func.func @take_columns(%map: tensor<1x8x8x4xi8>) -> tensor<1x8x5x4xi8> {
  // CHECK: rtwmc.take_columns
  %strip = rtwmc.take_columns %map from 3
    : tensor<1x8x8x4xi8> -> tensor<1x8x5x4xi8>
  return %strip : tensor<1x8x5x4xi8>
}

// CHECK: func.func @put_columns
func.func @put_columns(%left: tensor<1x8x5x4xi8>, %right: tensor<1x8x3x4xi8>) -> tensor<1x8x8x4xi8> {
  // CHECK: rtwmc.put_columns
  %0 = rtwmc.put_columns %left at 0
    : (tensor<1x8x5x4xi8>) -> tensor<1x8x8x4xi8>
  %1 = rtwmc.put_columns %right at 5 into %0
    : (tensor<1x8x3x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
  return %1 : tensor<1x8x8x4xi8>
}

// CHECK: func.func @add_sums
func.func @add_sums(%sums: tensor<1x1x1x8xi32>, %0: tensor<1x1x1x8xi32>) -> tensor<1x1x1x8xi32> {
  // CHECK: rtwmc.add_sums
  %1 = rtwmc.add_sums %sums into %0 : tensor<1x1x1x8xi32>
  return %1 : tensor<1x1x1x8xi32>
}

// CHECK: func.func @finish_sums
func.func @finish_sums(%sums: tensor<1x1x1x8xi32>, %0: tensor<1x1x1x8xi32>) -> tensor<1x1x1x8xi8> {
  // CHECK: rtwmc.finish_sums
  %1 = rtwmc.finish_sums %sums into %0 {
      requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128,
                               range = [-128, 127]>}
    : tensor<1x1x1x8xi32> -> tensor<1x1x1x8xi8>
  return %1 : tensor<1x1x1x8xi8>
}
