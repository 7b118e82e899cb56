// RUN: rtwmc-opt %s --rtwmc-lower-pruning | FileCheck %s --check-prefixes=CHECK,BISECT --implicit-check-not=rtwmc. --implicit-check-not=i64
// RUN: rtwmc-opt %s --rtwmc-lower-pruning=selection=insertion | FileCheck %s --check-prefixes=CHECK,INSERT --implicit-check-not=rtwmc. --implicit-check-not=i64

// Two ways to the same selection: the magnitude is bisected and the batch
// counted, or the least magnitudes are sorted into a cache.
// CHECK-LABEL: func.func @select
func.func @select(%buffer: memref<10xi8>, %q: index, %n: index)
    -> (i32, index) {
  // INSERT: %[[CACHE:.*]] = memref.alloca() : memref<5xi8>
  // BISECT-NOT: alloc
  // What the threshold drops comes first in either.
  // CHECK: %[[BELOW:.*]] = scf.for
  // CHECK: %[[ENOUGH:.*]] = arith.cmpi uge, %[[BELOW]], %{{.*}}
  // CHECK: %[[RESULT:.*]]:2 = scf.if %[[ENOUGH]]
  // BISECT: scf.while
  // BISECT:   scf.for
  // INSERT: scf.for
  // INSERT:   memref.store %{{.*}}, %[[CACHE]]
  // CHECK: return %[[RESULT]]#0, %[[RESULT]]#1
  %threshold, %ties = rtwmc.select_least %q of %buffer[%n], tau_q = 1,
    zero_point = -128, at_most = 5 : memref<10xi8>
  return %threshold, %ties : i32, index
}

// No threshold, no count: only a quota of nothing is settled at once.
// CHECK-LABEL: func.func @no_threshold
// CHECK-SAME:    %[[Q:[^:]*]]: index
func.func @no_threshold(%q: index, %buffer: memref<10xi8>, %n: index) -> i32 {
  // CHECK-NOT: scf.for
  // CHECK: arith.cmpi uge, %c0{{.*}}, %[[Q]]
  %threshold, %ties = rtwmc.select_least %q of %buffer[%n], tau_q = 0,
    zero_point = 3 : memref<10xi8>
  return %threshold : i32
}

// CHECK-LABEL: func.func @paper_quota
func.func @paper_quota(%owed: index, %remaining: index, %count: index,
                       %pb: index, %dropped: index, %left: index) -> index {
  // CHECK:     arith.minsi
  // CHECK-NOT: arith.divui
  %q = rtwmc.quota paper %owed of %remaining, %count per_batch %pb
  // The only division stands where P_b changes.
  // CHECK: scf.if
  // CHECK:   arith.divui
  %next = rtwmc.next_quota %pb dropped %dropped of %q owed %owed, %left
  return %next : index
}

// CHECK-LABEL: func.func @read_back
// CHECK-SAME:    %[[VALUES:.*]]: memref<12xi8>, %[[BITMAP:.*]]: memref<4xi8>, %[[RANK:.*]]: index, %[[I:.*]]: index
func.func @read_back(%values: memref<12xi8>, %bitmap: memref<4xi8>,
                     %rank: index, %i: index) -> (i8, index) {
  // CHECK: %[[BYTE:.*]] = arith.shrui %[[I]], %{{.*}} : index
  // CHECK: memref.load %[[BITMAP]][%[[BYTE]]]
  // CHECK: scf.if
  // CHECK:   scf.yield %c4_i8, %[[RANK]]
  // CHECK: else
  // CHECK:   memref.load %[[VALUES]][%[[RANK]]]
  %value, %next = rtwmc.read_back %values[%rank], %bitmap[%i], zero_point = 4
    : memref<12xi8>, memref<4xi8>
  return %value, %next : i8, index
}
