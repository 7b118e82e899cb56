; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;
; Helper functions of the Arm run-time ABI (AAPCS, RTABI32) and of libgcc's names.
; The optimizer does not see this file (Libcalls.cpp): what is written here is
; what is compiled. Nothing may use an operation that is a helper function itself.

; The low 64 bits of a product. Armv6-M multiplies 32 x 32 -> 32: the high half of
; the two low words' product comes from 16-bit pieces, whose sums cannot overflow.
; Called once for each requantized value: for speed, not for size.
define i64 @__aeabi_lmul(i64 %a, i64 %b) {
  %a0 = trunc i64 %a to i32
  %as = lshr i64 %a, 32
  %a1 = trunc i64 %as to i32
  %b0 = trunc i64 %b to i32
  %bs = lshr i64 %b, 32
  %b1 = trunc i64 %bs to i32
  %cross0 = mul i32 %a0, %b1
  %cross1 = mul i32 %a1, %b0
  %cross = add i32 %cross0, %cross1
  %al = and i32 %a0, 65535
  %ah = lshr i32 %a0, 16
  %bl = and i32 %b0, 65535
  %bh = lshr i32 %b0, 16
  %ll = mul i32 %al, %bl
  %lh = mul i32 %al, %bh
  %hl = mul i32 %ah, %bl
  %hh = mul i32 %ah, %bh
  %llh = lshr i32 %ll, 16
  %t = add i32 %lh, %llh
  %tl = and i32 %t, 65535
  %th = lshr i32 %t, 16
  %u = add i32 %hl, %tl
  %uh = lshr i32 %u, 16
  %h1 = add i32 %hh, %cross
  %h2 = add i32 %h1, %th
  %h3 = add i32 %h2, %uh
  %lo = mul i32 %a0, %b0
  %lo.w = zext i32 %lo to i64
  %hi.w = zext i32 %h3 to i64
  %hi.s = shl i64 %hi.w, 32
  %r = or i64 %hi.s, %lo.w
  ret i64 %r
}

define i64 @__aeabi_llsl(i64 %x, i32 %n) minsize optsize {
  %lo = trunc i64 %x to i32
  %top = lshr i64 %x, 32
  %hi = trunc i64 %top to i32
  %beyond = sub i32 %n, 32
  %far.off = icmp sge i32 %beyond, 0
  br i1 %far.off, label %long, label %short
long:
  %far = shl i32 %lo, %beyond
  br label %done
short:
  %cross1 = lshr i32 %lo, 1
  %rest = sub i32 31, %n
  %cross = lshr i32 %cross1, %rest
  %moved = shl i32 %hi, %n
  %hi.near = or i32 %moved, %cross
  %lo.near = shl i32 %lo, %n
  br label %done
done:
  %lo.r = phi i32 [ 0, %long ], [ %lo.near, %short ]
  %hi.r = phi i32 [ %far, %long ], [ %hi.near, %short ]
  %lo.w = zext i32 %lo.r to i64
  %hi.w = zext i32 %hi.r to i64
  %hi.s = shl i64 %hi.w, 32
  %r = or i64 %hi.s, %lo.w
  ret i64 %r
}

define i64 @__aeabi_llsr(i64 %x, i32 %n) minsize optsize {
  %lo = trunc i64 %x to i32
  %top = lshr i64 %x, 32
  %hi = trunc i64 %top to i32
  %beyond = sub i32 %n, 32
  %far.off = icmp sge i32 %beyond, 0
  br i1 %far.off, label %long, label %short
long:
  %far = lshr i32 %hi, %beyond
  br label %done
short:
  %cross1 = shl i32 %hi, 1
  %rest = sub i32 31, %n
  %cross = shl i32 %cross1, %rest
  %moved = lshr i32 %lo, %n
  %lo.near = or i32 %moved, %cross
  %hi.near = lshr i32 %hi, %n
  br label %done
done:
  %lo.r = phi i32 [ %far, %long ], [ %lo.near, %short ]
  %hi.r = phi i32 [ 0, %long ], [ %hi.near, %short ]
  %lo.w = zext i32 %lo.r to i64
  %hi.w = zext i32 %hi.r to i64
  %hi.s = shl i64 %hi.w, 32
  %r = or i64 %hi.s, %lo.w
  ret i64 %r
}

