/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * QEMU TCG plugin: exact number of guest instructions executed between two
 * code addresses, in total and per function.
 *
 *   -plugin libqemu_insn_count.so,start=0xADDR,stop=0xADDR,out=FILE
 *           [,symbols=FILE]
 *
 * start    address of the first instruction counted
 * stop     address of the first instruction not counted any more
 * out      text file; one line for each passage from start to stop:
 *          TOTAL [NAME=COUNT ...], the functions only with symbols=
 * symbols  text file, one function a line, sorted by address:
 *          0xADDR SIZE NAME (bytes); what no function covers is `?`
 *
 * Every translation block adds its length to a counter in line when it is
 * entered; only the two markers call back. A conditional instruction whose
 * condition fails is counted: it was fetched and took an issue slot.
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
typedef void (*tb_trans_cb_t)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*vcpu_udata_cb_t)(unsigned, void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, tb_trans_cb_t);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int op,
                                              void *ptr, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
                                            vcpu_udata_cb_t, int flags,
                                            void *userdata);
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

static uint64_t start, stop;
static FILE *out;
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

static void on_start(unsigned cpu, void *data) {
  (void)cpu;
  for (size_t s = 0; s <= n_symbols; ++s)
    at_start[s] = count_before(data, s);
  running = true;
}

static void on_stop(unsigned cpu, void *data) {
  (void)cpu;
  if (!running)
    return;
  running = false;
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

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  size_t n = qemu_plugin_tb_n_insns(tb);
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
