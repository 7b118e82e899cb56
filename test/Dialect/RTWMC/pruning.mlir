// RUN: rtwmc-opt %s -allow-unregistered-dialect | FileCheck %s
// RUN: rtwmc-opt %s -allow-unregistered-dialect | rtwmc-opt -allow-unregistered-dialect | FileCheck %s
// RUN: rtwmc-opt %s -allow-unregistered-dialect --mlir-print-op-generic | rtwmc-opt -allow-unregistered-dialect | FileCheck %s
// RUN: rtwmc-opt %s -allow-unregistered-dialect --emit-bytecode | rtwmc-opt -allow-unregistered-dialect | FileCheck %s

// CHECK-LABEL: func.func @lenet_a_layer_1
// CHECK-SAME:    -> (!rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>, index)
func.func @lenet_a_layer_1(%map: tensor<1x28x28x6xi8>)
    -> (!rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>, index) {
  // CHECK: rtwmc.prune %{{.*}}, drop = 2023, batch = 10, tau_q = 1 : tensor<1x28x28x6xi8> -> !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
  %pruned, %kept = rtwmc.prune %map, drop = 2023, batch = 10, tau_q = 1
    : tensor<1x28x28x6xi8>
      -> !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
  return %pruned, %kept
    : !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>, index
}

// CHECK-LABEL: func.func @channel_major
func.func @channel_major(%map: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8> {
  // CHECK: rtwmc.prune %{{.*}}, drop = 20, batch = 8, tau_q = 0, policy = paper : tensor<1x4x4x2xi8> -> !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = 4, order = nchw>
  %pruned, %kept = rtwmc.prune %map, drop = 20, batch = 8, tau_q = 0,
    policy = paper : tensor<1x4x4x2xi8>
      -> !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = 4, order = nchw>
  // CHECK: rtwmc.unprune %{{.*}} : !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = 4, order = nchw> -> tensor<1x4x4x2xi8>
  %back = rtwmc.unprune %pruned
    : !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = 4, order = nchw>
      -> tensor<1x4x4x2xi8>
  return %back : tensor<1x4x4x2xi8>
}

// The default order is not printed; a map may have any number of dimensions.
// CHECK-LABEL: func.func private @shapes(
// CHECK-SAME:    !rtwmc.pruned<7xi8, keep = 0, zero = 127>
// CHECK-SAME:    !rtwmc.pruned<2x3x4x5x6xi8, keep = 720, zero = 0>
func.func private @shapes(
  !rtwmc.pruned<7xi8, keep = 0, zero = 127, order = nhwc>,
  !rtwmc.pruned<2x3x4x5x6xi8, keep = 720, zero = 0>)

// CHECK-LABEL: func.func @plans
func.func @plans(%x: tensor<?x4x4x2xi8>) {
  // CHECK: rtwmc.plan = #rtwmc.plan<drop = 20, batch = 8, tau_q = 1, zero = -128>
  "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 20, batch = 8, tau_q = 1,
    zero = -128, policy = proportional, order = nhwc>}
    : (tensor<?x4x4x2xi8>) -> tensor<?x4x4x2xi8>
  // CHECK: rtwmc.plan = #rtwmc.plan<drop = 0, batch = 8, tau_q = 256, zero = 4, policy = paper, order = nchw>
  "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 0, batch = 8, tau_q = 256,
    zero = 4, policy = paper, order = nchw>}
    : (tensor<?x4x4x2xi8>) -> tensor<?x4x4x2xi8>
  // CHECK: rtwmc.plan = #rtwmc.plan<drop = 1, batch = 8, tau_q = 0, zero = 4, order = nchw>
  "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 1, batch = 8, tau_q = 0,
    zero = 4, order = nchw>} : (tensor<?x4x4x2xi8>) -> tensor<?x4x4x2xi8>
  return
}
