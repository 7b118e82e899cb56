// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-stops --split-input-file --verify-diagnostics

func.func @loop(%status: i32) -> i32 {
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  scf.for %i = %0 to %1 step %1 : i32 {
    // expected-error@+1 {{expects a function around it that returns an i32, and no loops}}
    rtwmc.stop_if %status
  }
  return %0 : i32
}

// -----

func.func @nothing(%status: i32) {
  // expected-error@+1 {{expects a function around it that returns an i32, and no loops}}
  rtwmc.stop_if %status
  return
}
