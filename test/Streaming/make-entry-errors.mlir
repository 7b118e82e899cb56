// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-make-entry=name=net_run --split-input-file --verify-diagnostics

// expected-error@+1 {{expects the alignment of the arena, a power of two, as attribute 'rtwmc.arena_align'}}
func.func @unaligned(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>) {
  return
}

// -----

// expected-error@+1 {{expects the alignment of the arena, a power of two, as attribute 'rtwmc.arena_align'}}
func.func @odd(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>) attributes {rtwmc.arena_align = 12} {
  return
}

// -----

// expected-error@+1 {{expects a network with an input, an output and an arena, and one block}}
module {
  func.func @no_arena(%input: memref<4xi8>, %output: memref<4xi8>) attributes {rtwmc.arena_align = 4} {
    return
  }
}

// -----

// expected-error@+1 {{expects a network with an input, an output and an arena, and one block}}
module {
  func.func @again(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>) -> i32
      attributes {rtwmc.arena_align = 4} {
    %0 = arith.constant 0 : i32
    return %0 : i32
  }
}

// -----

// expected-error@+1 {{expects a network with an input, an output and an arena, and one block}}
module {
  func.func @blocks(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>) attributes {rtwmc.arena_align = 4} {
    cf.br ^end
  ^end:
    return
  }
}

// -----

func.func @main(%input: memref<4xi8>, %output: memref<4xi8>, %arena: memref<12xi8>) attributes {rtwmc.arena_align = 4} {
  return
}
// expected-error@+1 {{has the name of the entry, 'net_run'}}
func.func private @net_run()
