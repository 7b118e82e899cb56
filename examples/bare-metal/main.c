/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Says what is on a picture, and by how much more than anything else. */
#include "board.h"
#include "lenet.h"

extern const uint8_t picture[LENET_INPUT_BYTES];

static _Alignas(LENET_ARENA_ALIGN) unsigned char arena[LENET_ARENA_BYTES];
static int8_t input[LENET_INPUT_BYTES];
static int8_t output[LENET_OUTPUT_BYTES];

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

int main(void) {
  for (int i = 0; i < LENET_INPUT_BYTES; ++i)
    input[i] = lenet_quantize((float)picture[i]);
  if (lenet_run(input, output, arena) != 0)
    return 1;

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
  return 0;
}
