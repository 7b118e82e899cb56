/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Measuring harness: runs PREFIX_run on every record of the semihosting file
 * `input`, writes the outputs to `output` and one `struct record` a run to
 * `result` (read by rtwmc/qemu.py).
 *
 * The memory that belongs to PREFIX_run is laid out in `block` as
 *
 *   guard | stack, RTWMC_STACK_BYTES | guard | arena, RTWMC_ARENA_BYTES | guard
 *
 * and painted before each run, the arena too, with bytes that differ from run
 * to run: nothing may rely on what it finds there. Pointers are aligned to
 * what the header promises and not to the double of it.
 *
 * With RTWMC_INPUT_ROWS above 0, PREFIX_run asks for that many rows of its
 * input; each must be asked for once and in order.
 *
 * Macros set by rtwmc/qemu.py: RTWMC_RUN, RTWMC_INPUT_ROWS,
 * RTWMC_{ARENA,STACK,INPUT,OUTPUT}_BYTES, RTWMC_{ARENA,INPUT,OUTPUT}_ALIGN,
 * RTWMC_GUARD (bytes), RTWMC_HAS_FPU and, where the vectors are not at address
 * 0, RTWMC_VTOR.
 */
#include <stdint.h>

#if RTWMC_INPUT_ROWS
int RTWMC_RUN(int (*read_row)(void *context, int32_t row, void *destination),
              void *context, int8_t *output, void *arena);
#else
int RTWMC_RUN(const int8_t *input, int8_t *output, void *arena);
#endif

enum {
  SYS_OPEN = 0x01,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_EXIT_EXTENDED = 0x20,
  STOPPED_APPLICATION_EXIT = 0x20026,
  OPEN_READ_BINARY = 1,
  OPEN_WRITE_BINARY = 5,
  SMALL_GUARD = 64,
};

/* Zones nothing may write to, in the order of rtwmc/qemu.py's ZONES. */
enum {
  BELOW_STACK,
  ABOVE_STACK,
  ABOVE_ARENA,
  BEFORE_INPUT,
  INPUT,
  AFTER_INPUT,
  BEFORE_OUTPUT,
  AFTER_OUTPUT,
  ZONES
};

struct zone {
  uint32_t changed; /* bytes */
  uint32_t first;   /* offset of the first changed byte from the zone's start */
  uint32_t last;    /* of the last one from the zone's end, 1 = adjoining */
};

struct record {
  uint32_t kind; /* 0: a run; 1: a fault */
  int32_t status;
  uint32_t stack_used; /* bytes; 0 at a fault */
  union {
    struct zone zones[ZONES];
    struct {
      uint32_t number, pc, lr, sp, cfsr, address;
    } fault;
  };
};

/* The least offset >= `at` that is `align` modulo 2 * `align`. */
#define BARELY(at, align)                                                      \
  (((at) + (align) - 1) / (2 * (align)) * (2 * (align)) + (align))
#define LARGEST(a, b) ((a) > (b) ? (a) : (b))

#define STACK_LOW RTWMC_GUARD
#define STACK_TOP (STACK_LOW + RTWMC_STACK_BYTES)
#define ARENA_LOW BARELY(STACK_TOP + RTWMC_GUARD, RTWMC_ARENA_ALIGN)
#define ARENA_TOP (ARENA_LOW + RTWMC_ARENA_BYTES)
#define BLOCK_BYTES (ARENA_TOP + RTWMC_GUARD)

#define INPUT_LOW BARELY(SMALL_GUARD, RTWMC_INPUT_ALIGN)
#define INPUT_TOP (INPUT_LOW + RTWMC_INPUT_BYTES)
#define OUTPUT_LOW BARELY(SMALL_GUARD, RTWMC_OUTPUT_ALIGN)
#define OUTPUT_TOP (OUTPUT_LOW + RTWMC_OUTPUT_BYTES)

_Static_assert(RTWMC_STACK_BYTES % 8 == 0, "the stack is a multiple of 8");
_Static_assert(RTWMC_GUARD % 8 == 0, "the guard keeps the stack aligned");

