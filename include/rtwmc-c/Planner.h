/*===- rtwmc-c/Planner.h - The planner as a cost function -------*- C -*-===*\
|*                                                                          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                  *|
|*                                                                          *|
\*===----------------------------------------------------------------------===*/
/*
 * Layer shapes in; RAM, elements to drop for each map and feasibility out. In
 * librtwmc-planner.so, which needs neither LLVM nor the compiler. Calls keep no
 * state, allocate nothing that outlives them, and may run in several threads at
 * once. docs/cost-function.md has an example.
 */

#ifndef RTWMC_C_PLANNER_H
#define RTWMC_C_PLANNER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define RTWMC_EXPORT __attribute__((visibility("default")))
#else
#define RTWMC_EXPORT
#endif

/* Of the structures below; changes whenever one of them does. */
#define RTWMC_PLANNER_VERSION 4

/* RTWMC_PLANNER_VERSION of the library. */
RTWMC_EXPORT int32_t rtwmcPlannerVersion(void);

typedef enum RtwmcLayerKind {
  RTWMC_CONVOLUTION = 0,
  RTWMC_DEPTHWISE = 1,
  RTWMC_MAX_POOL = 2,
  /* Of windows, without padding. */
  RTWMC_AVERAGE_POOL = 3,
  /* Of all pixels. */
  RTWMC_GLOBAL_AVERAGE = 4,
  /* Of all elements of its input. */
  RTWMC_DENSE = 5,
  /* Of two maps of one shape. */
  RTWMC_ADD = 6
} RtwmcLayerKind;

/* A map of one picture, NHWC, in elements of one byte. */
typedef struct RtwmcMapShape {
  int64_t height, width, channels;
} RtwmcMapShape;

/* An int8 layer with its requantization and activation. */
typedef struct RtwmcLayer {
  /* An RtwmcLayerKind. */
  int32_t kind;
  /* Whose outputs it reads: a position in the network's layers, before its
   * own, or -1 for the network's input. The second for RTWMC_ADD only. */
  int32_t inputs[2];
  /* Rows above and below, columns left and right. */
  int32_t pad[4];
  /* Height and width each; for convolutions and windowed pooling. */
  int32_t kernel[2], stride[2], dilation[2];
  /* Filters of a convolution, multiplier of a depthwise one, units of a dense
   * layer; otherwise not looked at. */
  int32_t channels;
} RtwmcLayer;

typedef enum RtwmcMode {
  /* The compiler's planner: streaming, fused pooling, the least loss. */
  RTWMC_EXACT = 0,
  /* Algorithm 1 of the paper, and its setting. */
  RTWMC_PAPER = 1
} RtwmcMode;

/* In which order a pruned map is produced, batched and packed. */
typedef enum RtwmcOrder {
  /* Row by row. */
  RTWMC_NHWC = 0,
  /* Channel by channel. */
  RTWMC_NCHW = 1
} RtwmcOrder;

/* Where the network's input is, and so whether it is counted. */
typedef enum RtwmcInput {
  RTWMC_INPUT_EXTERNAL = 0,
  RTWMC_INPUT_ARENA = 1,
  /* The caller is asked for a row at a time; those that are kept count. */
  RTWMC_INPUT_ROWS = 2
} RtwmcInput;

typedef struct RtwmcOptions {
  /* Budget of arena and stack, bytes; 0: none, what drops nothing is looked
   * for (RTWMC_EXACT only). */
  int64_t ram;
  /* What of it is left to the stack, bytes: rtwmcDefaultStack() or better. */
  int64_t stack;
  /* Elements of the tiny buffer, S_b. */
  int64_t batch;
  /* A packed map with its overhead takes at most this share of the arena's
   * budget (RTWMC_EXACT) or of `ram` (RTWMC_PAPER): above 0, at most 1. */
  double alpha;
  /* Percent of the multiply-accumulates that may be computed again, in strips,
   * before anything is dropped (RTWMC_EXACT): rtwmcDefaultRecompute() as the
   * compiler does, 0 for nothing. */
  int64_t max_recompute;
  /* An RtwmcMode. */
  int32_t mode;
  /* An RtwmcOrder. */
  int32_t order;
  /* An RtwmcInput. */
  int32_t input;
  /* 1: also look for the smallest budget; takes much longer. */
  int32_t find_smallest;
} RtwmcOptions;

