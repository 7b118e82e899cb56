// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lift-state --split-input-file | FileCheck %s

// What is written last is the result, and what was written is read back.
// CHECK-NOT: tosa.variable
// CHECK: func.func @main(%[[X:.*]]: tensor<1x4xi8>, %[[A:.*]]: tensor<1x4xi8>, %[[B:.*]]: tensor<2xi32>)
// CHECK-SAME: -> (tensor<1x4xi8>, tensor<1x4xi8>, tensor<2xi32>)
// CHECK-SAME: rtwmc.state = [#rtwmc.variable<"a", dense<-3> : tensor<1x4xi8>>, #rtwmc.variable<"b", dense<[1, 2]> : tensor<2xi32>>]
// CHECK: %[[SUM:.*]] = tosa.add %[[X]], %[[A]]
// CHECK: %[[TWICE:.*]] = tosa.add %[[SUM]], %[[SUM]]
// CHECK: %[[NEXT:.*]] = tosa.add %[[B]], %[[B]]
// CHECK: return %[[TWICE]], %[[TWICE]], %[[NEXT]]
module {
  tosa.variable @a = dense<-3> : tensor<1x4xi8>
  tosa.variable @b = dense<[1, 2]> : tensor<2xi32>
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
    %0 = tosa.variable_read @a : tensor<1x4xi8>
    %1 = tosa.add %x, %0 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.variable_write @a, %1 : tensor<1x4xi8>
    %2 = tosa.variable_read @a : tensor<1x4xi8>
    %3 = tosa.add %2, %1 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.variable_write @a, %3 : tensor<1x4xi8>
    %4 = tosa.variable_read @b : tensor<2xi32>
    %5 = tosa.add %4, %4 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    tosa.variable_write @b, %5 : tensor<2xi32>
    return %3 : tensor<1x4xi8>
  }
}

// -----

// Never written, and written as it was: constants. Never read before it is
// written: nothing. Without a value: zeros.
// CHECK: func.func @main(%[[X:.*]]: tensor<1x4xi8>, %[[D:.*]]: tensor<1x4xi8>) -> (tensor<1x4xi8>, tensor<1x4xi8>)
// CHECK-SAME: rtwmc.state = [#rtwmc.variable<"d", dense<0> : tensor<1x4xi8>>]
// CHECK-DAG: "tosa.const"() <{values = dense<5> : tensor<1x4xi8>}>
// CHECK-DAG: "tosa.const"() <{values = dense<6> : tensor<1x4xi8>}>
// CHECK: return %{{.*}}, %[[X]]
module {
  tosa.variable @a = dense<5> : tensor<1x4xi8>
  tosa.variable @b = dense<6> : tensor<1x4xi8>
  tosa.variable @c = dense<7> : tensor<1x4xi8>
  tosa.variable @d : tensor<1x4xi8>
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
    %a = tosa.variable_read @a : tensor<1x4xi8>
    %b = tosa.variable_read @b : tensor<1x4xi8>
    tosa.variable_write @b, %b : tensor<1x4xi8>
    tosa.variable_write @c, %x : tensor<1x4xi8>
    %c = tosa.variable_read @c : tensor<1x4xi8>
    %d = tosa.variable_read @d : tensor<1x4xi8>
    tosa.variable_write @d, %x : tensor<1x4xi8>
    %0 = tosa.add %a, %b : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    %1 = tosa.add %c, %d : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    %2 = tosa.add %0, %1 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    return %2 : tensor<1x4xi8>
  }
}
