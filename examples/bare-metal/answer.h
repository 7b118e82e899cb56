/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdint.h>

/* Prints what is on the picture for which the network gave `output`, and by how
   much more than anything else. */
void printAnswer(const int8_t *output);

#endif
