/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Complete firmware around one network: run it on one input, print the line of
 * the largest output (the first among equals) through semihosting, exit.
 *
 * Uses no stack, so that all of it is the network's, no RAM but the output, and
 * instructions every Cortex-M has. Everything lives in registers.
 *
 * Macros set by rtwmc/firmware/image.py: RTWMC_RUN, RTWMC_{ARENA,INPUT,OUTPUT}_BYTES,
 * RTWMC_{ARENA,INPUT,OUTPUT}_ALIGN, RTWMC_OUTPUT_LOAD and RTWMC_OUTPUT_ELEMENT
 * (what loads an output, and its bytes), RTWMC_INPUT_FILE (input in flash),
 * RTWMC_LINES_FILE (a line for each class, each ended by a NUL byte),
 * RTWMC_HAS_FPU, RTWMC_VTOR.
 */
        .syntax unified
        .thumb

        .section .vectors, "a", %progbits
        .type   vectors, %object
vectors:
        .word   rtwmc_stack_top
        .word   rtwmc_reset
        .word   rtwmc_fault             /* NMI */
        .word   rtwmc_fault             /* HardFault, and all that escalates to it */
        .size   vectors, . - vectors

        .section .text.rtwmc_reset, "ax", %progbits
        .global rtwmc_reset, rtwmc_done, rtwmc_failed, rtwmc_fault
        .type   rtwmc_reset, %function
        .thumb_func
rtwmc_reset:
#if RTWMC_HAS_FPU
        ldr     r0, =0xe000ed88         /* CPACR: CP10 and CP11, FPU and MVE */
        ldr     r1, [r0]
        movs    r2, #15
        lsls    r2, r2, #20
        orrs    r1, r2
        str     r1, [r0]
        dsb
        isb
#endif
#ifdef RTWMC_VTOR
        ldr     r0, =0xe000ed08
        ldr     r1, =RTWMC_VTOR
        str     r1, [r0]
#endif
        ldr     r0, =rtwmc_input
        ldr     r1, =rtwmc_output
        ldr     r2, =rtwmc_arena
        bl      RTWMC_RUN
        cmp     r0, #0
        bne     rtwmc_failed

        /* r4 = index of the largest output, r3 = its value */
        ldr     r0, =rtwmc_output
        ldr     r1, =RTWMC_OUTPUT_BYTES
        movs    r2, #0
        movs    r4, #0
        RTWMC_OUTPUT_LOAD r3, [r0, r2]
1:      RTWMC_OUTPUT_LOAD r5, [r0, r2]
        cmp     r5, r3
        ble     2f
        mov     r3, r5
        mov     r4, r2
2:      adds    r2, #RTWMC_OUTPUT_ELEMENT
        cmp     r2, r1
        bne     1b

        /* r1 = line r4 */
        ldr     r1, =rtwmc_lines
3:      cmp     r4, #0
        beq     5f
4:      ldrb    r2, [r1]
        adds    r1, #1
        cmp     r2, #0
        bne     4b
        subs    r4, #RTWMC_OUTPUT_ELEMENT
        b       3b
5:      movs    r0, #0x04               /* SYS_WRITE0 */
        bkpt    0xab
        ldr     r1, =0x20026            /* ADP_Stopped_ApplicationExit: code 0 */
rtwmc_done:
        movs    r0, #0x18               /* SYS_EXIT */
        bkpt    0xab
        b       .

        .thumb_func
rtwmc_fault:
        nop                             /* a place of its own to stop at */
        .thumb_func
rtwmc_failed:
        movs    r1, #0                  /* any other reason: code 1 */
        b       rtwmc_done
        .pool
        .size   rtwmc_reset, . - rtwmc_reset

        .section .rodata.rtwmc_lines, "a", %progbits
rtwmc_lines:
        .incbin RTWMC_LINES_FILE

#ifdef RTWMC_INPUT_FILE
        .section .rodata.rtwmc_input, "a", %progbits
        .balign RTWMC_INPUT_ALIGN
        .global rtwmc_input
rtwmc_input:
        .incbin RTWMC_INPUT_FILE
#else
        .section .bss.rtwmc_input, "aw", %nobits
        .balign RTWMC_INPUT_ALIGN
        .global rtwmc_input
rtwmc_input:
        .space  RTWMC_INPUT_BYTES
#endif

        .section .bss.rtwmc_arena, "aw", %nobits
        .balign RTWMC_ARENA_ALIGN
        .global rtwmc_arena
rtwmc_arena:
        .space  RTWMC_ARENA_BYTES

        .section .bss.rtwmc_output, "aw", %nobits
        .balign RTWMC_OUTPUT_ALIGN
        .global rtwmc_output
rtwmc_output:
        .space  RTWMC_OUTPUT_BYTES
