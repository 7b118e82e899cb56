// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --split-input-file --allow-unregistered-dialect | FileCheck %s

// Quantized first, dequantized last, as front ends write it: callers do both.
// CHECK-LABEL: func.func @floats
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4xi8>) -> tensor<1x4xi8> attributes
// CHECK-SAME: rtwmc.inputs = [#rtwmc.port<"image" : tensor<1x4xi8>, scale = 5.000000e-01 : f32, zero_point = -128>]
// CHECK-SAME: rtwmc.outputs = [#rtwmc.port<"scores:0" : tensor<1x4xi8>, scale = 2.500000e-01 : f32, zero_point = -5>]
// CHECK-NEXT: %[[OUT:.*]] = tosa.clamp %[[IN]]
// CHECK-NEXT: return %[[OUT]]
func.func @floats(%arg0: tensor<?x4xf32>) -> tensor<?x4xf32>
    attributes {tf.entry_function = {inputs = "image", outputs = "scores:0"}} {
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<-128> : tensor<1x1xi32>} : () -> tensor<1x1xi32>
  %zeroOut = "tosa.const"() {values = dense<-5.0> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %quarter = "tosa.const"() {values = dense<0.25> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
  %0 = tosa.mul %arg0, %two, %shift : (tensor<?x4xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<?x4xf32>
  %1 = tosa.cast %0 : (tensor<?x4xf32>) -> tensor<?x4xi32>
  %2 = tosa.add %1, %zero : (tensor<?x4xi32>, tensor<1x1xi32>) -> tensor<?x4xi32>
  %3 = tosa.cast %2 : (tensor<?x4xi32>) -> tensor<?x4xi8>
  %4 = tosa.clamp %3 {max_val = 5 : i8, min_val = -100 : i8} : (tensor<?x4xi8>) -> tensor<?x4xi8>
  %5 = tosa.cast %4 : (tensor<?x4xi8>) -> tensor<?x4xf32>
  %6 = tosa.sub %5, %zeroOut : (tensor<?x4xf32>, tensor<1x1xf32>) -> tensor<?x4xf32>
  %7 = tosa.mul %6, %quarter, %shift : (tensor<?x4xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<?x4xf32>
  return %7 : tensor<?x4xf32>
}

// -----

// A scale of 1 and a zero point of 0 leave only casts; reshapes become reshapes
// of integers.
// CHECK-LABEL: func.func @reshaped
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4xi16>) -> tensor<4x1xi8>
// CHECK-SAME: "input" : tensor<1x4xi16>, scale = 1.000000e+00 : f32, zero_point = 0>
// CHECK: %[[SHAPED:.*]] = tosa.reshape %[[IN]], {{.*}} -> tensor<2x2xi16>
// CHECK: %[[BYTES:.*]] = tosa.cast %[[SHAPED]] : (tensor<2x2xi16>) -> tensor<2x2xi8>
// CHECK: %[[OUT:.*]] = tosa.reshape %[[BYTES]], {{.*}} -> tensor<4x1xi8>
// CHECK: return %[[OUT]]
func.func @reshaped(%arg0: tensor<1x4xf32>) -> tensor<4x1xf32> {
  %square = tosa.const_shape {values = dense<2> : tensor<2xindex>} : () -> !tosa.shape<2>
  %column = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %arg0, %square : (tensor<1x4xf32>, !tosa.shape<2>) -> tensor<2x2xf32>
  %1 = tosa.cast %0 : (tensor<2x2xf32>) -> tensor<2x2xi16>
  %2 = tosa.cast %1 : (tensor<2x2xi16>) -> tensor<2x2xi8>
  %3 = tosa.cast %2 : (tensor<2x2xi8>) -> tensor<2x2xf32>
  %4 = tosa.reshape %3, %column : (tensor<2x2xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  return %4 : tensor<4x1xf32>
}

// -----

// Unsigned integers are known to callers; a rescale that changes nothing goes.
// What a front end knows of the scale stays.
// CHECK-LABEL: func.func @unsigned
// CHECK-SAME: (%[[IN:.*]]: tensor<1x4xi8>) -> tensor<1x4xi8> attributes
// CHECK-SAME: rtwmc.inputs = [#rtwmc.port<"pixels" : tensor<1x4xui8>, scale = 5.000000e-01 : f32, zero_point = 7>]
// CHECK-SAME: rtwmc.outputs = [#rtwmc.port<"output" : tensor<1x4xui8>>]
// CHECK: %[[SIGNED:.*]] = tosa.rescale %[[IN]], {{.*}}input_unsigned = true{{.*}} : (tensor<1x4xi8>, {{.*}} -> tensor<1x4xi8>
// CHECK-NEXT: %[[CLAMPED:.*]] = tosa.clamp %[[SIGNED]]
// CHECK-NEXT: %[[OUT:.*]] = tosa.rescale %[[CLAMPED]], {{.*}}output_unsigned = true
// CHECK-NEXT: return %[[OUT]]
func.func @unsigned(%arg0: tensor<1x4xui8>) -> tensor<1x4xui8>
    attributes {rtwmc.inputs = [#rtwmc.port<"pixels" : tensor<1x4xui8>, scale = 0.5 : f32, zero_point = 7>]} {
  %one = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %shift = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %low = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %arg0, %one, %shift, %low, %zero {input_unsigned = true, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4xui8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xi8>
  %1 = tosa.rescale %0, %one, %shift, %zero, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xi8>
  %2 = tosa.clamp %1 {max_val = 5 : i8, min_val = -100 : i8} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %3 = tosa.rescale %2, %one, %shift, %zero, %low {input_unsigned = false, output_unsigned = true, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xui8>
  return %3 : tensor<1x4xui8>
}

// -----

// An index of 64 bits, as front ends write it, is given as one of 32.
// CHECK-LABEL: func.func @index
// CHECK-SAME: -> tensor<1x1xi32>
// CHECK: tosa.argmax {{.*}} -> tensor<1xi32>
// CHECK: tosa.reshape {{.*}} -> tensor<1x1xi32>
func.func @index(%arg0: tensor<1x4xi8>) -> tensor<1x1xi64> {
  %0 = tosa.argmax %arg0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1xi64>
  %shape = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
  %1 = tosa.reshape %0, %shape : (tensor<1xi64>, !tosa.shape<2>) -> tensor<1x1xi64>
  return %1 : tensor<1x1xi64>
}
