// RUN: rtwmc-opt %s --rtwmc-lower-pruning=selection=insertion --verify-diagnostics

func.func @bounded_by_nothing(%buffer: memref<?xi8>, %q: index, %n: index) {
  // expected-error@+1 {{needs a bound for its cache: at_most, or a buffer of static size}}
  rtwmc.select_least %q of %buffer[%n], tau_q = 0, zero_point = 0
    : memref<?xi8>
  return
}
