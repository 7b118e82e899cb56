// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not rtwmc-opt %s --convert-rtwmc-to-loops=mcpu=cortex-a9 2>&1 | FileCheck %s

// CHECK: error: mcpu=cortex-a9: unknown core; expects one of cortex-m0, {{.*}}, host
module {
}
