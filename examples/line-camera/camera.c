/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The timer SysTick stands in for the camera, and its interrupt for that of a
   line that has arrived. Of the picture RAM holds two lines: one that is being
   received and one that is being read. */
#include "camera.h"

#define SYST_CSR (*(volatile uint32_t *)0xe000e010)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018)
enum { ENABLE = 1, TICKINT = 2, CLKSOURCE = 4 };

/* Two milliseconds at 25 MHz. */
enum { CYCLES_PER_LINE = 50000 };

extern const uint8_t picture[LINES * LINE_BYTES];

static uint8_t lines[2][LINE_BYTES];
static volatile uint32_t received, released;
static volatile int isLost;

void startCamera(void) {
  received = released = 0;
  isLost = 0;
  SYST_RVR = CYCLES_PER_LINE - 1;
  SYST_CVR = 0;
  SYST_CSR = ENABLE | TICKINT | CLKSOURCE;
}

/* The interrupt handler. */
void tick(void);
void tick(void) {
  if (received - released == 2) {
    isLost = 1;
    SYST_CSR = 0;
    return;
  }
  for (uint32_t i = 0; i != LINE_BYTES; ++i)
    lines[received % 2][i] = picture[received * LINE_BYTES + i];
  if (++received == LINES)
    SYST_CSR = 0;
}

const uint8_t *waitForLine(void) {
  for (;;) {
    /* An interrupt between the test and the sleep ends the sleep. */
    __asm__ volatile("cpsid i" ::: "memory");
    int isThere = received != released || isLost;
    if (!isThere)
      __asm__ volatile("wfi" ::: "memory");
    __asm__ volatile("cpsie i\n\tisb" ::: "memory");
    if (isThere)
      return isLost ? 0 : lines[released % 2];
  }
}

void releaseLine(void) { ++released; }
