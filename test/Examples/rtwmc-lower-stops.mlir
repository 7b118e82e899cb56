// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-lower-stops | FileCheck %s

// CHECK: func.func @run(%[[STATUS:.*]]: i32)
// CHECK: %[[FINE:.*]] = arith.cmpi eq, %[[STATUS]], %{{.*}} : i32
// CHECK: cf.cond_br %[[FINE]], ^[[REST:.*]], ^[[END:.*]](%[[STATUS]] : i32)
func.func @run(%status: i32) -> i32 {
  rtwmc.stop_if %status
  %0 = arith.constant 0 : i32
  return %0 : i32
}
