/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Start-up code: vectors, FPU, memory, main. */
#include "board.h"

#include <stdint.h>

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t stack_top[];

int main(void);
void reset(void);
void fault(void);
/* Of the timer SysTick, for firmware that starts it. */
__attribute__((weak, alias("fault"))) void tick(void);

/* The first word is the stack pointer, the second where to begin. */
__attribute__((section(".vectors"), used)) static const uintptr_t vectors[] = {
    (uintptr_t)stack_top,
    (uintptr_t)reset,
    (uintptr_t)fault, /* NMI */
    (uintptr_t)fault, /* HardFault, and all that escalates to it */
    [15] = (uintptr_t)tick,
};

void reset(void) {
  /* CPACR: coprocessors 10 and 11, the FPU. */
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  for (uint32_t *to = data_start, *from = data_load; to != data_end;)
    *(volatile uint32_t *)to++ = *from++;
  for (uint32_t *to = bss_start; to != bss_end;)
    *(volatile uint32_t *)to++ = 0;
  leave(main());
}

void fault(void) { leave(1); }
