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

// -----

// The list of buffers is the kernel's: its argument and its result.
func.func @f(%0: memref<1x2x2x1xi8>, %row: i32) {
  // expected-error@+1 {{expects 2 buffers, got 1}}
  rtwmc.step @pool1[%row] (%0) : memref<1x2x2x1xi8>
  return
}
func.func private @pool1(%0: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// -----

func.func @f(%0: memref<4xi8>, %row: i32) {
  // expected-error@+1 {{expects at least one column, got 0}}
  rtwmc.step @conv1[%row] columns(%row for 0) (%0) : memref<4xi8>
  return
}

// -----

func.func @f(%read: !llvm.ptr, %row: i32, %rows: memref<1x3x8x2xi8>) {
  // expected-error@+1 {{expects room for 1 to 2 rows, got 3}}
  rtwmc.read_row %row of 2 from %read(%read) into %rows : memref<1x3x8x2xi8>
  return
}

// -----

func.func @f(%read: !llvm.ptr, %row: i32, %rows: memref<8xi8>) {
  // expected-error@+1 {{expects a row, or several in a map of 1xHxWxC, got 2 in 'memref<8xi8>'}}
  rtwmc.read_row %row of 2 from %read(%read) into %rows : memref<8xi8>
  return
}

// -----

func.func @f(%read: memref<4xi8>, %row: i32, %rows: memref<8xi8>) {
  // expected-error@+1 {{must be a pointer}}
  "rtwmc.read_row"(%read, %read, %row, %rows) {height = 1} : (memref<4xi8>, memref<4xi8>, i32, memref<8xi8>) -> ()
  return
}
