/* Made by rtwmc-compile for cortex-m4. Do not edit. */
#ifndef SPARSENET_A_H
#define SPARSENET_A_H

#include <stdint.h>

/* Bytes of the arena that a run needs. */
#define SPARSENET_A_ARENA_BYTES 2200
/* Alignment of the arena's address. */
#define SPARSENET_A_ARENA_ALIGN 4
/* Deepest stack of a run, the caller's frame apart. */
#define SPARSENET_A_STACK_BYTES 200
/* What a run takes: arena and stack. */
#define SPARSENET_A_RAM_BYTES 2400
/* Bytes of the input, int8. */
#define SPARSENET_A_INPUT_BYTES 3072
/* Its shape, to initialize an array. */
#define SPARSENET_A_INPUT_SHAPE {1, 32, 32, 3}
/* Bytes of the output, int8. */
#define SPARSENET_A_OUTPUT_BYTES 10
/* Its shape, to initialize an array. */
#define SPARSENET_A_OUTPUT_SHAPE {1, 10}

#ifdef __cplusplus
extern "C" {
#endif

/* Runs the network once. The arena holds nothing between runs; runs with
   different arenas may overlap. Returns 0, or 1 if the arena is not aligned. */
int sparsenet_a_run(const int8_t *input, int8_t *output, void *arena);

#ifdef __cplusplus
}
#endif

#endif /* SPARSENET_A_H */
