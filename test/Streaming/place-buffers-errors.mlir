// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-place-buffers --split-input-file --verify-diagnostics

func.func @outside(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<12xi8>) {
  // expected-error@+1 {{ends at byte 13 of an arena of 12}}
  %a = rtwmc.buffer "a" at 9 live [0, 1] : memref<4xi8>
  return
}

// -----

// Elements of 32 bits are four bytes each.
func.func @outside_words(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<12xi8>) {
  // expected-error@+1 {{ends at byte 16 of an arena of 12}}
  %a = rtwmc.buffer "a" at 0 live [0, 1] : memref<4xi32>
  return
}

// -----

// One byte, one step: both ends are included.
func.func @overlap(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<12xi8>) {
  %a = rtwmc.buffer "a" at 0 live [0, 5] : memref<4xi8>
  // expected-error@+1 {{shares bytes with 'a' while both are live}}
  %b = rtwmc.buffer "b" at 3 live [5, 9] : memref<4xi8>
  return
}

// -----

func.func @inside(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<12xi8>) {
  %a = rtwmc.buffer "a" at 0 live [0, 9] : memref<12xi8>
  // expected-error@+1 {{shares bytes with 'a' while both are live}}
  %b = rtwmc.buffer "b" at 4 live [3, 4] : memref<1xi8>
  return
}

// -----

// expected-error@+1 {{expects an arena of bytes, got 'memref<?xi8>'}}
func.func @arena(%in: memref<4xi8>, %out: memref<4xi8>, %arena: memref<?xi8>) {
  return
}

// -----

// expected-error@+1 {{expects a network with an input, an output and an arena}}
module {
  func.func @two_arguments(%in: memref<4xi8>, %out: memref<4xi8>) {
    return
  }
}

// -----

// One byte closer than its windows allow: it is written over what the same step
// reads.
func.func private @first(%0: tensor<1x5x2x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x5x2x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
func.func private @second(%0: tensor<1x4x2x1xi8>) -> tensor<1x3x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x3x2x1xi8>
  return %1 : tensor<1x3x2x1xi8>
}
func.func private @third(%0: tensor<1x3x2x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
func.func @closer(%in: memref<1x5x2x1xi8>, %out: memref<1x2x2x1xi8>, %arena: memref<10xi8>) {
  %a = rtwmc.buffer "a" at 2 live [0, 6] : memref<1x4x2x1xi8>
  // expected-error@+1 {{shares bytes with 'a' while both are live}}
  %b = rtwmc.buffer "b" at 1 live [4, 8] : memref<1x3x2x1xi8>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  scf.for %i = %c0 to %c4 step %c1 : i32 {
    rtwmc.step @first[%i] (%in, %a) : memref<1x5x2x1xi8>, memref<1x4x2x1xi8>
  }
  scf.for %i = %c0 to %c3 step %c1 : i32 {
    rtwmc.step @second[%i] (%a, %b) : memref<1x4x2x1xi8>, memref<1x3x2x1xi8>
  }
  scf.for %i = %c0 to %c2 step %c1 : i32 {
    rtwmc.step @third[%i] (%b, %out) : memref<1x3x2x1xi8>, memref<1x2x2x1xi8>
  }
  return
}

// -----

// The first row is read again later.
func.func private @first(%0: tensor<1x5x2x1xi8>) -> tensor<1x4x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x5x2x1xi8> -> tensor<1x4x2x1xi8>
  return %1 : tensor<1x4x2x1xi8>
}
func.func private @second(%0: tensor<1x4x2x1xi8>) -> tensor<1x3x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x2x1xi8> -> tensor<1x3x2x1xi8>
  return %1 : tensor<1x3x2x1xi8>
}
func.func private @third(%0: tensor<1x3x2x1xi8>) -> tensor<1x2x2x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x3x2x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}
func.func @read_again(%in: memref<1x5x2x1xi8>, %out: memref<1x2x2x1xi8>, %arena: memref<16xi8>) {
  %a = rtwmc.buffer "a" at 2 live [0, 7] : memref<1x4x2x1xi8>
  // expected-error@+1 {{shares bytes with 'a' while both are live}}
  %b = rtwmc.buffer "b" at 0 live [4, 9] : memref<1x3x2x1xi8>
  %other = rtwmc.buffer "other" at 10 live [7, 7] : memref<1x3x2x1xi8>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  scf.for %i = %c0 to %c4 step %c1 : i32 {
    rtwmc.step @first[%i] (%in, %a) : memref<1x5x2x1xi8>, memref<1x4x2x1xi8>
  }
  scf.for %i = %c0 to %c3 step %c1 : i32 {
    rtwmc.step @second[%i] (%a, %b) : memref<1x4x2x1xi8>, memref<1x3x2x1xi8>
  }
  rtwmc.step @second[%c0] (%a, %other) : memref<1x4x2x1xi8>, memref<1x3x2x1xi8>
  scf.for %i = %c0 to %c2 step %c1 : i32 {
    rtwmc.step @third[%i] (%b, %out) : memref<1x3x2x1xi8>, memref<1x2x2x1xi8>
  }
  return
}