define i64 @__aeabi_lasr(i64 %x, i32 %n) minsize optsize {
  %lo = trunc i64 %x to i32
  %top = lshr i64 %x, 32
  %hi = trunc i64 %top to i32
  %beyond = sub i32 %n, 32
  %far.off = icmp sge i32 %beyond, 0
  br i1 %far.off, label %long, label %short
long:
  %far = ashr i32 %hi, %beyond
  %sign = ashr i32 %hi, 31
  br label %done
short:
  %cross1 = shl i32 %hi, 1
  %rest = sub i32 31, %n
  %cross = shl i32 %cross1, %rest
  %moved = lshr i32 %lo, %n
  %lo.near = or i32 %moved, %cross
  %hi.near = ashr i32 %hi, %n
  br label %done
done:
  %lo.r = phi i32 [ %far, %long ], [ %lo.near, %short ]
  %hi.r = phi i32 [ %sign, %long ], [ %hi.near, %short ]
  %lo.w = zext i32 %lo.r to i64
  %hi.w = zext i32 %hi.r to i64
  %hi.s = shl i64 %hi.w, 32
  %r = or i64 %hi.s, %lo.w
  ret i64 %r
}

; Two results are a pair in r0-r1 or r0-r3. Division by zero gives zeros.
; One bit at a time: %n gives its bits to the remainder and takes the quotient's.
define { i32, i32 } @__aeabi_uidivmod(i32 %a, i32 %d) minsize optsize {
entry:
  %zero = icmp eq i32 %d, 0
  br i1 %zero, label %byzero, label %loop
loop:
  %i = phi i32 [ 32, %entry ], [ %i.next, %next ]
  %n = phi i32 [ %a, %entry ], [ %n.next, %next ]
  %r = phi i32 [ 0, %entry ], [ %r.next, %next ]
  %top = lshr i32 %n, 31
  %high = icmp slt i32 %r, 0
  %r2 = shl i32 %r, 1
  %r1 = or i32 %r2, %top
  %n2 = shl i32 %n, 1
  %ge = icmp uge i32 %r1, %d
  %fits = or i1 %high, %ge
  br i1 %fits, label %take, label %next
take:
  %less = sub i32 %r1, %d
  %n1 = or i32 %n2, 1
  br label %next
next:
  %r.next = phi i32 [ %r1, %loop ], [ %less, %take ]
  %n.next = phi i32 [ %n2, %loop ], [ %n1, %take ]
  %i.next = sub i32 %i, 1
  %more = icmp ne i32 %i.next, 0
  br i1 %more, label %loop, label %done
done:
  %p = insertvalue { i32, i32 } poison, i32 %n.next, 0
  %q = insertvalue { i32, i32 } %p, i32 %r.next, 1
  ret { i32, i32 } %q
byzero:
  ret { i32, i32 } zeroinitializer
}

define { i32, i32 } @__aeabi_idivmod(i32 %a, i32 %d) minsize optsize {
  %sa = ashr i32 %a, 31
  %sd = ashr i32 %d, 31
  %xa = xor i32 %a, %sa
  %xd = xor i32 %d, %sd
  %ua = sub i32 %xa, %sa
  %ud = sub i32 %xd, %sd
  %qr = call { i32, i32 } @__aeabi_uidivmod(i32 %ua, i32 %ud)
  %uq = extractvalue { i32, i32 } %qr, 0
  %ur = extractvalue { i32, i32 } %qr, 1
  %sq = xor i32 %sa, %sd
  %xq = xor i32 %uq, %sq
  %xr = xor i32 %ur, %sa
  %q = sub i32 %xq, %sq
  %r = sub i32 %xr, %sa
  %one = insertvalue { i32, i32 } poison, i32 %q, 0
  %two = insertvalue { i32, i32 } %one, i32 %r, 1
  ret { i32, i32 } %two
}

define i32 @__aeabi_uidiv(i32 %a, i32 %d) minsize optsize {
  %qr = call { i32, i32 } @__aeabi_uidivmod(i32 %a, i32 %d)
  %q = extractvalue { i32, i32 } %qr, 0
  ret i32 %q
}

