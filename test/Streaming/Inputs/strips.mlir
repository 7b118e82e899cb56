func.func @network(%0: tensor<1x4x8x1xi8>) -> tensor<1x1x4x1xi8> {
  %1 = call @pool1(%0) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %2 = call @pool2(%1) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %3 = call @add1(%1, %2) : (tensor<1x4x8x1xi8>, tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %4 = call @gather1(%3) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %5 = call @generic1(%4) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %6 = call @place1(%5) : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  %7 = call @pool3(%6) : (tensor<1x4x8x1xi8>) -> tensor<1x1x4x1xi8>
  return %7 : tensor<1x1x4x1xi8>
}
func.func private @pool1(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @pool2(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @add1(%0: tensor<1x4x8x1xi8>, %1: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %2 = rtwmc.elementwise %0, %1 {
  ^bb0(%a: i8, %b: i8):
    %c = arith.addi %a, %b : i8
    rtwmc.yield %c : i8
  } : (tensor<1x4x8x1xi8>, tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  return %2 : tensor<1x4x8x1xi8>
}
func.func private @gather1(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.gather %0 {rows = array<i64: 1, 0, 1, 0>, columns = array<i64: 1, 1, 1, 0>,
    channels = array<i64: 1, 0, 0, 1>} : tensor<1x4x8x1xi8> -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @generic1(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = tosa.reverse %0 {axis = 2 : i32} : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @place1(%0: tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.elementwise %0 {
  ^bb0(%a: i8):
    %b = rtwmc.column
    %c = arith.trunci %b : i32 to i8
    %d = arith.addi %a, %c : i8
    rtwmc.yield %d : i8
  } : (tensor<1x4x8x1xi8>) -> tensor<1x4x8x1xi8>
  return %1 : tensor<1x4x8x1xi8>
}
func.func private @pool3(%0: tensor<1x4x8x1xi8>) -> tensor<1x1x4x1xi8> attributes {rtwmc.kernel} {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 4, 2>, stride = array<i64: 4, 2>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x4x8x1xi8> -> tensor<1x1x4x1xi8>
  return %1 : tensor<1x1x4x1xi8>
}