typedef enum RtwmcStore {
  /* Never stored: the layer behind it was moved into it, or there is no plan.
   */
  RTWMC_NOT_STORED = 0,
  /* The last rows. */
  RTWMC_RING = 1,
  RTWMC_DENSE_MAP = 2,
  /* Pruned at run time: kept values, bitmap, tiny buffer. */
  RTWMC_PACKED = 3,
  /* In the caller's memory. */
  RTWMC_EXTERNAL = 4,
  /* Overwrites another map. */
  RTWMC_IN_PLACE = 5,
  /* The last rows, each pruned on its own: kept values and bitmaps. */
  RTWMC_PACKED_RING = 6
} RtwmcStore;

/* What becomes of a layer's result. */
typedef struct RtwmcMapCost {
  RtwmcMapShape shape;
  /* Elements dropped at least (D_p) of the map (RTWMC_PACKED), or of each row
   * (RTWMC_PACKED_RING); otherwise 0. */
  int64_t drop;
  /* Bytes in the arena; 0 where the bytes belong to another map. */
  int64_t bytes;
  /* An RtwmcStore. */
  int32_t store;
} RtwmcMapCost;

/* Bytes unless said otherwise. */
typedef struct RtwmcCost {
  /* Of the plan; where nothing fits, of the smallest plan. In mode RTWMC_PAPER
   * where Algorithm 1 has no answer: of the network as it is. */
  int64_t arena;
  /* The arena and the allowance for the stack. */
  int64_t ram;
  /* The smallest budget; 0: not known. */
  int64_t smallest;
  /* The smallest budget for which nothing is dropped, nor computed again. */
  int64_t smallest_lossless;
  /* The same with as much computed again as may be; 0: not known. */
  int64_t smallest_recomputing;
  /* Multiply-accumulates of an inference, without what is computed again. */
  int64_t macs;
  /* What the plan computes again. */
  int64_t recomputed_macs;
  /* Weights and biases, in numbers. */
  int64_t parameters;
  /* Flash for weights, biases and requantization. */
  int64_t constants;
  /* Elements dropped, of all that layers write: 0 to 1. */
  double loss;
  /* 1: `ram` is within the budget. */
  int32_t fits;
  /* 1: there is a plan, which the maps describe; 0: the message says why not. A
   * plan of mode RTWMC_PAPER need not fit. */
  int32_t planned;
} RtwmcCost;

/* How a value of the enum is written, on the command line of rtwmc-compile and
 * in its report; null if it has no such value. */
RTWMC_EXPORT const char *rtwmcModeName(int32_t mode);
RTWMC_EXPORT const char *rtwmcOrderName(int32_t order);
RTWMC_EXPORT const char *rtwmcInputName(int32_t input);
RTWMC_EXPORT const char *rtwmcStoreName(int32_t store);

/* Bytes of stack that leave room for every network we compiled. */
RTWMC_EXPORT int64_t rtwmcDefaultStack(void);

/* RtwmcOptions.max_recompute of whoever does not say another. */
RTWMC_EXPORT int64_t rtwmcDefaultRecompute(void);

/* The cost of a network of `layer_count` layers on an input of shape `input`,
 * into `*cost` and, unless `maps` is null, `maps[0 .. layer_count)`.
 *
 * Returns 0, also where nothing fits; then `message` says why. Returns 1 where
 * shapes or options make no sense; then `message` says which, and nothing else
 * is written. `message` is cut to `message_bytes` with its final zero, empty
 * where there is nothing to say, and may be null if `message_bytes` is 0. */
RTWMC_EXPORT int rtwmcPlan(const RtwmcMapShape *input, const RtwmcLayer *layers,
                           int32_t layer_count, const RtwmcOptions *options,
                           RtwmcCost *cost, RtwmcMapCost *maps, char *message,
                           size_t message_bytes);

#ifdef __cplusplus
}
#endif

#endif /* RTWMC_C_PLANNER_H */