define i32 @__aeabi_idiv(i32 %a, i32 %d) minsize optsize {
  %qr = call { i32, i32 } @__aeabi_idivmod(i32 %a, i32 %d)
  %q = extractvalue { i32, i32 } %qr, 0
  ret i32 %q
}

define { i64, i64 } @__aeabi_uldivmod(i64 %a, i64 %d) minsize optsize {
entry:
  %zero = icmp eq i64 %d, 0
  br i1 %zero, label %byzero, label %loop
loop:
  %i = phi i32 [ 64, %entry ], [ %i.next, %next ]
  %n = phi i64 [ %a, %entry ], [ %n.next, %next ]
  %r = phi i64 [ 0, %entry ], [ %r.next, %next ]
  %top = lshr i64 %n, 63
  %high = icmp slt i64 %r, 0
  %r2 = shl i64 %r, 1
  %r1 = or i64 %r2, %top
  %n2 = shl i64 %n, 1
  %ge = icmp uge i64 %r1, %d
  %fits = or i1 %high, %ge
  br i1 %fits, label %take, label %next
take:
  %less = sub i64 %r1, %d
  %n1 = or i64 %n2, 1
  br label %next
next:
  %r.next = phi i64 [ %r1, %loop ], [ %less, %take ]
  %n.next = phi i64 [ %n2, %loop ], [ %n1, %take ]
  %i.next = sub i32 %i, 1
  %more = icmp ne i32 %i.next, 0
  br i1 %more, label %loop, label %done
done:
  %p = insertvalue { i64, i64 } poison, i64 %n.next, 0
  %q = insertvalue { i64, i64 } %p, i64 %r.next, 1
  ret { i64, i64 } %q
byzero:
  ret { i64, i64 } zeroinitializer
}

define { i64, i64 } @__aeabi_ldivmod(i64 %a, i64 %d) minsize optsize {
  %sa = ashr i64 %a, 63
  %sd = ashr i64 %d, 63
  %xa = xor i64 %a, %sa
  %xd = xor i64 %d, %sd
  %ua = sub i64 %xa, %sa
  %ud = sub i64 %xd, %sd
  %qr = call { i64, i64 } @__aeabi_uldivmod(i64 %ua, i64 %ud)
  %uq = extractvalue { i64, i64 } %qr, 0
  %ur = extractvalue { i64, i64 } %qr, 1
  %sq = xor i64 %sa, %sd
  %xq = xor i64 %uq, %sq
  %xr = xor i64 %ur, %sa
  %q = sub i64 %xq, %sq
  %r = sub i64 %xr, %sa
  %one = insertvalue { i64, i64 } poison, i64 %q, 0
  %two = insertvalue { i64, i64 } %one, i64 %r, 1
  ret { i64, i64 } %two
}

; Leading zeros by halves; 32 of 0.
define i32 @__clzsi2(i32 %x) minsize optsize {
entry:
  %t0 = lshr i32 %x, 16
  %z0 = icmp eq i32 %t0, 0
  br i1 %z0, label %next0, label %some0
some0:
  %m0 = sub i32 31, 16
  br label %next0
next0:
  %x0 = phi i32 [ %x, %entry ], [ %t0, %some0 ]
  %n0 = phi i32 [ 31, %entry ], [ %m0, %some0 ]
  %t1 = lshr i32 %x0, 8
  %z1 = icmp eq i32 %t1, 0
  br i1 %z1, label %next1, label %some1
some1:
  %m1 = sub i32 %n0, 8
  br label %next1
next1:
  %x1 = phi i32 [ %x0, %next0 ], [ %t1, %some1 ]
  %n1 = phi i32 [ %n0, %next0 ], [ %m1, %some1 ]
  %t2 = lshr i32 %x1, 4
  %z2 = icmp eq i32 %t2, 0
  br i1 %z2, label %next2, label %some2
some2:
  %m2 = sub i32 %n1, 4
  br label %next2
next2:
  %x2 = phi i32 [ %x1, %next1 ], [ %t2, %some2 ]
  %n2 = phi i32 [ %n1, %next1 ], [ %m2, %some2 ]
  %t3 = lshr i32 %x2, 2
  %z3 = icmp eq i32 %t3, 0
  br i1 %z3, label %next3, label %some3
some3:
  %m3 = sub i32 %n2, 2
  br label %next3
next3:
  %x3 = phi i32 [ %x2, %next2 ], [ %t3, %some3 ]
  %n3 = phi i32 [ %n2, %next2 ], [ %m3, %some3 ]
  %t4 = lshr i32 %x3, 1
  %z4 = icmp eq i32 %t4, 0
  br i1 %z4, label %next4, label %some4
some4:
  %m4 = sub i32 %n3, 1
  br label %next4
next4:
  %x4 = phi i32 [ %x3, %next3 ], [ %t4, %some4 ]
  %n4 = phi i32 [ %n3, %next3 ], [ %m4, %some4 ]
  %none = icmp eq i32 %x, 0
  %r = select i1 %none, i32 32, i32 %n4
  ret i32 %r
}

