// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa | FileCheck %s --implicit-check-not=tf.

// CHECK: func.func @main(%[[IN:.*]]: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.batch_specialized, rtwmc.inputs = [#rtwmc.port<"image" : tensor<1x4xi8>>],
// CHECK-NEXT: %[[OUT:.*]] = tosa.clamp %[[IN]] {{.*}}min_val = 0 : i8
// CHECK-NEXT: return %[[OUT]]
func.func @main(%input: tensor<?x4xi8>) -> tensor<?x4xi8> attributes {tf.entry_function = {inputs = "image"}} {
  %0 = tosa.clamp %input {max_val = 127 : i8, min_val = 0 : i8} : (tensor<?x4xi8>) -> tensor<?x4xi8>
  %1 = tosa.clamp %0 {max_val = 127 : i8, min_val = -128 : i8} : (tensor<?x4xi8>) -> tensor<?x4xi8>
  return %1 : tensor<?x4xi8>
}
