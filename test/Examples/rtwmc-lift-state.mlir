// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lift-state | FileCheck %s

// CHECK-NOT: tosa.variable
// CHECK: func.func @main(%[[X:.*]]: tensor<1x4xi8>, %[[LAST:.*]]: tensor<1x4xi8>) -> (tensor<1x4xi8>, tensor<1x4xi8>)
// CHECK-SAME: rtwmc.state = [#rtwmc.variable<"last", dense<-128> : tensor<1x4xi8>>]
// CHECK: %[[Y:.*]] = tosa.maximum %[[X]], %[[LAST]]
// CHECK: return %[[Y]], %[[X]]
module {
  tosa.variable @last = dense<-128> : tensor<1x4xi8>
  func.func @main(%x: tensor<1x4xi8>) -> tensor<1x4xi8> {
    %last = tosa.variable_read @last : tensor<1x4xi8>
    %y = tosa.maximum %x, %last : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.variable_write @last, %x : tensor<1x4xi8>
    return %y : tensor<1x4xi8>
  }
}
