func.func @main(%a: tensor<1x2x2x1xi8>, %b: tensor<1x2x2x1xi16>) -> (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi32>) attributes {
  rtwmc.inputs = [#rtwmc.port<"class" : tensor<1x2x2x1xi8>, scale = 0.5 : f32, zero_point = -3>,
                  #rtwmc.port<"x:0" : tensor<1x2x2x1xi16>>],
  rtwmc.outputs = [#rtwmc.port<"X/0" : tensor<1x2x2x1xui8>, scale = 2.0 : f32, zero_point = 9>,
                   #rtwmc.port<"arena" : tensor<1x2x2x1xi32>, scale = 0.25 : f32, zero_point = 0>]} {
  %0 = rtwmc.max_pool2d %a {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi8>
  %1 = rtwmc.elementwise %b {
  ^bb0(%x: i16):
    %2 = arith.extsi %x : i16 to i32
    rtwmc.yield %2 : i32
  } : (tensor<1x2x2x1xi16>) -> tensor<1x2x2x1xi32>
  return %0, %1 : tensor<1x2x2x1xi8>, tensor<1x2x2x1xi32>
}
