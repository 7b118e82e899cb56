// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file | FileCheck %s

// In floating point: 2 (b - 3), at most 2 and at least -2, halved, and 3 added again: 2 for bytes up to 2, 3 for 3, 4 for more.
// CHECK-LABEL: func.func @clamped
// CHECK: %[[TABLE:.*]] = "tosa.const"() <{values = dense<"0x{{((02)+)03((04)+)}}"> : tensor<256xi8>}>
// CHECK: tosa.table %arg0, %[[TABLE]] : (tensor<1x4xi8>, tensor<256xi8>) -> tensor<1x4xi8>
// CHECK-NOT: f32
func.func @clamped(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %zero = "tosa.const"() {values = dense<3.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %half = "tosa.const"() {values = dense<0.5> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %three = "tosa.const"() {values = dense<3> : tensor<1x1xi32>} : () -> tensor<1x1xi32>
  %0 = tosa.cast %arg0 : (tensor<1x4xi8>) -> tensor<1x4xf32>
  %1 = tosa.sub %0, %zero : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
  %2 = tosa.mul %1, %two, %shift : (tensor<1x4xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x4xf32>
  %3 = tosa.clamp %2 {min_val = -2.0 : f32, max_val = 2.0 : f32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = tosa.mul %3, %half, %shift : (tensor<1x4xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x4xf32>
  %5 = tosa.cast %4 : (tensor<1x4xf32>) -> tensor<1x4xi32>
  %6 = tosa.add %5, %three : (tensor<1x4xi32>, tensor<1x1xi32>) -> tensor<1x4xi32>
  %7 = tosa.cast %6 : (tensor<1x4xi32>) -> tensor<1x4xi8>
  return %7 : tensor<1x4xi8>
}

// -----

// -b where b is negative, 1 elsewhere, of the last two: the bytes are moved. 128 is none, its low bits are -128.
// CHECK-LABEL: func.func @chosen
// CHECK: %[[SLICE:.*]] = tosa.slice %arg0, {{.*}} -> tensor<1x2xi8>
// CHECK: dense<"0x80{{.*}}0201{{((01)+)}}"> : tensor<256xi8>
// CHECK: tosa.table %[[SLICE]]
func.func @chosen(%arg0: tensor<1x4xi8>) -> tensor<1x2xi8> {
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %none = "tosa.const"() {values = dense<0.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %start = tosa.const_shape {values = dense<[0, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.cast %arg0 : (tensor<1x4xi8>) -> tensor<1x4xf32>
  %1 = tosa.slice %0, %start, %size : (tensor<1x4xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x2xf32>
  %2 = tosa.negate %1, %zero, %zero : (tensor<1x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  %3 = tosa.greater %2, %none : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xi1>
  %4 = tosa.select %3, %2, %one : (tensor<1x2xi1>, tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  %5 = tosa.cast %4 : (tensor<1x2xf32>) -> tensor<1x2xi32>
  %6 = tosa.cast %5 : (tensor<1x2xi32>) -> tensor<1x2xi8>
  return %6 : tensor<1x2xi8>
}
