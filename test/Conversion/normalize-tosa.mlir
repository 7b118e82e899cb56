// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file --allow-unregistered-dialect | FileCheck %s

// What a front end leaves: a batch of any size, its own attributes, a reshape
// to -1 rows, a clamp that clamps nothing.
// CHECK-LABEL: module {
// CHECK-NEXT: func.func @main(%[[IN:.*]]: tensor<1x2x2x3xi8>) -> tensor<1x12xi8>
// CHECK-SAME: attributes {rtwmc.batch_specialized,
// CHECK-SAME: rtwmc.inputs = [#rtwmc.port<"image:0" : tensor<1x2x2x3xi8>>], rtwmc.outputs = [#rtwmc.port<"output" : tensor<1x12xi8>>]} {
// CHECK-DAG: %[[SHAPE:.*]] = tosa.const_shape {values = dense<[1, 12]> : tensor<2xindex>}
// CHECK: %[[RELU:.*]] = tosa.clamp %[[IN]] {{.*}} : (tensor<1x2x2x3xi8>) -> tensor<1x2x2x3xi8>
// CHECK: %[[FLAT:.*]] = tosa.reshape %[[RELU]], %[[SHAPE]] : {{.*}} -> tensor<1x12xi8>
// CHECK-NEXT: return %[[FLAT]]
module attributes {tfl.description = "MLIR Converted.", tfl.schema_version = 3 : i32} {
  func.func @main(%arg0: tensor<?x2x2x3xi8> {tf_saved_model.index_path = ["image"]})
      -> (tensor<?x12xi8> {tf_saved_model.index_path = ["output_0"]})
      attributes {tf.entry_function = {inputs = "image:0"}} {
    %shape = tosa.const_shape {values = dense<[-1, 12]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %0 = tosa.clamp %arg0 {max_val = 127 : i8, min_val = 0 : i8} : (tensor<?x2x2x3xi8>) -> tensor<?x2x2x3xi8>
    %1 = tosa.clamp %0 {max_val = 127 : i8, min_val = -128 : i8} : (tensor<?x2x2x3xi8>) -> tensor<?x2x2x3xi8>
    %2 = tosa.reshape %1, %shape : (tensor<?x2x2x3xi8>, !tosa.shape<2>) -> tensor<?x12xi8>
    return %2 : tensor<?x12xi8>
  }
}

// -----

// A static batch is kept as it is.
// CHECK-LABEL: func.func @static
// CHECK-SAME: (%{{.*}}: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.inputs
func.func @static(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = tosa.clamp %arg0 {max_val = 127 : i8, min_val = 0 : i8} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}

// -----

// The shapes behind a convolution follow from its input.
// CHECK-LABEL: func.func @infers
// CHECK: tosa.conv2d {{.*}} -> tensor<1x3x3x1xi32>
// CHECK: tosa.rescale {{.*}} -> tensor<1x3x3x1xi8>
// CHECK: return %{{.*}} : tensor<1x3x3x1xi8>
func.func @infers(%arg0: tensor<?x4x4x1xi8>) -> tensor<?x?x?x1xi8> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<32> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<?x4x4x1xi8>, tensor<1x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<?x?x?x1xi32>
  %1 = tosa.rescale %0, %m, %s, %b, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<?x?x?x1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<?x?x?x1xi8>
  return %1 : tensor<?x?x?x1xi8>
}

// -----

// What is a layer already stays one, with the scalars of its program.
// CHECK-LABEL: func.func @layers
// CHECK: rtwmc.elementwise
// CHECK: arith.addi
func.func @layers(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> {
  %0 = rtwmc.elementwise %arg0 {
  ^bb0(%a: i8):
    %1 = arith.addi %a, %a : i8
    rtwmc.yield %1 : i8
  } : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %0 : tensor<1x2x2x1xi8>
}
