// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-generic-kernels --split-input-file --verify-diagnostics

func.func private @generic1(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  %1 = tosa.reverse %0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  // expected-error@+1 {{'tosa.custom' is not supported: there is neither a layer for it nor a lowering from upstream}}
  %2 = tosa.custom %1 {domain_name = "vendor", implementation_attrs = "", operator_name = "swish"} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  %3 = tosa.reverse %2 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %3 : tensor<1x4xi8>
}

// -----

// A rounding that upstream does not implement.
func.func private @generic1(%0: tensor<1x4xi8>) -> tensor<1x4xi8> attributes {rtwmc.kernel} {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error@+1 {{'tosa.rescale' is not supported: there is neither a layer for it nor a lowering from upstream}}
  %1 = tosa.rescale %0, %m, %s, %z, %z {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = INEXACT_ROUND, scale32 = true}
    : (tensor<1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xi8>
  return %1 : tensor<1x4xi8>
}
