/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * QEMU TCG plugin: exact number of guest instructions executed between two
 * code addresses, in total and per function.
 *
 *   -plugin libqemu_insn_count.so,start=0xADDR,stop=0xADDR,out=FILE
 *           [,symbols=FILE][,profile=FILE]
 *
 * start    address of the first instruction counted
 * stop     address of the first instruction not counted any more
 * out      text file; one line for each passage from start to stop:
 *          TOTAL [NAME=COUNT ...], the functions only with symbols=
 * symbols  text file, one function a line, sorted by address:
 *          0xADDR SIZE NAME (bytes); what no function covers is `?`
 * profile  text file; for each passage a line for each block of instructions
 *          that was executed, and an empty line at its end:
 *          0xADDR INSTRUCTIONS COUNT TAKEN SPLIT
 *          COUNT   how often it was entered
 *          TAKEN   how often what followed was not the next instruction
 *          SPLIT   transfers that its loads and stores need beyond one each,
 *                  if memory transfers aligned halfwords and words
 *
 * Every translation block adds its length to a counter in line when it is
 * entered; only the two markers call back, and with a profile every block and
 * every access. A conditional instruction whose condition fails is counted: it
 * was fetched and took an issue slot.
 *
 * QEMU's plugin header is not packaged by distributions, so the few functions
 * used are declared here (plugin API version 1).
 */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info_t qemu_info_t;
enum { CB_NO_REGS = 0 };
enum { INLINE_ADD_U64 = 0 };
enum { MEM_RW = 3 };
typedef uint32_t qemu_plugin_meminfo_t;
typedef void (*tb_trans_cb_t)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*vcpu_udata_cb_t)(unsigned, void *);
typedef void (*vcpu_mem_cb_t)(unsigned, qemu_plugin_meminfo_t, uint64_t,
                              void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, tb_trans_cb_t);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int op,
                                              void *ptr, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
                                            vcpu_udata_cb_t, int flags,
                                            void *userdata);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *,
                                          vcpu_udata_cb_t, int flags,
                                          void *userdata);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, vcpu_mem_cb_t,
                                      int flags, int rw, void *userdata);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *,
                                                 size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

EXPORT int qemu_plugin_version = 1;

struct symbol {
  uint64_t address, size;
  char *name;
};

/* The part of a block from some instruction on that lies in one function. */
struct segment {
  size_t symbol;
  uint64_t count;
};

/* A marker inside a block: the block has already added all its instructions,
 * so those from the marker on are subtracted again. */
struct marker {
  size_t segments;
  struct segment segment[];
};

/* A translation block, for the profile. The same code may have several. */
struct block {
  uint64_t address, end, instructions;
  uint64_t count, taken, split; /* since the start of a passage */
  struct block *next;
};

static uint64_t start, stop;
static FILE *out, *profile;
static struct block *blocks; /* all of them */
static struct block *last;   /* the one entered last */
static struct symbol *symbols;
static size_t n_symbols; /* entry n_symbols of counts: no function */
static uint64_t *counts, *at_start;
static bool running;

static size_t symbol_of(uint64_t address) {
  size_t lo = 0, hi = n_symbols;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (symbols[mid].address <= address)
      lo = mid + 1;
    else
      hi = mid;
  }
  if (lo && address - symbols[lo - 1].address < symbols[lo - 1].size)
    return lo - 1;
  return n_symbols;
}

static uint64_t count_before(const struct marker *m, size_t symbol) {
  uint64_t count = counts[symbol];
  for (size_t i = 0; i < m->segments; ++i)
    if (m->segment[i].symbol == symbol)
      count -= m->segment[i].count;
  return count;
}

static void on_block(unsigned cpu, void *data) {
  struct block *block = data;
  (void)cpu;
  ++block->count;
  if (last && block->address != last->end)
    ++last->taken;
  last = block;
}

static void on_access(unsigned cpu, qemu_plugin_meminfo_t info,
                      uint64_t address, void *data) {
  struct block *block = data;
  (void)cpu;
  switch (qemu_plugin_mem_size_shift(info)) {
  case 0:
    return;
  case 1:
    block->split += address & 1;
    return;
  default: /* a byte, a halfword and a byte, or two halfwords */
    block->split += address & 1 ? 2 : address & 2 ? 1 : 0;
  }
}

/* The passage begins with the block that was entered last. */
static void start_profile(void) {
  for (struct block *b = blocks; b; b = b->next)
    b->count = b->taken = b->split = 0;
  ++last->count;
}

static void write_profile(void) {
  --last->count; /* that of the stop */
  for (struct block *b = blocks; b; b = b->next)
    if (b->count)
      fprintf(profile,
              "%#" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
              b->address, b->instructions, b->count, b->taken, b->split);
  fputc('\n', profile);
  fflush(profile);
}

