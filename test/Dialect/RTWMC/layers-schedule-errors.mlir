// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f() {
  // expected-error@+1 {{expects a non-negative offset}}
  %0 = rtwmc.buffer "a" at -1 live [0, 1] : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects a live interval [first, last], got [3, 2]}}
  %0 = rtwmc.buffer "a" at 0 live [3, 2] : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects a live interval [first, last], got [-1, 2]}}
  %0 = rtwmc.buffer "a" at 0 live [-1, 2] : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{must be statically shaped memref}}
  %0 = rtwmc.buffer "a" at 0 live [0, 2] : memref<?xi8>
  return
}

// -----

func.func @f(%0: memref<4xi8>, %row: i32) {
  // expected-error@+1 {{expects a kernel, but there is no function @conv1}}
  rtwmc.step @conv1[%row] (%0) : memref<4xi8>
  return
}

// -----

memref.global "private" constant @weights : memref<1xi8> = dense<0>
func.func @f(%0: memref<4xi8>, %row: i32) {
  // expected-error@+1 {{expects a kernel, but there is no function @weights}}
  rtwmc.step @weights[%row] (%0) : memref<4xi8>
  return
}
