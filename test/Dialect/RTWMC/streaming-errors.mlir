// RUN: rtwmc-opt %s --split-input-file --verify-diagnostics

func.func @f(%i: index) {
  // expected-error@+1 {{policy paper needs quota per batch}}
  rtwmc.quota paper %i of %i, %i
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{policy proportional has no quota per batch}}
  rtwmc.quota proportional %i of %i, %i per_batch %i
  return
}

// -----

func.func @f(%buffer: memref<4xi8>, %i: index) {
  // expected-error@+1 {{tau_q = -1 is outside [0, 256]: magnitudes have 8 bits}}
  rtwmc.select_least %i of %buffer[%i], tau_q = -1, zero_point = 0
    : memref<4xi8>
  return
}

// -----

func.func @f(%buffer: memref<4xi8>, %i: index) {
  // expected-error@+1 {{zero point -129 does not fit an int8 element, which holds -128 to 127}}
  rtwmc.select_least %i of %buffer[%i], tau_q = 0, zero_point = -129 : memref<4xi8>
  return
}

// -----

func.func @f(%buffer: memref<4xi8>, %i: index) {
  // expected-error@+1 {{at_most = -1 is negative}}
  rtwmc.select_least %i of %buffer[%i], tau_q = 0, zero_point = 0, at_most = -1
    : memref<4xi8>
  return
}

// -----

func.func @f(%buffer: memref<2x2xi8>, %i: index) {
  // expected-error@+1 {{operand #1 must be 1D memref of 8-bit signless integer values}}
  rtwmc.select_least %i of %buffer[%i], tau_q = 0, zero_point = 0 : memref<2x2xi8>
  return
}

// -----

func.func @f(%m: memref<4xi8>, %t: i32, %i: index) {
  // expected-error@+1 {{zero point 200 does not fit an int8 element, which holds -128 to 127}}
  rtwmc.append %m[%i], %t, %i into %m[%i], %m[%i], zero_point = 200
    : memref<4xi8> into memref<4xi8>, memref<4xi8>
  return
}

// -----

func.func @f(%m: memref<4xi8>, %i: index) {
  // expected-error@+1 {{zero point 200 does not fit an int8 element, which holds -128 to 127}}
  rtwmc.read_back %m[%i], %m[%i], zero_point = 200
    : memref<4xi8>, memref<4xi8>
  return
}
