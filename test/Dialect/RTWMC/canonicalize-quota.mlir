// RUN: rtwmc-opt %s --canonicalize | FileCheck %s

// ceil(2023 * 10 / 4704) = 5
// CHECK-LABEL: func.func @proportional
func.func @proportional() -> index {
  %owed = arith.constant 2023 : index
  %remaining = arith.constant 4704 : index
  %count = arith.constant 10 : index
  // CHECK: %[[Q:.*]] = arith.constant 5 : index
  %q = rtwmc.quota proportional %owed of %remaining, %count
  // CHECK: return %[[Q]]
  return %q : index
}

// min(88, 10, max(8, 88 - 91)) = 8; min(8, 10, max(3, 8 - 1)) = 7
// CHECK-LABEL: func.func @paper
func.func @paper() -> (index, index) {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %c10 = arith.constant 10 : index
  %c11 = arith.constant 11 : index
  %c88 = arith.constant 88 : index
  %c101 = arith.constant 101 : index
  // CHECK-DAG: %[[C7:.*]] = arith.constant 7 : index
  // CHECK-DAG: %[[C8:.*]] = arith.constant 8 : index
  %q = rtwmc.quota paper %c88 of %c101, %c10 per_batch %c8
  %r = rtwmc.quota paper %c8 of %c11, %c10 per_batch %c3
  // CHECK: return %[[C8]], %[[C7]]
  return %q, %r : index, index
}

// Nothing owed, nothing to drop; nothing to fold where the operands break the
// contract (more owed than remains).
// CHECK-LABEL: func.func @edges
func.func @edges(%remaining: index, %count: index) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // CHECK: %[[C0:.*]] = arith.constant 0 : index
  %q = rtwmc.quota proportional %c0 of %remaining, %count
  // CHECK: %[[R:.*]] = rtwmc.quota
  %r = rtwmc.quota proportional %c2 of %c1, %c1
  // CHECK: return %[[C0]], %[[R]]
  return %q, %r : index, index
}

// CHECK-LABEL: func.func @next
// CHECK-SAME:    %[[PB:[^:]*]]: index, %[[D:[^:]*]]: index
func.func @next(%pb: index, %dropped: index, %q: index, %owed: index)
    -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c6 = arith.constant 6 : index
  %c9 = arith.constant 9 : index
  // The last batch changes nothing, nor one that drops what it must.
  %a = rtwmc.next_quota %pb dropped %dropped of %q owed %owed, %c0
  %b = rtwmc.next_quota %pb dropped %dropped of %dropped owed %owed, %c4
  // ceil(9 / 4) = 3
  // CHECK: %[[C3:.*]] = arith.constant 3 : index
  %c = rtwmc.next_quota %pb dropped %c6 of %c4 owed %c9, %c4
  // CHECK: return %[[PB]], %[[PB]], %[[C3]]
  return %a, %b, %c : index, index, index
}