define i32 @__clzdi2(i64 %x) minsize optsize {
  %lo = trunc i64 %x to i32
  %top = lshr i64 %x, 32
  %hi = trunc i64 %top to i32
  %none = icmp eq i32 %hi, 0
  %word = select i1 %none, i32 %lo, i32 %hi
  %base = select i1 %none, i32 32, i32 0
  %n = call i32 @__clzsi2(i32 %word)
  %r = add i32 %n, %base
  ret i32 %r
}

define i32 @__ctzsi2(i32 %x) minsize optsize {
  %minus = sub i32 0, %x
  %bit = and i32 %x, %minus
  %n = call i32 @__clzsi2(i32 %bit)
  %r = sub i32 31, %n
  ret i32 %r
}

define i32 @__popcountsi2(i32 %x) minsize optsize {
entry:
  br label %loop
loop:
  %v = phi i32 [ %x, %entry ], [ %v.next, %bit ]
  %n = phi i32 [ 0, %entry ], [ %n.next, %bit ]
  %none = icmp eq i32 %v, 0
  br i1 %none, label %done, label %bit
bit:
  %less = sub i32 %v, 1
  %v.next = and i32 %v, %less
  %n.next = add i32 %n, 1
  br label %loop
done:
  ret i32 %n
}

define i32 @__popcountdi2(i64 %x) minsize optsize {
  %lo = trunc i64 %x to i32
  %top = lshr i64 %x, 32
  %hi = trunc i64 %top to i32
  %a = call i32 @__popcountsi2(i32 %lo)
  %b = call i32 @__popcountsi2(i32 %hi)
  %r = add i32 %a, %b
  ret i32 %r
}

; By words while both addresses allow it, then by bytes.
define void @__aeabi_memcpy(ptr %to, ptr %from, i32 %n) minsize optsize {
entry:
  %a = ptrtoint ptr %to to i32
  %b = ptrtoint ptr %from to i32
  %ab = or i32 %a, %b
  %low = and i32 %ab, 3
  %odd = icmp ne i32 %low, 0
  %whole = and i32 %n, -4
  %end = select i1 %odd, i32 0, i32 %whole
  br label %words
words:
  %i = phi i32 [ 0, %entry ], [ %i.next, %word ]
  %more = icmp ult i32 %i, %end
  br i1 %more, label %word, label %bytes
word:
  %p = getelementptr i8, ptr %from, i32 %i
  %q = getelementptr i8, ptr %to, i32 %i
  %v = load i32, ptr %p, align 4
  store i32 %v, ptr %q, align 4
  %i.next = add i32 %i, 4
  br label %words
bytes:
  %j = phi i32 [ %i, %words ], [ %j.next, %byte ]
  %rest = icmp ult i32 %j, %n
  br i1 %rest, label %byte, label %done
byte:
  %s = getelementptr i8, ptr %from, i32 %j
  %t = getelementptr i8, ptr %to, i32 %j
  %u = load i8, ptr %s
  store i8 %u, ptr %t
  %j.next = add i32 %j, 1
  br label %bytes
done:
  ret void
}

