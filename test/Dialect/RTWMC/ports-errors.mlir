// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s -allow-unregistered-dialect --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a scale above 0, of f32, got 0.000000e+00 : f32}}
"test.a"() {a = #rtwmc.port<"x" : tensor<4xi8>, scale = 0.0 : f32, zero_point = 0>} : () -> ()

// -----

// expected-error@+1 {{expects a scale above 0, of f32, got 1.000000e+00 : f64}}
"test.a"() {a = #rtwmc.port<"x" : tensor<4xi8>, scale = 1.0 : f64, zero_point = 0>} : () -> ()

// -----

// expected-error@+1 {{zero point 4294967296 has over 32 bits}}
"test.a"() {a = #rtwmc.port<"x" : tensor<4xi8>, scale = 1.0 : f32, zero_point = 4294967296>} : () -> ()

// -----

// expected-error@+1 {{attribute "rtwmc.inputs" must be an array of #rtwmc.port}}
"test.a"() {rtwmc.inputs = 3 : i32} : () -> ()

// -----

// expected-error@+1 {{attribute "rtwmc.outputs" must be an array of #rtwmc.port}}
"test.a"() {rtwmc.outputs = [3 : i32]} : () -> ()

// -----

// expected-error@+1 {{attribute "rtwmc.rows" must be an array<i64> of positive numbers of rows}}
"test.a"() {rtwmc.rows = array<i64: 4, 0>} : () -> ()

// -----

// expected-error@+1 {{attribute "rtwmc.rows" must be an array<i64> of positive numbers of rows}}
"test.a"() {rtwmc.rows = 4 : i64} : () -> ()