static void on_start(unsigned cpu, void *data) {
  (void)cpu;
  if (profile)
    start_profile();
  for (size_t s = 0; s <= n_symbols; ++s)
    at_start[s] = count_before(data, s);
  running = true;
}

static void on_stop(unsigned cpu, void *data) {
  (void)cpu;
  if (!running)
    return;
  running = false;
  if (profile)
    write_profile();
  uint64_t total = 0;
  for (size_t s = 0; s <= n_symbols; ++s) {
    at_start[s] = count_before(data, s) - at_start[s];
    total += at_start[s];
  }
  fprintf(out, "%" PRIu64, total);
  for (size_t s = 0; n_symbols && s <= n_symbols; ++s)
    if (at_start[s])
      fprintf(out, " %s=%" PRIu64, s < n_symbols ? symbols[s].name : "?",
              at_start[s]);
  fputc('\n', out);
  fflush(out); /* a guest that exits by semihosting may skip exit handlers */
}

static void add_to_profile(struct qemu_plugin_tb *tb, size_t n) {
  struct qemu_plugin_insn *final = qemu_plugin_tb_get_insn(tb, n - 1);
  struct block *block = calloc(1, sizeof *block);
  if (!block)
    abort();
  block->address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
  block->end = qemu_plugin_insn_vaddr(final) + qemu_plugin_insn_size(final);
  block->instructions = n;
  block->next = blocks;
  blocks = block;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, CB_NO_REGS, block);
  for (size_t i = 0; i < n; ++i)
    qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), on_access,
                                     CB_NO_REGS, MEM_RW, block);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  size_t n = qemu_plugin_tb_n_insns(tb);
  if (profile)
    add_to_profile(tb, n);
  /* Backwards, so that `m` always holds what follows an instruction. */
  struct marker *m = calloc(1, sizeof *m + n * sizeof(struct segment));
  if (!m)
    abort();
  for (size_t i = n; i-- > 0;) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    size_t symbol = symbol_of(address);
    if (m->segments && m->segment[m->segments - 1].symbol == symbol)
      ++m->segment[m->segments - 1].count;
    else
      m->segment[m->segments++] = (struct segment){symbol, 1};
    if (address == start || address == stop) {
      size_t bytes = sizeof *m + m->segments * sizeof(struct segment);
      struct marker *copy = malloc(bytes); /* lives as long as the block */
      if (!copy)
        abort();
      memcpy(copy, m, bytes);
      qemu_plugin_register_vcpu_insn_exec_cb(
          insn, address == start ? on_start : on_stop, CB_NO_REGS, copy);
    }
  }
  for (size_t i = 0; i < m->segments; ++i)
    qemu_plugin_register_vcpu_tb_exec_inline(
        tb, INLINE_ADD_U64, &counts[m->segment[i].symbol], m->segment[i].count);
  free(m);
}

static bool read_symbols(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file)
    return false;
  char line[4096], name[4096];
  uint64_t address, size;
  size_t capacity = 0;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%" SCNx64 " %" SCNu64 " %4095s", &address, &size, name) !=
        3)
      continue;
    if (n_symbols == capacity) {
      capacity = capacity ? 2 * capacity : 64;
      symbols = realloc(symbols, capacity * sizeof *symbols);
      if (!symbols)
        abort();
    }
    symbols[n_symbols++] = (struct symbol){address, size, strdup(name)};
  }
  fclose(file);
  return true;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
                               int argc, char **argv) {
  (void)info;
  bool have_start = false, have_stop = false;
  for (int i = 0; i < argc; ++i) {
    char *value = strchr(argv[i], '=');
    if (!value)
      continue;
    *value++ = 0;
    if (!strcmp(argv[i], "start")) {
      start = strtoull(value, NULL, 0);
      have_start = true;
    } else if (!strcmp(argv[i], "stop")) {
      stop = strtoull(value, NULL, 0);
      have_stop = true;
    } else if (!strcmp(argv[i], "out")) {
      out = fopen(value, "w");
    } else if (!strcmp(argv[i], "profile")) {
      profile = fopen(value, "w");
      if (!profile) {
        fprintf(stderr, "qemu_insn_count: cannot write '%s'\n", value);
        return -1;
      }
    } else if (!strcmp(argv[i], "symbols")) {
      if (!read_symbols(value)) {
        fprintf(stderr, "qemu_insn_count: cannot read '%s'\n", value);
        return -1;
      }
    }
  }
  if (!have_start || !have_stop || !out) {
    fprintf(stderr, "qemu_insn_count: needs start=, stop= and a writable "
                    "out=\n");
    return -1;
  }
  counts = calloc(n_symbols + 1, sizeof *counts);
  at_start = calloc(n_symbols + 1, sizeof *at_start);
  if (!counts || !at_start)
    return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  return 0;
}
