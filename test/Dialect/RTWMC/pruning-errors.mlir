// RUN: rtwmc-opt %s -allow-unregistered-dialect --split-input-file --verify-diagnostics

// expected-error@+1 {{a pruned map has i8 elements, because the magnitude that selects them has 8 bits; got 'i16'}}
func.func private @f(!rtwmc.pruned<4xi16, keep = 2, zero = 0>)

// -----

// expected-error@+1 {{a pruned map has a static shape, because its capacity is fixed at compile time}}
func.func private @f(!rtwmc.pruned<?x4xi8, keep = 2, zero = 0>)

// -----

// expected-error@+1 {{a pruned map has at least one dimension}}
func.func private @f(!rtwmc.pruned<i8, keep = 1, zero = 0>)

// -----

// expected-error@+1 {{a pruned map has at least one element}}
func.func private @f(!rtwmc.pruned<1x0xi8, keep = 0, zero = 0>)

// -----

// expected-error@+1 {{a pruned map has at most 2^31 - 1 elements}}
func.func private @f(!rtwmc.pruned<65536x65536xi8, keep = 0, zero = 0>)

// -----

// expected-error@+1 {{keep = 5 is outside [0, 4], the elements of the map}}
func.func private @f(!rtwmc.pruned<4xi8, keep = 5, zero = 0>)

// -----

// expected-error@+1 {{keep = -1 is outside [0, 4], the elements of the map}}
func.func private @f(!rtwmc.pruned<4xi8, keep = -1, zero = 0>)

// -----

// expected-error@+1 {{zero point 128 does not fit an int8 element, which holds -128 to 127}}
func.func private @f(!rtwmc.pruned<4xi8, keep = 2, zero = 128>)

// -----

// expected-error@+1 {{expected 'nhwc' or 'nchw'}}
func.func private @f(!rtwmc.pruned<4xi8, keep = 2, zero = 0, order = hwcn>)

// -----

// expected-error@+1 {{stream order nchw is defined for maps of shape 1 x height x width x channels}}
func.func private @f(!rtwmc.pruned<2x2x2x2xi8, keep = 2, zero = 0, order = nchw>)

// -----

// expected-error@+1 {{expected 'map' or 'row'}}
func.func private @f(!rtwmc.pruned<1x2x2x2xi8, keep = 2, zero = 0, unit = column>)

// -----

// expected-error@+1 {{expected 'unit'}}
func.func private @f(!rtwmc.pruned<1x2x2x2xi8, keep = 2, zero = 0, order = nhwc, by = row>)

// -----

// expected-error@+1 {{unit = row is defined for maps of shape 1 x height x width x channels in order nhwc}}
func.func private @f(!rtwmc.pruned<4x4xi8, keep = 2, zero = 0, unit = row>)

// -----

// expected-error@+1 {{unit = row is defined for maps of shape 1 x height x width x channels in order nhwc}}
func.func private @f(!rtwmc.pruned<1x2x2x2xi8, keep = 2, zero = 0, order = nchw, unit = row>)

// -----

// expected-error@+1 {{keep = 5 is outside [0, 4], the elements of a row}}
func.func private @f(!rtwmc.pruned<1x2x2x2xi8, keep = 5, zero = 0, unit = row>)

// -----

func.func @f(%x: tensor<5xi8>) {
  // expected-error@+1 {{prunes a map of type 'tensor<5xi8>' into one of 'tensor<4xi8>'}}
  rtwmc.prune %x, drop = 2, batch = 2, tau_q = 0
    : tensor<5xi8> -> !rtwmc.pruned<4xi8, keep = 2, zero = 0>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error@+1 {{drop = 5 is outside [0, 4], the elements of the map}}
  rtwmc.prune %x, drop = 5, batch = 2, tau_q = 0
    : tensor<4xi8> -> !rtwmc.pruned<4xi8, keep = 2, zero = 0>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error@+1 {{drops 1 of 4 elements, so it keeps at most 3 and not 2}}
  rtwmc.prune %x, drop = 1, batch = 2, tau_q = 0
    : tensor<4xi8> -> !rtwmc.pruned<4xi8, keep = 2, zero = 0>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error@+1 {{a batch has at least one element, got 0}}
  rtwmc.prune %x, drop = 2, batch = 0, tau_q = 0
    : tensor<4xi8> -> !rtwmc.pruned<4xi8, keep = 2, zero = 0>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error@+1 {{tau_q = 257 is outside [0, 256]: magnitudes have 8 bits}}
  rtwmc.prune %x, drop = 2, batch = 2, tau_q = 257
    : tensor<4xi8> -> !rtwmc.pruned<4xi8, keep = 2, zero = 0>
  return
}

// -----

func.func @f(%x: tensor<100000xi8>) {
  // expected-error@+1 {{dropping 90000 elements in batches of 50000 needs quotas beyond 32 bits: use smaller batches}}
  rtwmc.prune %x, drop = 90000, batch = 50000, tau_q = 0
    : tensor<100000xi8> -> !rtwmc.pruned<100000xi8, keep = 10000, zero = 0>
  return
}

// -----

func.func @f(%p: !rtwmc.pruned<4xi8, keep = 2, zero = 0>) {
  // expected-error@+1 {{reads a map of type 'tensor<4xi8>' back as one of 'tensor<2x2xi8>'}}
  rtwmc.unprune %p : !rtwmc.pruned<4xi8, keep = 2, zero = 0> -> tensor<2x2xi8>
  return
}

// -----

// expected-error@+2 {{expected 'proportional' or 'paper'}}
// expected-error@+1 {{failed to parse RTWMC_QuotaPolicyAttr parameter 'value'}}
func.func private @f() attributes {x = #rtwmc<quota_policy none>}
