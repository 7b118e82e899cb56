// RUN: rtwmc-opt %s | FileCheck %s
// RUN: rtwmc-opt %s | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --mlir-print-op-generic | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --emit-bytecode | rtwmc-opt | FileCheck %s

// One batch through the boxes of the paper's Figure 2.
// CHECK-LABEL: func.func @batch
func.func @batch(%buffer: memref<10xi8>, %values: memref<2681xi8>,
                 %bitmap: memref<588xi8>, %owed: index, %remaining: index,
                 %count: index, %kept: index, %position: index)
    -> (index, index) {
  // CHECK: %[[Q:.*]] = rtwmc.quota proportional %{{.*}} of %{{.*}}, %{{.*}}
  %q = rtwmc.quota proportional %owed of %remaining, %count
  // CHECK: %[[T:.*]], %[[TIES:.*]] = rtwmc.select_least %[[Q]] of %{{.*}}[%{{.*}}], tau_q = 1, zero_point = -128, at_most = 5 : memref<10xi8>
  %threshold, %ties = rtwmc.select_least %q of %buffer[%count], tau_q = 1,
    zero_point = -128, at_most = 5 : memref<10xi8>
  // CHECK: rtwmc.append %{{.*}}[%{{.*}}], %[[T]], %[[TIES]] into %{{.*}}[%{{.*}}], %{{.*}}[%{{.*}}], zero_point = -128 : memref<10xi8> into memref<2681xi8>, memref<588xi8>
  %new_kept, %dropped = rtwmc.append %buffer[%count], %threshold, %ties
    into %values[%kept], %bitmap[%position], zero_point = -128
    : memref<10xi8> into memref<2681xi8>, memref<588xi8>
  return %new_kept, %dropped : index, index
}

// CHECK-LABEL: func.func @paper_quota
func.func @paper_quota(%owed: index, %remaining: index, %count: index,
                       %pb: index, %dropped: index, %left: index) -> index {
  // CHECK: %[[Q:.*]] = rtwmc.quota paper %{{.*}} of %{{.*}}, %{{.*}} per_batch %[[PB:.*]]
  %q = rtwmc.quota paper %owed of %remaining, %count per_batch %pb
  // CHECK: rtwmc.next_quota %[[PB]] dropped %{{.*}} of %[[Q]] owed %{{.*}}, %{{.*}}
  %next = rtwmc.next_quota %pb dropped %dropped of %q owed %owed, %left
  return %next : index
}

// A cursor; the buffers may be views of an arena.
// CHECK-LABEL: func.func @read
func.func @read(%values: memref<12xi8, strided<[1], offset: ?>>,
                %bitmap: memref<?xi8>, %rank: index, %i: index) -> (i8, index) {
  // CHECK: rtwmc.read_back %{{.*}}[%{{.*}}], %{{.*}}[%{{.*}}], zero_point = 4 : memref<12xi8, strided<[1], offset: ?>>, memref<?xi8>
  %value, %next = rtwmc.read_back %values[%rank], %bitmap[%i], zero_point = 4
    : memref<12xi8, strided<[1], offset: ?>>, memref<?xi8>
  return %value, %next : i8, index
}
