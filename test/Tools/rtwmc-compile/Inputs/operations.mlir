//--- slice.mlir
func.func @main(%arg0: tensor<1x8x8x2xi8>) -> tensor<1x4x4x2xi8> {
  %a = tosa.const_shape {values = dense<[0, 2, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %b = tosa.const_shape {values = dense<[1, 4, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.slice %arg0, %a, %b : (tensor<1x8x8x2xi8>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xi8>
  return %0 : tensor<1x4x4x2xi8>
}
//--- padded-average.mlir
func.func @main(%arg0: tensor<1x8x8x2xi8>) -> tensor<1x8x8x2xi8> {
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.avg_pool2d %arg0, %z, %z {acc_type = i32, kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x2xi8>
  return %0 : tensor<1x8x8x2xi8>
}
//--- table.mlir
func.func @main(%arg0: tensor<1x8xi8>) -> tensor<1x8xi8> {
  %t = "tosa.const"() {values = dense<1> : tensor<256xi8>} : () -> tensor<256xi8>
  %0 = tosa.table %arg0, %t : (tensor<1x8xi8>, tensor<256xi8>) -> tensor<1x8xi8>
  return %0 : tensor<1x8xi8>
}
//--- transpose.mlir
func.func @main(%arg0: tensor<1x8x4x2xi8>) -> tensor<1x2x8x4xi8> {
  %0 = tosa.transpose %arg0 {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x8x4x2xi8>) -> tensor<1x2x8x4xi8>
  return %0 : tensor<1x2x8x4xi8>
}
//--- concat.mlir
func.func @main(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x4x4x4xi8> {
  %0 = tosa.reverse %arg0 {axis = 1 : i32} : (tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi8>
  %1 = tosa.concat %arg0, %0 {axis = 3 : i32} : (tensor<1x4x4x2xi8>, tensor<1x4x4x2xi8>) -> tensor<1x4x4x4xi8>
  return %1 : tensor<1x4x4x4xi8>
}
//--- pad.mlir
func.func @main(%arg0: tensor<1x4x4x2xi8>) -> tensor<1x6x4x2xi8> {
  %v = "tosa.const"() {values = dense<5> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %0 = tosa.pad %arg0, %p, %v : (tensor<1x4x4x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x4x2xi8>
  return %0 : tensor<1x6x4x2xi8>
}
//--- two-results.mlir
func.func @main(%arg0: tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8> {
  %0 = tosa.reverse %arg0 {axis = 1 : i32} : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  %1 = tosa.reverse %0 {axis = 2 : i32} : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  %2 = tosa.max_pool2d %0 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  %3 = tosa.max_pool2d %1 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  %4 = tosa.maximum %2, %3 : (tensor<1x4x4x1xi8>, tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xi8>
  return %4 : tensor<1x4x4x1xi8>
}
