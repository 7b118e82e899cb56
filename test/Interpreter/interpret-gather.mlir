// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// Rows 0, 0, 1 (halves of 0, 1, 2), and one behind the last; columns from -1 on, of which the last is 0.
// CHECK-LABEL: @fill
// CHECK-NEXT: [9, 9] [1, 2]
// CHECK-NEXT: [9, 9] [1, 2]
// CHECK-NEXT: [9, 9] [5, 6]
// CHECK-NEXT: [9, 9] [5, 6]
// CHECK-NEXT: [9, 9] [9, 9]
func.func @fill() -> tensor<1x5x2x2xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>} : () -> tensor<1x2x2x2xi8>
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, -1, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>, fill = 9 : i32} : tensor<1x2x2x2xi8> -> tensor<1x5x2x2xi8>
  return %1 : tensor<1x5x2x2xi8>
}

// The same at the border: what is left of the first column is the first, the last row stays.
// CHECK-LABEL: @clamp
// CHECK-NEXT: [1, 2] [1, 2]
// CHECK-NEXT: [1, 2] [1, 2]
// CHECK-NEXT: [5, 6] [5, 6]
// CHECK-NEXT: [5, 6] [5, 6]
// CHECK-NEXT: [5, 6] [5, 6]
func.func @clamp() -> tensor<1x5x2x2xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>} : () -> tensor<1x2x2x2xi8>
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 0>, columns = array<i64: 1, -1, 1, 0>,
    channels = array<i64: 2, 0, 0, 1>, clamp} : tensor<1x2x2x2xi8> -> tensor<1x5x2x2xi8>
  return %1 : tensor<1x5x2x2xi8>
}

// A pixel of all four, row by row.
// CHECK-LABEL: @space_to_depth
// CHECK-NEXT: [1, 2, 3, 4, 5, 6, 7, 8]
func.func @space_to_depth() -> tensor<1x1x1x8xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>} : () -> tensor<1x2x2x2xi8>
  %1 = rtwmc.gather %0 {rows = array<i64: 2, 0, 1, 0>, columns = array<i64: 2, 0, 1, 0>,
    channels = array<i64: 2, 1, 0, 0, 2, 0, 1, 0, 2, 0, 0, 1>} : tensor<1x2x2x2xi8> -> tensor<1x1x1x8xi8>
  return %1 : tensor<1x1x1x8xi8>
}

// And back: the row chooses among four channels, the column between two.
// CHECK-LABEL: @depth_to_space
// CHECK-NEXT: [1, 2] [3, 4]
// CHECK-NEXT: [5, 6] [7, 8]
func.func @depth_to_space() -> tensor<1x2x2x2xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1, 2, 3, 4, 5, 6, 7, 8]]]]> : tensor<1x1x1x8xi8>} : () -> tensor<1x1x1x8xi8>
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 2, 4>, columns = array<i64: 1, 0, 2, 2>,
    channels = array<i64: 2, 0, 0, 1>} : tensor<1x1x1x8xi8> -> tensor<1x2x2x2xi8>
  return %1 : tensor<1x2x2x2xi8>
}

// Channels 0, 2, 4, 1, 3, 5.
// CHECK-LABEL: @shuffle
// CHECK-NEXT: [1, 3, 5, 2, 4, 6]
func.func @shuffle() -> tensor<1x1x1x6xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1, 2, 3, 4, 5, 6]]]]> : tensor<1x1x1x6xi8>} : () -> tensor<1x1x1x6xi8>
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 0, 1, 0>,
    channels = array<i64: 2, 0, 0, 1, 3, 0, 0, 2>} : tensor<1x1x1x6xi8> -> tensor<1x1x1x6xi8>
  return %1 : tensor<1x1x1x6xi8>
}
