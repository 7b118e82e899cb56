/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a camera would give: the file PICTURE. */
        .section .rodata.picture, "a", %progbits
        .global picture
picture:
        .incbin PICTURE
