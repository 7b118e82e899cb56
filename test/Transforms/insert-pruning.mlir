// RUN: rtwmc-opt %s -allow-unregistered-dialect --rtwmc-insert-pruning | FileCheck %s

!map = tensor<1x4x4x2xi8>

// The map is read back in front of each user, not once after pruning.
// CHECK-LABEL: func.func @residual
func.func @residual(%x: !map) -> (!map, !map) {
  // CHECK:      %[[MAP:.*]] = "test.layer"(%{{.*}}) : (tensor
  // CHECK-NEXT: %[[P:.*]], %{{.*}} = rtwmc.prune %[[MAP]], drop = 20, batch = 8, tau_q = 1 : tensor<1x4x4x2xi8> -> !rtwmc.pruned<1x4x4x2xi8, keep = 12, zero = -128>
  %map = "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 20, batch = 8,
    tau_q = 1, zero = -128>} : (!map) -> !map
  // CHECK-NEXT: %[[A:.*]] = rtwmc.unprune %[[P]]
  // CHECK-NEXT: "test.square"(%[[A]], %[[A]])
  %y = "test.square"(%map, %map) : (!map, !map) -> !map
  // CHECK-NEXT: "test.other"
  "test.other"() : () -> ()
  // CHECK-NEXT: "test.region"() ({
  // CHECK-NEXT:   %[[C:.*]] = rtwmc.unprune %[[P]]
  // CHECK-NEXT:   "test.inner"(%[[C]])
  "test.region"() ({
    "test.inner"(%map) : (!map) -> ()
  }) : () -> ()
  // CHECK:      %[[B:.*]] = rtwmc.unprune %[[P]]
  // CHECK-NEXT: return %[[B]], %{{.*}}
  return %map, %y : !map, !map
}

// CHECK-LABEL: func.func @dynamic_batch
func.func @dynamic_batch(%x: tensor<?x4x4x2xi8>) -> tensor<?x4x4x2xi8> {
  // CHECK: %[[MAP:.*]] = "test.layer"
  // CHECK: %[[ONE:.*]] = tensor.cast %[[MAP]] : tensor<?x4x4x2xi8> to tensor<1x4x4x2xi8>
  // CHECK: %[[P:.*]], %{{.*}} = rtwmc.prune %[[ONE]], drop = 0, batch = 8, tau_q = 2, policy = paper
  // CHECK-SAME: keep = 32, zero = 4, order = nchw
  %map = "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 0, batch = 8,
    tau_q = 2, zero = 4, policy = paper, order = nchw>}
    : (tensor<?x4x4x2xi8>) -> tensor<?x4x4x2xi8>
  // CHECK: %[[BACK:.*]] = rtwmc.unprune %[[P]]
  // CHECK: %[[ANY:.*]] = tensor.cast %[[BACK]] : tensor<1x4x4x2xi8> to tensor<?x4x4x2xi8>
  // CHECK: return %[[ANY]]
  return %map : tensor<?x4x4x2xi8>
}

// CHECK-LABEL: func.func @nothing_to_do
func.func @nothing_to_do(%x: !map) -> !map {
  // CHECK-NEXT: %[[MAP:.*]] = "test.layer"(%{{.*}}) : (tensor
  // CHECK-NEXT: return %[[MAP]]
  %map = "test.layer"(%x) {rtwmc.plan = #rtwmc.plan<drop = 0, batch = 8,
    tau_q = 0, zero = -128>} : (!map) -> !map
  return %map : !map
}
