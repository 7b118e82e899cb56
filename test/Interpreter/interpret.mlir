// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-interpret | FileCheck %s --check-prefix=MODULE

// The module comes out as it went in.
// MODULE: @scalars#0: 4 : i32
// MODULE: func.func @scalars() -> (i32, i1, index)
// MODULE: arith.addi
// MODULE: func.func @network(%arg0: tensor<1x2x2x1xi8>)

// CHECK:      @scalars#0: 4 : i32
// CHECK-NEXT: @scalars#1: 1 : i1
// CHECK-NEXT: @scalars#2: -7 : index
func.func @scalars() -> (i32, i1, index) {
  %0 = arith.constant 2 : i32
  %1 = arith.addi %0, %0 : i32
  %2 = arith.cmpi sgt, %1, %0 : i32
  %3 = arith.constant -7 : index
  return %1, %2, %3 : i32, i1, index
}

// A line for each row; pixels of several channels in brackets.
// CHECK-NEXT: @ranks#0: tensor<i8>
// CHECK-NEXT:   [-1]
// CHECK-NEXT: @ranks#1: tensor<3xi64>
// CHECK-NEXT:   [1, 2, 3]
// CHECK-NEXT: @ranks#2: tensor<2x2xi16>
// CHECK-NEXT:   [1, 2] [3, 4]
// CHECK-NEXT: @ranks#3: tensor<2x1xi1>
// CHECK-NEXT:   [1, 0]
// CHECK-NEXT: @ranks#4: tensor<2x2x2xi8>
// CHECK-NEXT:   [1, 2] [3, 4]
// CHECK-NEXT:   [5, 6] [7, 8]
// CHECK-NEXT: @ranks#5: tensor<0x2xi8>{{$}}
func.func @ranks() -> (tensor<i8>, tensor<3xi64>, tensor<2x2xi16>, tensor<2x1xi1>, tensor<2x2x2xi8>, tensor<0x2xi8>) {
  %0 = arith.constant dense<-1> : tensor<i8>
  %1 = arith.constant dense<[1, 2, 3]> : tensor<3xi64>
  %2 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi16>
  %3 = arith.constant dense<[[true], [false]]> : tensor<2x1xi1>
  %4 = arith.constant dense<[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]> : tensor<2x2x2xi8>
  %5 = arith.constant dense<0> : tensor<0x2xi8>
  return %0, %1, %2, %3, %4, %5 : tensor<i8>, tensor<3xi64>, tensor<2x2xi16>, tensor<2x1xi1>, tensor<2x2x2xi8>, tensor<0x2xi8>
}

// A network of kernels, which have arguments and are not printed themselves:
// pruned, read back as another shape, doubled.
// CHECK-NEXT: @called: tensor<1x1x4x1xi8>
// CHECK-NEXT:   [0, -8, 6, 0]
// CHECK-NOT:  {{.}}
func.func @called() -> tensor<1x1x4x1xi8> {
  %0 = "tosa.const"() {values = dense<[[[[1], [-4]], [[3], [-2]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %1 = call @network(%0) : (tensor<1x2x2x1xi8>) -> tensor<1x1x4x1xi8>
  return %1 : tensor<1x1x4x1xi8>
}
func.func @network(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x1x4x1xi8> {
  %0 = call @half(%arg0) : (tensor<1x2x2x1xi8>) -> !rtwmc.pruned<1x2x2x1xi8, keep = 2, zero = 0>
  %1 = rtwmc.unprune %0 : !rtwmc.pruned<1x2x2x1xi8, keep = 2, zero = 0> -> tensor<1x2x2x1xi8>
  %shape = tosa.const_shape {values = dense<[1, 1, 4, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %2 = tosa.reshape %1, %shape : (tensor<1x2x2x1xi8>, !tosa.shape<4>) -> tensor<1x1x4x1xi8>
  %3 = call @double(%2) : (tensor<1x1x4x1xi8>) -> tensor<1x1x4x1xi8>
  return %3 : tensor<1x1x4x1xi8>
}
func.func private @half(%arg0: tensor<1x2x2x1xi8>) -> !rtwmc.pruned<1x2x2x1xi8, keep = 2, zero = 0> attributes {rtwmc.kernel} {
  %pruned, %kept = rtwmc.prune %arg0, drop = 2, batch = 4, tau_q = 1
    : tensor<1x2x2x1xi8> -> !rtwmc.pruned<1x2x2x1xi8, keep = 2, zero = 0>
  return %pruned : !rtwmc.pruned<1x2x2x1xi8, keep = 2, zero = 0>
}
func.func private @double(%arg0: tensor<1x1x4x1xi8>) -> tensor<1x1x4x1xi8> attributes {rtwmc.kernel} {
  %0 = rtwmc.elementwise %arg0 {
  ^bb0(%a: i8):
    %1 = arith.addi %a, %a : i8
    rtwmc.yield %1 : i8
  } : (tensor<1x1x4x1xi8>) -> tensor<1x1x4x1xi8>
  return %0 : tensor<1x1x4x1xi8>
}
func.func private @declared() -> i32
