//===- LibcallsTest.cpp - Helper functions are supplied -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitting.h"

using llvm::StringRef;
using namespace rtwmc;
using namespace rtwmc::target;

namespace {

/// A function of two 64-bit numbers.
std::string wide(const std::string &operation) {
  return "define i64 @run(i64 %a, i64 %b) { %r = " + operation +
         " i64 %a, %b ret i64 %r }";
}

std::string narrow(const std::string &operation) {
  return "define i32 @run(i32 %a, i32 %b) { %r = " + operation +
         " i32 %a, %b ret i32 %r }";
}

class EveryCore : public testing::TestWithParam<Core> {};

TEST_P(EveryCore, HasNoUndefinedSymbol) {
  for (const char *operation :
       {"mul", "shl", "lshr", "ashr", "sdiv", "udiv", "srem", "urem"})
    for (bool small : {false, true})
      for (const std::string &text : {wide(operation), narrow(operation)}) {
        auto object = emit(text, GetParam(), small);
        ASSERT_TRUE(object) << text;
        Symbols found = symbols(*object);
        EXPECT_TRUE(found.undefined.empty()) << text;
        EXPECT_EQ(found.global, std::vector<std::string>{"run"}) << text;
      }
}

TEST_P(EveryCore, CountsBits) {
  for (const char *name : {"ctlz", "cttz", "ctpop"})
    for (const char *type : {"i32", "i64"})
      for (bool small : {false, true}) {
        std::string t = type, flag = name[2] == 'p' ? "" : ", i1";
        std::string intrinsic = "@llvm." + std::string(name) + "." + t;
        std::string text = "declare " + t + " " + intrinsic + "(" + t + flag +
                           ")\ndefine " + t + " @run(" + t +
                           " %a) { %r = " + "call " + t + " " + intrinsic +
                           "(" + t + " %a" + (flag.empty() ? "" : flag + " 0") +
                           ") ret " + t + " %r }";
        EXPECT_TRUE(emit(text, GetParam(), small)) << text;
      }
}

TEST_P(EveryCore, MovesMemory) {
  std::string size = "i" + std::to_string(GetParam().pointerBits);
  for (const char *align : {"1", "4", "8"})
    for (const char *name : {"memcpy", "memmove", "memset"}) {
      bool set = StringRef(name) == "memset";
      std::string suffix = (set ? ".p0." : ".p0.p0.") + size;
      std::string at = std::string("ptr align ") + align;
      std::string other = set ? "i8" : "ptr";
      std::string text = "declare void @llvm." + std::string(name) + suffix +
                         "(ptr, " + other + ", " + size + ", i1)\n" +
                         "define void @run(ptr %a, ptr %b, i8 %v, " + size +
                         " %n) { call void @llvm." + name + suffix + "(" + at +
                         " %a, " + (set ? "i8 %v" : at + " %b") + ", " + size +
                         " %n, i1 0) ret void }";
      auto object = emit(text, GetParam());
      ASSERT_TRUE(object) << text;
      EXPECT_TRUE(symbols(*object).undefined.empty()) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cores, EveryCore, testing::ValuesIn(getCores().begin(), getCores().end()),
    [](const auto &info) {
      std::string name = info.param.name.str();
      std::erase_if(name, [](char c) { return c == '-' || c == '+'; });
      return name;
    });

TEST(Libcalls, AreLocalFunctionsWithASize) {
  auto object = emit(wide("mul"), *lookupCore("cortex-m0"));
  ASSERT_TRUE(object);
  const FunctionSize *run = find(*object, "run");
  const FunctionSize *multiply = find(*object, "__aeabi_lmul");
  ASSERT_TRUE(run && multiply);
  EXPECT_EQ(run->callees, std::vector<std::string>{"__aeabi_lmul"});
  EXPECT_EQ(run->stack, run->frame + multiply->stack);
  EXPECT_GE(object->stack, run->stack);
  EXPECT_EQ(object->code, run->code + multiply->code);
}

TEST(Libcalls, OfHelpersAreSuppliedToo) {
  auto object = emit(wide("srem"), *lookupCore("cortex-m3"));
  ASSERT_TRUE(object);
  EXPECT_TRUE(find(*object, "__aeabi_ldivmod"));
  EXPECT_TRUE(find(*object, "__aeabi_uldivmod"));
}

TEST(Libcalls, AreNotMadeOfLoops) {
  for (const Core &core : getCores()) {
    auto object = emit(R"(
      define void @run(ptr %p, i32 %n) {
      entry:
        br label %loop
      loop:
        %i = phi i32 [ 0, %entry ], [ %next, %loop ]
        %q = getelementptr i8, ptr %p, i32 %i
        store i8 0, ptr %q
        %next = add nuw nsw i32 %i, 1
        %done = icmp eq i32 %next, %n
        br i1 %done, label %exit, label %loop
      exit:
        ret void
      })",
                       core);
    ASSERT_TRUE(object);
    EXPECT_EQ(object->functions.size(), 1u) << core.name.str();
  }
}

} // namespace
