/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Says what is on a picture. */
#include "answer.h"
#include "lenet.h"

extern const uint8_t picture[LENET_INPUT_BYTES];

static _Alignas(LENET_ARENA_ALIGN) unsigned char arena[LENET_ARENA_BYTES];
static int8_t input[LENET_INPUT_BYTES];
static int8_t output[LENET_OUTPUT_BYTES];

int main(void) {
  for (int i = 0; i < LENET_INPUT_BYTES; ++i)
    input[i] = lenet_quantize((float)picture[i]);
  if (lenet_run(input, output, arena) != 0)
    return 1;
  printAnswer(output);
  return 0;
}
