; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;
; What the code generator calls on a 64-bit host.
; The optimizer does not see this file (Libcalls.cpp): what is written here is
; what is compiled. Nothing may use an operation that is a helper function itself.

; By words while both addresses allow it, then by bytes.
define ptr @memcpy(ptr %to, ptr %from, i64 %n) minsize optsize {
entry:
  %a = ptrtoint ptr %to to i64
  %b = ptrtoint ptr %from to i64
  %ab = or i64 %a, %b
  %low = and i64 %ab, 7
  %odd = icmp ne i64 %low, 0
  %whole = and i64 %n, -8
  %end = select i1 %odd, i64 0, i64 %whole
  br label %words
words:
  %i = phi i64 [ 0, %entry ], [ %i.next, %word ]
  %more = icmp ult i64 %i, %end
  br i1 %more, label %word, label %bytes
word:
  %p = getelementptr i8, ptr %from, i64 %i
  %q = getelementptr i8, ptr %to, i64 %i
  %v = load i64, ptr %p, align 8
  store i64 %v, ptr %q, align 8
  %i.next = add i64 %i, 8
  br label %words
bytes:
  %j = phi i64 [ %i, %words ], [ %j.next, %byte ]
  %rest = icmp ult i64 %j, %n
  br i1 %rest, label %byte, label %done
byte:
  %s = getelementptr i8, ptr %from, i64 %j
  %t = getelementptr i8, ptr %to, i64 %j
  %u = load i8, ptr %s
  store i8 %u, ptr %t
  %j.next = add i64 %j, 1
  br label %bytes
done:
  ret ptr %to
}

define ptr @memmove(ptr %to, ptr %from, i64 %n) minsize optsize {
entry:
  %a = ptrtoint ptr %to to i64
  %b = ptrtoint ptr %from to i64
  %distance = sub i64 %a, %b
  %apart = icmp uge i64 %distance, %n
  br i1 %apart, label %forward, label %backward
forward:
  %ignored = call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  br label %done
backward:
  %i = phi i64 [ %n, %entry ], [ %k, %byte ]
  %more = icmp ne i64 %i, 0
  br i1 %more, label %byte, label %done
byte:
  %k = sub i64 %i, 1
  %p = getelementptr i8, ptr %from, i64 %k
  %q = getelementptr i8, ptr %to, i64 %k
  %v = load i8, ptr %p
  store i8 %v, ptr %q
  br label %backward
done:
  ret ptr %to
}

define ptr @memset(ptr %to, i32 %value, i64 %n) minsize optsize {
entry:
  %v = trunc i32 %value to i8
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %byte ]
  %more = icmp ult i64 %i, %n
  br i1 %more, label %byte, label %done
byte:
  %q = getelementptr i8, ptr %to, i64 %i
  store i8 %v, ptr %q
  %i.next = add i64 %i, 1
  br label %loop
done:
  ret ptr %to
}
