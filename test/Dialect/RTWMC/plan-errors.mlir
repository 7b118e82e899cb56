// RUN: rtwmc-opt %s -allow-unregistered-dialect --split-input-file --verify-diagnostics

// expected-error@+1 {{drop = -1 is negative}}
"test.a"() {a = #rtwmc.plan<drop = -1, batch = 8, tau_q = 1, zero = 0>} : () -> ()

// -----

// expected-error@+1 {{a batch has at least one element, got 0}}
"test.a"() {a = #rtwmc.plan<drop = 1, batch = 0, tau_q = 1, zero = 0>} : () -> ()

// -----

// expected-error@+1 {{tau_q = 300 is outside [0, 256]: magnitudes have 8 bits}}
"test.a"() {a = #rtwmc.plan<drop = 1, batch = 8, tau_q = 300, zero = 0>} : () -> ()

// -----

// expected-error@+1 {{zero point 128 does not fit an int8 element, which holds -128 to 127}}
"test.a"() {a = #rtwmc.plan<drop = 1, batch = 8, tau_q = 1, zero = 128>} : () -> ()

// -----

// expected-error@+1 {{attribute 'rtwmc.plan' must be a #rtwmc.plan}}
"test.a"() {rtwmc.plan = 3 : i32} : () -> tensor<4xi8>

// -----

// expected-error@+1 {{with a plan must have one ranked tensor as its result: the map to be pruned}}
"test.a"() {rtwmc.plan = #rtwmc.plan<drop = 1, batch = 8, tau_q = 1, zero = 0>} : () -> ()

// -----

// expected-error@+1 {{has an invalid plan: a pruned map has i8 elements, because the magnitude that selects them has 8 bits; got 'f32'}}
"test.a"() {rtwmc.plan = #rtwmc.plan<drop = 1, batch = 8, tau_q = 1, zero = 0>} : () -> tensor<4xf32>

// -----

// expected-error@+1 {{has an invalid plan: a pruned map has a static shape, because its capacity is fixed at compile time}}
"test.a"() {rtwmc.plan = #rtwmc.plan<drop = 1, batch = 8, tau_q = 1, zero = 0>} : () -> tensor<1x?xi8>

// -----

// expected-error@+1 {{cannot drop 9 of 8 elements}}
"test.a"() {rtwmc.plan = #rtwmc.plan<drop = 9, batch = 8, tau_q = 1, zero = 0>} : () -> tensor<?x8xi8>
