// A network with a pruned map through upstream's own lowering of TOSA, compiled
// and run on the host. The first convolution only scales by one half, so its
// map is known and the reference semantics can be folded.

// DEFINE: %{lower} = func.func(tosa-to-linalg-named,tosa-to-linalg),tosa-to-arith{include-apply-rescale=true},one-shot-bufferize{bufferize-function-boundaries},buffer-deallocation-pipeline,convert-bufferization-to-memref,convert-linalg-to-loops,convert-vector-to-llvm,%to_llvm
// DEFINE: %{run} = mlir-runner -e main --entry-point-result=void --shared-libs=%runner_libs

// RUN: rtwmc-opt %s --pass-pipeline='builtin.module(rtwmc-insert-pruning,canonicalize,rtwmc-lower-pruning,%{lower})' | %{run} | FileCheck %s
// RUN: rtwmc-opt %s --pass-pipeline='builtin.module(rtwmc-insert-pruning,canonicalize,rtwmc-lower-pruning{selection=insertion},%{lower})' | %{run} | FileCheck %s

// Without pruning, the result is another.
// RUN: rtwmc-opt %s --pass-pipeline='builtin.module(canonicalize,%{lower})' | %{run} | FileCheck %s --check-prefix=DENSE

// CHECK:      {{^0$}}
// CHECK-NEXT: {{^0$}}
// DENSE-NOT: {{^0$}}

!map = tensor<1x2x4x2xi8>
!sums = tensor<1x1x1x2xi8>

// Half of the image, by a 1x1 convolution with weights 1 on the diagonal.
func.func private @network(%image: !map) -> !sums {
  %zp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %w = "tosa.const"() {values = dense<[[[[1, 0]]], [[[0, 1]]]]> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<31> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %image, %w, %b, %zero, %zero {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (!map, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>)
      -> tensor<1x2x4x2xi32>
  %map = tosa.rescale %acc, %m, %s, %zero32, %zp {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true, rtwmc.plan = #rtwmc.plan<
    drop = 9, batch = 5, tau_q = 2, zero = -3, order = nchw>}
    : (tensor<1x2x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> !map
  %r = func.call @tail(%map) : (!map) -> !sums
  return %r : !sums
}

// What follows the pruned map: a convolution over all of it.
func.func private @tail(%map: !map) -> !sums {
  %zp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %w = "tosa.const"() {values = dense<[
    [[[1, 2], [3, -4], [5, 6], [7, 1]], [[-2, 3], [4, 5], [6, -7], [1, 2]]],
    [[[2, 1], [-1, 1], [3, 2], [1, 3]], [[5, 1], [2, -2], [1, 1], [3, 1]]]
  ]> : tensor<2x2x4x2xi8>} : () -> tensor<2x2x4x2xi8>
  %b = "tosa.const"() {values = dense<[3, -8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %acc = tosa.conv2d %map, %w, %b, %zp, %zero {acc_type = i32,
    dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 1, 1>}
    : (!map, tensor<2x2x4x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>)
      -> tensor<1x1x1x2xi32>
  %r = tosa.rescale %acc, %m, %s, %zero32, %zero {input_unsigned = false,
    output_unsigned = false, per_channel = false,
    rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x1x1x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> !sums
  return %r : !sums
}

// The map of @network in one go, pruned by the folder.
func.func private @reference() -> !sums {
  %map = arith.constant dense<[[[[0, -3], [4, -2], [-9, 7], [60, -3]],
                                [[-4, 5], [-3, -3], [-60, 1], [-1, -6]]]]> : !map
  %p, %kept = rtwmc.prune %map, drop = 9, batch = 5, tau_q = 2
    : !map -> !rtwmc.pruned<1x2x4x2xi8, keep = 7, zero = -3, order = nchw>
  %pruned = rtwmc.unprune %p
    : !rtwmc.pruned<1x2x4x2xi8, keep = 7, zero = -3, order = nchw> -> !map
  %r = func.call @tail(%pruned) : (!map) -> !sums
  return %r : !sums
}

func.func @main() {
  // 2 * (map + 3)
  %image = arith.constant dense<[[[[6, 0], [14, 2], [-12, 20], [126, 0]],
                                  [[-2, 16], [0, 0], [-114, 8], [4, -6]]]]> : !map
  %a = call @network(%image) : (!map) -> !sums
  %b = call @reference() : () -> !sums
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.for %i = %c0 to %c2 step %c1 {
    %x = tensor.extract %a[%c0, %c0, %c0, %i] : !sums
    %y = tensor.extract %b[%c0, %c0, %c0, %i] : !sums
    %d = arith.subi %x, %y : i8
    vector.print %d : i8
  }
  return
}
