/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "answer.h"
#include "board.h"
#include "lenet.h"

static const char *const names[LENET_OUTPUT_BYTES] = {
    "airplane", "automobile", "bird",  "cat",  "deer",
    "dog",      "frog",       "horse", "ship", "truck"};

/* One digit after the point; `value` is at least 0. */
static void printReal(float value) {
  char text[8], *at = text + sizeof text;
  unsigned tenths = (unsigned)(value * 10.0f + 0.5f);
  *--at = '\0';
  *--at = (char)('0' + tenths % 10);
  *--at = '.';
  tenths /= 10;
  do {
    *--at = (char)('0' + tenths % 10);
    tenths /= 10;
  } while (tenths && at != text);
  print(at);
}

void printAnswer(const int8_t *output) {
  int best = 0, second = -1;
  for (int i = 1; i < LENET_OUTPUT_BYTES; ++i) {
    if (output[i] > output[best]) {
      second = best;
      best = i;
    } else if (second < 0 || output[i] > output[second]) {
      second = i;
    }
  }
  print(names[best]);
  print(", ahead of ");
  print(names[second]);
  print(" by ");
  printReal(lenet_dequantize(output[best]) - lenet_dequantize(output[second]));
  print("\n");
}
