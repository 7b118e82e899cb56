// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A map of any size: ROWS and COLUMNS are replaced by the test.
func.func @main(%arg0: tensor<1xROWSxCOLUMNSx1xi8>) -> tensor<1xROWSxCOLUMNSx1xi8> {
  %0 = tosa.clamp %arg0 {max_val = 5 : i8, min_val = 0 : i8} : (tensor<1xROWSxCOLUMNSx1xi8>) -> tensor<1xROWSxCOLUMNSx1xi8>
  return %0 : tensor<1xROWSxCOLUMNSx1xi8>
}
