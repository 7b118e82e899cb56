/*===- planner_test.c - The planner from C
----------------------------------===*\
|*                                                                          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===----------------------------------------------------------------------===*/

#include "rtwmc-c/Planner.h"

#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static RtwmcLayer layer(int32_t kind, int32_t input, int32_t kernel,
                        int32_t stride, int32_t channels) {
  RtwmcLayer result;
  memset(&result, 0, sizeof result);
  result.kind = kind;
  result.inputs[0] = result.inputs[1] = input;
  result.kernel[0] = result.kernel[1] = kernel;
  result.stride[0] = result.stride[1] = stride;
  result.dilation[0] = result.dilation[1] = 1;
  result.channels = channels;
  return result;
}

static RtwmcOptions options(int64_t ram, int32_t mode) {
  RtwmcOptions result;
  memset(&result, 0, sizeof result);
  result.ram = ram;
  result.stack = rtwmcDefaultStack();
  result.batch = 30;
  result.alpha = 0.8;
  result.mode = mode;
  return result;
}

int main(void) {
  const RtwmcMapShape input = {32, 32, 3};
  RtwmcLayer sonic[5];
  RtwmcOptions opts;
  RtwmcCost cost, before;
  RtwmcMapCost maps[5];
  char message[200];
  sonic[0] = layer(RTWMC_CONVOLUTION, -1, 5, 1, 20);
  sonic[1] = layer(RTWMC_MAX_POOL, 0, 2, 2, 0);
  sonic[2] = layer(RTWMC_CONVOLUTION, 1, 5, 1, 80);
  sonic[3] = layer(RTWMC_MAX_POOL, 2, 2, 2, 0);
  sonic[4] = layer(RTWMC_DENSE, 3, 0, 0, 10);

  CHECK(rtwmcPlannerVersion() == RTWMC_PLANNER_VERSION);
  CHECK(rtwmcDefaultRecompute() == 25);

  /* Without a budget: what drops nothing. Pooling is fused, so that the first
   * convolution's own result is never stored. */
  opts = options(0, RTWMC_EXACT);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 0);
  CHECK(message[0] == '\0' && cost.fits == 1 && cost.loss == 0.0);
  CHECK(cost.parameters == 61610 && cost.macs == 5196000);
  CHECK(cost.arena > 0 && cost.ram == cost.arena + opts.stack);
  CHECK(cost.smallest_lossless == cost.ram && cost.smallest == 0);
  CHECK(maps[0].store == RTWMC_NOT_STORED && maps[0].bytes == 0);
  CHECK(maps[0].shape.height == 28 && maps[0].shape.channels == 20);
  CHECK(maps[1].store == RTWMC_RING && maps[1].bytes % (14 * 20) == 0);
  CHECK(maps[4].store == RTWMC_EXTERNAL && maps[4].shape.channels == 10);

  /* A byte less must drop; the smallest budget is the smallest. */
  opts.ram = cost.smallest_lossless - 1;
  opts.find_smallest = 1;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, NULL, 0) == 0);
  CHECK(cost.fits == 1 && cost.loss > 0.0);
  CHECK(cost.smallest > 0 && cost.smallest < opts.ram);
  CHECK(maps[1].drop + maps[3].drop > 0);
  opts.ram = cost.smallest;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, NULL, NULL, 0) == 0);
  CHECK(cost.fits == 1 && cost.ram <= opts.ram);
  --opts.ram;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 0);
  CHECK(cost.fits == 0 && strstr(message, "bytes") != NULL);
  CHECK(cost.planned == 0);
  CHECK(maps[1].store == RTWMC_NOT_STORED);

  /* Strips come before drops. */
  opts = options(1900, RTWMC_EXACT);
  opts.max_recompute = 10;
  opts.find_smallest = 1;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, NULL, 0) == 0);
  CHECK(cost.fits == 1 && cost.loss == 0.0);
  CHECK(cost.recomputed_macs > 0 && cost.recomputed_macs < 519600);
  CHECK(cost.macs == 5196000 && cost.smallest_lossless > 1900);
  CHECK(cost.smallest_recomputing > 0 && cost.smallest_recomputing <= 1900);

  /* Spec section 2. */
  opts = options(8192, RTWMC_PAPER);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, NULL, 0) == 0);
  CHECK(maps[0].drop == 11125 && maps[2].drop == 4790);
  CHECK(cost.planned == 1 && cost.fits == 0);
  opts.batch = 9000;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 0);
  CHECK(cost.planned == 0 && strstr(message, "tiny buffer") != NULL);

  /* An input in the arena is counted. */
  opts = options(0, RTWMC_EXACT);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &before, NULL, NULL, 0) == 0);
  opts.input = RTWMC_INPUT_ARENA;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, NULL, NULL, 0) == 0);
  CHECK(cost.arena > before.arena);

  /* Names are those of the value, and there are no others. */
  CHECK(strcmp(rtwmcModeName(RTWMC_PAPER), "paper") == 0);
  CHECK(strcmp(rtwmcOrderName(RTWMC_NCHW), "nchw") == 0);
  CHECK(strcmp(rtwmcInputName(RTWMC_INPUT_ARENA), "arena") == 0);
  CHECK(strcmp(rtwmcInputName(RTWMC_INPUT_ROWS), "rows") == 0);
  CHECK(strcmp(rtwmcStoreName(RTWMC_IN_PLACE), "in-place") == 0);
  CHECK(strcmp(rtwmcStoreName(RTWMC_PACKED_RING), "packed-ring") == 0);
  CHECK(rtwmcStoreName(RTWMC_PACKED_RING + 1) == NULL);
  CHECK(rtwmcModeName(-1) == NULL);

  /* What makes no sense is refused, and nothing is written but the message. */
  before = cost;
  opts = options(0, RTWMC_PAPER);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "budget") != NULL);
  opts = options(8192, 7);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "mode 7") != NULL);
  opts = options(8192, RTWMC_EXACT);
  opts.order = 2;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "order 2") != NULL);
  opts.order = RTWMC_NHWC;
  opts.input = -1;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "input -1") != NULL);
  opts.input = RTWMC_INPUT_EXTERNAL;
  CHECK(rtwmcPlan(&input, sonic, 0, &opts, &cost, maps, message,
                  sizeof message) == 1);
  sonic[2].kernel[1] = 15;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "layer 3") != NULL && strstr(message, "5x15") != NULL);
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message, 8) == 1);
  CHECK(strcmp(message, "layer 3") == 0);
  sonic[2].kind = 99;
  CHECK(rtwmcPlan(&input, sonic, 5, &opts, &cost, maps, message,
                  sizeof message) == 1);
  CHECK(strstr(message, "kind 99") != NULL);
  CHECK(memcmp(&before, &cost, sizeof cost) == 0);

  if (failures == 0)
    puts("passed");
  return failures != 0;
}
