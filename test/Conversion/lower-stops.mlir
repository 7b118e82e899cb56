// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-scf-to-cf --rtwmc-lower-stops | FileCheck %s

// All stops of a function share the block that returns.
// CHECK-LABEL: func.func @loop(
// CHECK-SAME: %[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK: cf.cond_br %{{.*}}, ^[[FIRST:.*]], ^[[END:bb[0-9]+]](%[[A]] : i32)
// CHECK: ^[[FIRST]]:
// CHECK: cf.cond_br %{{.*}}, ^[[BODY:.*]], ^[[BEHIND:.*]]{{$}}
// CHECK: ^[[BODY]]:
// CHECK-NOT: rtwmc.stop_if
// CHECK: cf.cond_br %{{.*}}, ^{{.*}}, ^[[END]](%[[B]] : i32)
// CHECK: ^[[BEHIND]]:
// CHECK: return %{{.*}} : i32
// CHECK: ^[[END]](%[[STATUS:.*]]: i32):
// CHECK-NEXT: return %[[STATUS]] : i32
func.func @loop(%a: i32, %b: i32) -> i32 {
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %2 = arith.constant 8 : i32
  rtwmc.stop_if %a
  scf.for %i = %0 to %2 step %1 : i32 {
    rtwmc.stop_if %b
  }
  return %0 : i32
}
