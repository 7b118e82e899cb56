// REQUIRES: plugin
// RUN: mlir-opt %load_rtwmc %s --pass-pipeline='builtin.module(rtwmc-plan{ram=4096 batch=10 mode=paper})' 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: mlir-opt %load_rtwmc %s --pass-pipeline='builtin.module(rtwmc-plan{ram=4096 batch=10 mode=paper},rtwmc-insert-pruning)' 2>&1 | FileCheck %s --check-prefix=INSERT
// RUN: mlir-opt %load_rtwmc %s --pass-pipeline='builtin.module(rtwmc-plan{ram=4096 batch=10 mode=paper},rtwmc-insert-pruning,rtwmc-lower-pruning)' -o %t
// RUN: FileCheck %s --check-prefix=LOWER --implicit-check-not=rtwmc. < %t

// A stock mlir-opt runs all three portable passes, on a function too.
// RUN: mlir-opt %load_rtwmc %s --pass-pipeline='builtin.module(func.func(rtwmc-plan{ram=4096 batch=10},rtwmc-insert-pruning))' 2>&1 | FileCheck %s --check-prefix=FUNC

// PLAN: remark: layer 1 (tosa.conv2d): map 1x28x28x6 of 4,704 bytes: drop 2,023
// PLAN: tosa.rescale {{.*}} rtwmc.plan = #rtwmc.plan<drop = 2023
// INSERT: rtwmc.prune {{.*}} -> !rtwmc.pruned<1x28x28x6xi8, keep = 2681, zero = -128>
// INSERT: rtwmc.unprune
// INSERT: tosa.max_pool2d
// LOWER: memref.alloc() : memref<2681xi8>
// LOWER: bufferization.to_tensor
// LOWER: tosa.max_pool2d
// FUNC: rtwmc.prune {{.*}} drop = 2026
func.func @lenet_a_head(%image: tensor<1x32x32x3xi8>,
                        %weights: tensor<6x5x5x3xi8>, %bias: tensor<6xi32>)
    -> tensor<1x14x14x6xi8> {
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<40> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %image, %weights, %bias, %zp, %zero {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (tensor<1x32x32x3xi8>, tensor<6x5x5x3xi8>, tensor<6xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x28x28x6xi32>
  %map = tosa.rescale %acc, %m, %s, %zero32, %zp {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x28x28x6xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x28x28x6xi8>
  %pool = tosa.max_pool2d %map {kernel = array<i64: 2, 2>,
    pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x28x28x6xi8>) -> tensor<1x14x14x6xi8>
  return %pool : tensor<1x14x14x6xi8>
}