#define BUFFER(name, bytes, align)                                             \
  static uint8_t name[bytes] __attribute__((aligned(LARGEST(8, 2 * (align))),  \
                                            section(".bss." #name)))
BUFFER(block, BLOCK_BYTES, RTWMC_ARENA_ALIGN);
BUFFER(input, INPUT_TOP + SMALL_GUARD, RTWMC_INPUT_ALIGN);
BUFFER(output, OUTPUT_TOP + SMALL_GUARD, RTWMC_OUTPUT_ALIGN);
BUFFER(input_copy, RTWMC_INPUT_BYTES, 1);

static int result_file;
static uint32_t number; /* of the run */
static struct record record;

static int semihost(int operation, const void *argument) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static int open_file(const char *name, uint32_t length, uint32_t mode) {
  uint32_t arguments[] = {(uint32_t)name, mode, length};
  return semihost(SYS_OPEN, arguments);
}

/* Returns the number of bytes not read or written. */
static int transfer(int operation, int file, void *data, uint32_t bytes) {
  uint32_t arguments[] = {(uint32_t)file, (uint32_t)data, bytes};
  return semihost(operation, arguments);
}

static void __attribute__((noreturn)) finish(uint32_t code) {
  uint32_t arguments[] = {STOPPED_APPLICATION_EXIT, code};
  semihost(SYS_EXIT_EXTENDED, arguments);
  for (;;)
    ;
}

static uint8_t paint_at(const uint8_t *p) {
  return (uint8_t)((uint32_t)p * 167 + number * 89 + 0x5a);
}

static void paint(uint8_t *from, uint8_t *to) {
  for (; from != to; ++from)
    *from = paint_at(from);
}

static void check(unsigned which, const uint8_t *from, const uint8_t *to) {
  struct zone *zone = &record.zones[which];
  zone->changed = 0;
  for (const uint8_t *p = from; p != to; ++p) {
    if (*p == paint_at(p))
      continue;
    if (!zone->changed++)
      zone->first = p - from;
    zone->last = to - p;
  }
}

static void check_input(void) {
  struct zone *zone = &record.zones[INPUT];
  zone->changed = 0;
  for (uint32_t i = 0; i != RTWMC_INPUT_BYTES; ++i) {
    if (input[INPUT_LOW + i] == input_copy[i])
      continue;
    if (!zone->changed++)
      zone->first = i;
    zone->last = RTWMC_INPUT_BYTES - i;
  }
}

#if RTWMC_INPUT_ROWS
enum {
  ROW_BYTES = RTWMC_INPUT_BYTES / RTWMC_INPUT_ROWS,
  OUT_OF_ORDER = 1000, /* plus the row: what the run returns then */
};
static int32_t next_row;

int rtwmc_read_row(void *context, int32_t row, void *destination);
int rtwmc_read_row(void *context, int32_t row, void *destination) {
  if (row != next_row || row >= RTWMC_INPUT_ROWS)
    return OUT_OF_ORDER + row;
  ++next_row;
  const uint8_t *from = (const uint8_t *)context + row * ROW_BYTES;
  uint8_t *to = destination;
  for (uint32_t i = 0; i != ROW_BYTES; ++i)
    to[i] = from[i];
  return 0;
}
#endif

#define STRING_(x) #x
#define STRING(x) STRING_(x)

/*
 * Calls RTWMC_RUN with the process stack at `top`: what the call itself needs
 * stays on the main stack, and a fault's handler does not run on a stack that
 * has overflowed. rtwmc_return is where the instruction count stops.
 */
int rtwmc_call(const void *in, void *out, void *arena, void *top);
__asm__(".syntax unified\n"
        ".text\n"
        ".global rtwmc_call, rtwmc_return\n"
        ".type rtwmc_call, %function\n"
        ".thumb_func\n"
        "rtwmc_call:\n"
        "  push {r4, lr}\n"
        "  msr psp, r3\n"
        "  movs r3, #2\n"
        "  mrs r4, control\n"
        "  orrs r3, r4\n"
        "  msr control, r3\n"
        "  isb\n"
#if RTWMC_INPUT_ROWS
        "  mov r3, r2\n"
        "  mov r2, r1\n"
        "  mov r1, r0\n"
        "  ldr r0, =rtwmc_read_row\n"
#endif
        "  bl " STRING(RTWMC_RUN) "\n"
                                  "rtwmc_return:\n"
                                  "  mrs r3, control\n"
                                  "  movs r1, #2\n"
                                  "  bics r3, r1\n"
                                  "  msr control, r3\n"
                                  "  isb\n"
                                  "  pop {r4, pc}\n"
                                  ".ltorg\n"
                                  ".size rtwmc_call, . - rtwmc_call\n");

static void run_once(void) {
  uint8_t *arena = block + ARENA_LOW;
  for (uint32_t i = 0; i != RTWMC_INPUT_BYTES; ++i)
    input_copy[i] = input[INPUT_LOW + i];
  paint(input, input + INPUT_LOW);
  paint(input + INPUT_TOP, input + sizeof input);
  paint(output, output + sizeof output);
  paint(block, block + sizeof block);
#if RTWMC_INPUT_ROWS
  next_row = 0;
#endif

  record.kind = 0;
  record.status = rtwmc_call(input + INPUT_LOW, output + OUTPUT_LOW, arena,
                             block + STACK_TOP);

#if RTWMC_INPUT_ROWS
  if (!record.status && next_row != RTWMC_INPUT_ROWS)
    record.status = OUT_OF_ORDER + next_row;
#endif

  const uint8_t *deepest = block + STACK_LOW;
  while (deepest != block + STACK_TOP && *deepest == paint_at(deepest))
    ++deepest;
  record.stack_used = block + STACK_TOP - deepest;
  check(BELOW_STACK, block, block + STACK_LOW);
  check(ABOVE_STACK, block + STACK_TOP, block + ARENA_LOW);
  check(ABOVE_ARENA, block + ARENA_TOP, block + sizeof block);
  check(BEFORE_INPUT, input, input + INPUT_LOW);
  check_input();
  check(AFTER_INPUT, input + INPUT_TOP, input + sizeof input);
  check(BEFORE_OUTPUT, output, output + OUTPUT_LOW);
  check(AFTER_OUTPUT, output + OUTPUT_TOP, output + sizeof output);
}

void __attribute__((noreturn)) rtwmc_reset(void) {
#if RTWMC_HAS_FPU
  volatile uint32_t *cpacr = (volatile uint32_t *)0xe000ed88;
  *cpacr |= 0xfu << 20; /* CP10 and CP11: FPU and MVE */
  __asm__ volatile("dsb\nisb" ::: "memory");
#endif
#ifdef RTWMC_VTOR
  *(volatile uint32_t *)0xe000ed08 = RTWMC_VTOR;
#endif
  int input_file = open_file("input", 5, OPEN_READ_BINARY);
  int output_file = open_file("output", 6, OPEN_WRITE_BINARY);
  result_file = open_file("result", 6, OPEN_WRITE_BINARY);
  if (input_file < 0 || output_file < 0 || result_file < 0)
    finish(2);
  for (number = 0;
       !transfer(SYS_READ, input_file, input + INPUT_LOW, RTWMC_INPUT_BYTES);
       ++number) {
    run_once();
    if (transfer(SYS_WRITE, output_file, output + OUTPUT_LOW,
                 RTWMC_OUTPUT_BYTES) ||
        transfer(SYS_WRITE, result_file, &record, sizeof record))
      finish(2);
  }
  finish(0);
}

extern uint8_t rtwmc_ram_low[], rtwmc_ram_top[], rtwmc_stack_top[];

/* Runs on the main stack; `sp` points to the frame the core has pushed. */
static void __attribute__((used, noreturn)) fault(uint8_t *sp) {
  uint32_t *frame = (uint32_t *)sp;
  record.kind = 1;
  record.status = -1;
  record.stack_used = 0;
  record.fault.number = number;
  record.fault.sp = (uint32_t)sp;
  record.fault.pc = record.fault.lr = 0;
  /* A second fault in here would lock the core up. */
  if (sp >= rtwmc_ram_low && sp + 32 <= rtwmc_ram_top) {
    record.fault.lr = frame[5];
    record.fault.pc = frame[6];
  }
  record.fault.cfsr = record.fault.address = 0;
#if __ARM_ARCH_ISA_THUMB == 2 /* not on ARMv6-M */
  record.fault.cfsr = *(volatile uint32_t *)0xe000ed28;
  if (record.fault.cfsr & 1u << 15) /* BFARVALID */
    record.fault.address = *(volatile uint32_t *)0xe000ed38;
#endif
  transfer(SYS_WRITE, result_file, &record, sizeof record);
  finish(3);
}

static void __attribute__((naked, used)) on_fault(void) {
  __asm__ volatile("mov r0, lr\n"
                   "movs r1, #4\n"
                   "tst r0, r1\n"
                   "beq 1f\n"
                   "mrs r0, psp\n"
                   "b 2f\n"
                   "1: mrs r0, msp\n"
                   "2: bl %c0\n"
                   :
                   : "i"(fault));
}

__attribute__((section(".vectors"), used)) static const void *vectors[16] = {
    rtwmc_stack_top, rtwmc_reset, on_fault, on_fault, on_fault, on_fault,
    on_fault,        on_fault,    on_fault, on_fault, on_fault, on_fault,
    on_fault,        on_fault,    on_fault, on_fault,
};
