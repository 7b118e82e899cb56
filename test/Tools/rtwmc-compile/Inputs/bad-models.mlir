//--- float.mlir
func.func @main(%arg0: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = tosa.tanh %arg0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
//--- dynamic.mlir
func.func @main(%arg0: tensor<?x?x8x2xi8>) -> tensor<?x?x8x2xi8> {
  %0 = tosa.clamp %arg0 {max_val = 5 : i8, min_val = 0 : i8} : (tensor<?x?x8x2xi8>) -> tensor<?x?x8x2xi8>
  return %0 : tensor<?x?x8x2xi8>
}
//--- not-tosa.mlir
func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = arith.addi %arg0, %arg0 : tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
//--- unregistered.mlir
func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = "foo.bar"(%arg0) : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
//--- custom.mlir
func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = tosa.custom %arg0 {domain_name = "vendor", implementation_attrs = "", operator_name = "swish"} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
//--- control-flow.mlir
func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %true = "tosa.const"() {values = dense<true> : tensor<i1>} : () -> tensor<i1>
  %0 = tosa.cond_if %true (%a = %arg0) : tensor<i1> (tensor<1x4xi8>) -> tensor<1x4xi8> {
  ^bb0(%a: tensor<1x4xi8>):
    tosa.yield %a : tensor<1x4xi8>
  } else {
  ^bb0(%b: tensor<1x4xi8>):
    %1 = tosa.reverse %b {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
    tosa.yield %1 : tensor<1x4xi8>
  }
  return %0 : tensor<1x4xi8>
}
//--- two-functions.mlir
func.func @a() {
  return
}
func.func @b() {
  return
}
//--- no-output.mlir
func.func @main(%arg0: tensor<1x4xi8>) {
  return
}
//--- bit-output.mlir
func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi1> {
  %0 = tosa.equal %arg0, %arg0 : (tensor<1x4xi8>, tensor<1x4xi8>) -> tensor<1x4xi1>
  return %0 : tensor<1x4xi1>
}
//--- private.mlir
func.func private @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8> {
  %0 = tosa.reverse %arg0 {axis = 1 : i32} : (tensor<1x4xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}
//--- slice-outside.mlir
func.func @main(%x: tensor<1x7x4x2xi8>) -> tensor<1x5x4x2xi8> {
  %s = tosa.const_shape {values = dense<[0, 65536, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %n = tosa.const_shape {values = dense<[1, 5, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %y = tosa.slice %x, %s, %n : (tensor<1x7x4x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x5x4x2xi8>
  return %y : tensor<1x5x4x2xi8>
}
//--- no-diagnostic.mlir
func.func @main(%x: tensor<1x2x2x2xi8>) -> tensor<1x2x2x2xi8> {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %y = tosa.rescale %x, %m, %s, %z, %z {rounding_mode = SINGLE_ROUND, () scale32 = true} : (tensor<1x2x2x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi8>
  return %y : tensor<1x2x2x2xi8>
}
