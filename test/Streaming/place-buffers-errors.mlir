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
