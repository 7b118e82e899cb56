// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects as many multipliers as shifts, got 2 and 1}}
#requant = #rtwmc.requant<[1, 2], [30], single, zero_point = 0, range = [-128, 127]>

// -----

// expected-error@+1 {{multiplier -1 is negative}}
#requant = #rtwmc.requant<[1, -1], [30, 30], single, zero_point = 0, range = [-128, 127]>

// -----

// expected-error@+1 {{shift 1 is outside [2, 62]}}
#requant = #rtwmc.requant<[1], [1], single, zero_point = 0, range = [-128, 127]>

// -----

// expected-error@+1 {{shift 63 is outside [2, 62]}}
#requant = #rtwmc.requant<[1], [63], single, zero_point = 0, range = [-128, 127]>

// -----

// expected-error@+1 {{range [10, -10] is empty}}
#requant = #rtwmc.requant<[1], [30], single, zero_point = 0, range = [10, -10]>

// -----

// expected-error@+1 {{pooling window 0x2 is empty}}
#pool = #rtwmc.pool<max, [0, 2], zero_point = 0>

// -----

// expected-error@+1 {{pooling window 2x-1 is empty}}
#pool = #rtwmc.pool<sum, [2, -1], zero_point = 0>

// -----

func.func @f(%0: i32) -> i32 {
  // expected-error@+1 {{expects a non-negative multiplier}}
  %1 = rtwmc.apply_scale %0 {multiplier = -1 : i32, shift = 30 : i32,
    rounding = #rtwmc<rounding single>}
  return %1 : i32
}

// -----

func.func @f(%0: i32) -> i32 {
  // expected-error@+1 {{expects a shift within [2, 62], got 1}}
  %1 = rtwmc.apply_scale %0 {multiplier = 1 : i32, shift = 1 : i32,
    rounding = #rtwmc<rounding single>}
  return %1 : i32
}

// -----

func.func @f(%0: i32) -> i32 {
  // expected-error@+1 {{expects a shift within [2, 62], got 63}}
  %1 = rtwmc.apply_scale %0 {multiplier = 1 : i32, shift = 63 : i32,
    rounding = #rtwmc<rounding single>}
  return %1 : i32
}

// -----

// expected-error@+1 {{expects the name of a kernel}}
#kernel = #rtwmc.kernel<"", channels = 1, columns = 1>

// -----

// expected-error@+1 {{expects at least one channel and one column, got 4 and 0}}
#kernel = #rtwmc.kernel<"smlad", channels = 4, columns = 0>

// -----

// expected-error@+1 {{expects no less than 0 bytes of scratch, got -4}}
#kernel = #rtwmc.kernel<"block", channels = 4, columns = 2, scratch = -4>