define void @__aeabi_memmove(ptr %to, ptr %from, i32 %n) minsize optsize {
entry:
  %a = ptrtoint ptr %to to i32
  %b = ptrtoint ptr %from to i32
  %distance = sub i32 %a, %b
  %apart = icmp uge i32 %distance, %n
  br i1 %apart, label %forward, label %backward
forward:
  call void @__aeabi_memcpy(ptr %to, ptr %from, i32 %n)
  br label %done
backward:
  %i = phi i32 [ %n, %entry ], [ %k, %byte ]
  %more = icmp ne i32 %i, 0
  br i1 %more, label %byte, label %done
byte:
  %k = sub i32 %i, 1
  %p = getelementptr i8, ptr %from, i32 %k
  %q = getelementptr i8, ptr %to, i32 %k
  %v = load i8, ptr %p
  store i8 %v, ptr %q
  br label %backward
done:
  ret void
}

define void @__aeabi_memcpy4(ptr %to, ptr %from, i32 %n) minsize optsize {
  tail call void @__aeabi_memcpy(ptr %to, ptr %from, i32 %n)
  ret void
}

define void @__aeabi_memmove4(ptr %to, ptr %from, i32 %n) minsize optsize {
  tail call void @__aeabi_memmove(ptr %to, ptr %from, i32 %n)
  ret void
}

define void @__aeabi_memcpy8(ptr %to, ptr %from, i32 %n) minsize optsize {
  tail call void @__aeabi_memcpy(ptr %to, ptr %from, i32 %n)
  ret void
}

define void @__aeabi_memmove8(ptr %to, ptr %from, i32 %n) minsize optsize {
  tail call void @__aeabi_memmove(ptr %to, ptr %from, i32 %n)
  ret void
}

; The size comes before the value here.
define void @__aeabi_memset(ptr %to, i32 %n, i32 %value) minsize optsize {
entry:
  %v = trunc i32 %value to i8
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i.next, %byte ]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %byte, label %done
byte:
  %q = getelementptr i8, ptr %to, i32 %i
  store i8 %v, ptr %q
  %i.next = add i32 %i, 1
  br label %loop
done:
  ret void
}

; Word-aligned: whole words, then bytes.
define void @__aeabi_memset4(ptr %to, i32 %n, i32 %value) minsize optsize {
entry:
  %low = and i32 %value, 255
  %two = shl i32 %low, 8
  %half = or i32 %low, %two
  %four = shl i32 %half, 16
  %v = or i32 %half, %four
  %end = and i32 %n, -4
  br label %words
words:
  %i = phi i32 [ 0, %entry ], [ %i.next, %word ]
  %more = icmp ult i32 %i, %end
  br i1 %more, label %word, label %bytes
word:
  %q = getelementptr i8, ptr %to, i32 %i
  store i32 %v, ptr %q, align 4
  %i.next = add i32 %i, 4
  br label %words
bytes:
  %j = phi i32 [ %end, %words ], [ %j.next, %byte ]
  %rest = icmp ult i32 %j, %n
  br i1 %rest, label %byte, label %done
byte:
  %t = getelementptr i8, ptr %to, i32 %j
  %b = trunc i32 %v to i8
  store i8 %b, ptr %t
  %j.next = add i32 %j, 1
  br label %bytes
done:
  ret void
}

define void @__aeabi_memset8(ptr %to, i32 %n, i32 %value) minsize optsize {
  tail call void @__aeabi_memset4(ptr %to, i32 %n, i32 %value)
  ret void
}

define void @__aeabi_memclr(ptr %to, i32 %n) minsize optsize {
  tail call void @__aeabi_memset(ptr %to, i32 %n, i32 0)
  ret void
}

define void @__aeabi_memclr4(ptr %to, i32 %n) minsize optsize {
  tail call void @__aeabi_memset4(ptr %to, i32 %n, i32 0)
  ret void
}

define void @__aeabi_memclr8(ptr %to, i32 %n) minsize optsize {
  tail call void @__aeabi_memset4(ptr %to, i32 %n, i32 0)
  ret void
}

define ptr @memcpy(ptr %to, ptr %from, i32 %n) minsize optsize {
  call void @__aeabi_memcpy(ptr %to, ptr %from, i32 %n)
  ret ptr %to
}

define ptr @memmove(ptr %to, ptr %from, i32 %n) minsize optsize {
  call void @__aeabi_memmove(ptr %to, ptr %from, i32 %n)
  ret ptr %to
}

define ptr @memset(ptr %to, i32 %value, i32 %n) minsize optsize {
  call void @__aeabi_memset(ptr %to, i32 %n, i32 %value)
  ret ptr %to
}
