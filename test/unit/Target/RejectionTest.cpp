//===- RejectionTest.cpp - What no object may contain ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitting.h"

using namespace rtwmc;
using namespace rtwmc::target;

namespace {

/// That `text` fails on every core, with `message`.
void expectFailure(const char *text, const std::string &message) {
  for (const Core &core : getCores())
    EXPECT_EQ(failure(text, core), message) << core.name.str();
}

TEST(Rejection, NoEntry) {
  expectFailure("define void @walk() { ret void }",
                "the entry function 'run' is not defined");
  expectFailure("declare void @run()",
                "the entry function 'run' is not defined");
}

TEST(Rejection, UnknownExternal) {
  expectFailure("declare void @printf()\n"
                "define void @run() { call void @printf() ret void }",
                "undefined symbol: printf");
  expectFailure("@table = external constant i32\n"
                "define i32 @run() { %v = load i32, ptr @table ret i32 %v }",
                "undefined symbol: table");
}

TEST(Rejection, FloatingPointOnArm) {
  EXPECT_EQ(failure("define float @run(float %a) { %r = fmul float %a, 3.0 "
                    "ret float %r }",
                    *lookupCore("cortex-m4")),
            "undefined symbol: __aeabi_fmul");
}

TEST(Rejection, WritableData) {
  expectFailure("@count = global i32 0\n"
                "define i32 @run(i32 %v) {\n"
                "  %old = load i32, ptr @count\n"
                "  %new = add i32 %old, %v\n"
                "  store i32 %new, ptr @count\n"
                "  ret i32 %new }",
                "writable data: 'count'");
}

TEST(Rejection, Recursion) {
  // A product on the way down keeps the calls from becoming loops.
  expectFailure(R"(
    define i32 @run(i32 %n) {
      %r = call i32 @down(i32 %n)
      ret i32 %r
    }
    define i32 @down(i32 %n) {
      %none = icmp eq i32 %n, 0
      br i1 %none, label %end, label %more
    more:
      %m = sub i32 %n, 1
      %f = call i32 @deeper(i32 %m)
      %x = xor i32 %f, %n
      %p = mul i32 %x, %f
      ret i32 %p
    end:
      ret i32 1
    }
    define i32 @deeper(i32 %n) {
      %h = lshr i32 %n, 1
      %f = call i32 @down(i32 %h)
      %x = xor i32 %f, %n
      %p = mul i32 %x, %f
      ret i32 %p
    })",
                "recursion: deeper -> down -> deeper");
}

TEST(Rejection, SelfRecursion) {
  expectFailure(R"(
    define i32 @run(i32 %n) {
      %r = call i32 @down(i32 %n)
      ret i32 %r
    }
    define i32 @down(i32 %n) {
      %none = icmp eq i32 %n, 0
      br i1 %none, label %end, label %more
    more:
      %m = sub i32 %n, 1
      %f = call i32 @down(i32 %m)
      %x = xor i32 %f, %n
      %p = mul i32 %x, %f
      ret i32 %p
    end:
      ret i32 1
    })",
                "recursion: down -> down");
}

TEST(Rejection, CallThroughAPointer) {
  expectFailure("define void @run(ptr %f) { call void %f() ret void }",
                "function 'run' calls through a pointer, so its stack is not "
                "known");
}

TEST(Rejection, CallThroughAPointerOfAnInternalFunction) {
  expectFailure(R"(
    define void @run(ptr %f) "rtwmc-calls-back" {
      call void @inner(ptr %f)
      ret void
    }
    define void @inner(ptr %f) "rtwmc-calls-back" {
      call void %f()
      call void %f()
      ret void
    })",
                "function 'inner' calls through a pointer, so its stack is not "
                "known");
}

TEST(Rejection, CallThroughALoadedPointer) {
  expectFailure(R"(
    define void @run(ptr %p) "rtwmc-calls-back" {
      %f = load ptr, ptr %p
      call void %f()
      ret void
    })",
                "function 'run' calls through a pointer, so its stack is not "
                "known");
}

TEST(Rejection, DynamicStack) {
  expectFailure("declare void @llvm.memset.p0.i32(ptr, i8, i32, i1)\n"
                "define i8 @run(i32 %n, i32 %k) {\n"
                "  %p = alloca i8, i32 %n\n"
                "  call void @llvm.memset.p0.i32(ptr %p, i8 1, i32 %n, i1 1)\n"
                "  %q = getelementptr i8, ptr %p, i32 %k\n"
                "  %v = load volatile i8, ptr %q\n"
                "  ret i8 %v }",
                "function 'run' allocates an amount of stack that is not "
                "fixed");
}

TEST(Rejection, InlineAssembly) {
  expectFailure("define void @run() { call void asm sideeffect "
                "\"nop\", \"\"() ret void }",
                "function 'run' contains inline assembly, whose use of the "
                "stack is not known");
  expectFailure("module asm \"nop\"\ndefine void @run() { ret void }",
                "the module contains assembly, whose use of the stack is not "
                "known");
}

TEST(Rejection, AlignmentBeyondTheStack) {
  EXPECT_EQ(failure("define i32 @run() { %p = alloca i32, align 64\n"
                    "store volatile i32 1, ptr %p\n"
                    "%v = load volatile i32, ptr %p ret i32 %v }",
                    *lookupCore("cortex-m0")),
            "function 'run' needs a stack slot aligned to 64 bytes; the stack "
            "of cortex-m0 is aligned to 8");
}

} // namespace
