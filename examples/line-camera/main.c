/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Says what a camera sees, whose picture RAM has no room for. */
#include "answer.h"
#include "board.h"
#include "camera.h"
#include "lenet.h"

_Static_assert(LENET_INPUT_ROWS == LINES && LENET_INPUT_ROW_BYTES == LINE_BYTES,
               "the network takes other pictures than the camera gives");

enum { LINE_LOST = 2 };

static _Alignas(LENET_ARENA_ALIGN) unsigned char arena[LENET_ARENA_BYTES];
static int8_t output[LENET_OUTPUT_BYTES];

/* Called by lenet_run: lines come in order, and so it asks for them. */
static int readRow(void *context, int32_t row, void *destination) {
  (void)context;
  (void)row;
  const uint8_t *line = waitForLine();
  if (!line)
    return LINE_LOST;
  for (int i = 0; i < LENET_INPUT_ROW_BYTES; ++i)
    ((int8_t *)destination)[i] = lenet_quantize((float)line[i]);
  releaseLine();
  return 0;
}

int main(void) {
  startCamera();
  int status = lenet_run(readRow, 0, output, arena);
  if (status == LINE_LOST)
    print("the network is slower than the camera\n");
  if (status)
    return 1;
  printAnswer(output);
  return 0;
}
