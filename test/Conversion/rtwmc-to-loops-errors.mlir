// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-rtwmc-to-loops --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a network with an input, an output and an arena}}
module {
  func.func @main(%in: memref<4xi8>, %out: memref<4xi8>) {
    return
  }
}

// -----

func.func @main(%in: memref<1x2x2x1xi8>, %out: memref<1x1x1x1xi8>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  %a = rtwmc.buffer "a" at 0 live [0, 0] : memref<1x2x2x1xi8>
  // expected-error@+1 {{expects buffers that are placed in the arena}}
  rtwmc.step @pool1[%c0] (%a, %out) : memref<1x2x2x1xi8>, memref<1x1x1x1xi8>
  return
}
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

func.func @main(%in: memref<1x4xi8>, %out: memref<1x4xi8>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  // expected-error@+1 {{expects a kernel that was lowered to loops}}
  rtwmc.step @generic1[%c0] (%in, %out) : memref<1x4xi8>, memref<1x4xi8>
  return
}
func.func private @generic1(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}

// -----

// A step with too few buffers.
func.func @main(%in: memref<1x2x2x1xi8>, %out: memref<1x1x1x1xi8>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  // expected-error@+1 {{buffers}}
  rtwmc.step @pool1[%c0] (%in) : memref<1x2x2x1xi8>
  return
}
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

// A sum over the whole map adds up a row at a time.
func.func @main(%in: memref<1x2x2x1xi8>, %out: memref<1x1x1x1xi32>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  // expected-error@+1 {{the columns of this layer are computed together}}
  rtwmc.step @sum1[%c0] columns(%c0 for 1) (%in, %out) : memref<1x2x2x1xi8>, memref<1x1x1x1xi32>
  return
}
func.func private @sum1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi32> attributes {rtwmc.kernel} {
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, input_zp = 0 : i32} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi32>
  return %1 : tensor<1x1x1x1xi32>
}

// -----

// Sums that go on are those of a sum over the whole map.
func.func @main(%in: memref<1x2x2x1xi8>, %out: memref<1x2x2x1xi32>, %arena: memref<16xi8>) {
  %c0 = arith.constant 0 : i32
  rtwmc.step @conv1[%c0] (%in, %out, %out) : memref<1x2x2x1xi8>, memref<1x2x2x1xi32>, memref<1x2x2x1xi32>
  return
}
func.func private @conv1(%0: tensor<1x2x2x1xi8>, %1: tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32> attributes {rtwmc.kernel} {
  // expected-error@+1 {{makes no sums that could go on}}
  %2 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi32>
  %3 = rtwmc.add_sums %2 into %1 : tensor<1x2x2x1xi32>
  return %3 : tensor<1x2x2x1xi32>
}

// -----

// A kernel that the core has no instructions for.
func.func @main(%in: memref<1x1x1x4xi8>, %out: memref<1x1x1x4xi32>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  rtwmc.step @fc1[%c0] (%in, %out) : memref<1x1x1x4xi8>, memref<1x1x1x4xi32>
  return
}
func.func private @fc1(%0: tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi32> attributes {rtwmc.kernel} {
  // expected-error@+1 {{there is no kernel 'fast'; there are direct, smlad}}
  %1 = rtwmc.conv2d %0 {kernel = #rtwmc.kernel<"fast", channels = 1, columns = 1>, weight = dense<1> : tensor<4x1x1x4xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x4xi8> -> tensor<1x1x1x4xi32>
  return %1 : tensor<1x1x1x4xi32>
}

// -----

// Scratch that is not what the kernel needs: the layer was planned with less.
func.func @main(%in: memref<1x1x1x4xi8>, %out: memref<1x1x1x4xi32>, %arena: memref<4xi8>) {
  %c0 = arith.constant 0 : i32
  %zero = arith.constant 0 : index
  %a = memref.view %arena[%zero][] : memref<4xi8> to memref<4xi8>
  rtwmc.step @fc1[%c0] (%in, %out, %a) : memref<1x1x1x4xi8>, memref<1x1x1x4xi32>, memref<4xi8>
  return
}
func.func private @fc1(%0: tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi32> attributes {rtwmc.kernel} {
  // expected-error@+1 {{kernel 'block' needs 12 bytes of scratch for this layer, not 4}}
  %1 = rtwmc.conv2d %0 {kernel = #rtwmc.kernel<"block", channels = 4, columns = 1, scratch = 4>, weight = dense<1> : tensor<4x1x1x4xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x4xi8> -> tensor<1x1x1x4xi32>
  return %1 : tensor<1x1x1x4xi32>
}

// -----

// A pruned map in memory of the caller.
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> !rtwmc.pruned<1x1x1x1xi8, keep = 1, zero = -128> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>,
    pad_value = -128 : i32} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  %2, %kept = rtwmc.prune %1, drop = 0, batch = 1, tau_q = 1
    : tensor<1x1x1x1xi8> -> !rtwmc.pruned<1x1x1x1xi8, keep = 1, zero = -128>
  return %2 : !rtwmc.pruned<1x1x1x1xi8, keep = 1, zero = -128>
}
func.func @main(%in: memref<1x2x2x1xi8>, %out: memref<1xi8>, %arena: memref<64xi8>) {
  %c0 = arith.constant 0 : i32
  %o0 = arith.constant 0 : index
  %o1 = arith.constant 16 : index
  %a = memref.view %arena[%o0][] : memref<64xi8> to memref<1xi8>
  %state = memref.view %arena[%o1][] : memref<64xi8> to memref<16xi8>
  // expected-error@+1 {{expects a pruned map in the arena}}
  rtwmc.step @pool1[%c0] (%in, %out, %a, %a, %state, %a) : memref<1x2x2x1xi8>, memref<1xi8>, memref<1xi8>, memref<1xi8>, memref<16xi8>, memref<1xi8>
  return
}
