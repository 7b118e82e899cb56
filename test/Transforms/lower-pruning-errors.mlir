// RUN: rtwmc-opt %s -allow-unregistered-dialect --rtwmc-lower-pruning --split-input-file --verify-diagnostics

func.func @foreign(%p: !rtwmc.pruned<8xi8, keep = 5, zero = 0>) {
  // expected-error@+1 {{uses a pruned map; rtwmc-lower-pruning can carry one through functions, calls, scf, cf and arith.select only}}
  "test.use"(%p) : (!rtwmc.pruned<8xi8, keep = 5, zero = 0>) -> ()
  return
}

// -----

func.func @foreign_result() {
  // expected-error@+1 {{uses a pruned map}}
  "test.make"() : () -> !rtwmc.pruned<8xi8, keep = 5, zero = 0>
  return
}
