/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A camera that sends the lines of a picture one after the other, each once. */
#ifndef CAMERA_H
#define CAMERA_H

#include <stdint.h>

enum { LINE_BYTES = 32 * 3, LINES = 32 };

/* Lets the camera send a picture. */
void startCamera(void);

/* Waits for the next line; null if one was lost, because nobody took the one
   before it in time. */
const uint8_t *waitForLine(void);

/* Gives the memory of that line back. */
void releaseLine(void);

#endif
