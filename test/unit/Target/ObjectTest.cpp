//===- ObjectTest.cpp - Sizes, stack and bytes of an object ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitting.h"

#include "llvm/Support/CommandLine.h"

using llvm::StringRef;
using namespace rtwmc;
using namespace rtwmc::target;

namespace {

/// run -> middle -> leaf, with frames of at least 40, 100 and 200 bytes, and a
/// table of 16 bytes.
constexpr const char *chain = R"(
  source_filename = "somewhere.c"
  @table = private constant [4 x i32] [i32 3, i32 1, i32 4, i32 1]
  define i32 @run(i32 %n) {
    %p = alloca [10 x i32]
    %q = getelementptr i32, ptr %p, i32 %n
    store volatile i32 %n, ptr %q
    %f = call i32 @middle(i32 %n)
    %v = load volatile i32, ptr %q
    %r = add i32 %f, %v
    ret i32 %r
  }
  define private i32 @middle(i32 %n) {
    %p = alloca [25 x i32]
    %q = getelementptr i32, ptr %p, i32 %n
    store volatile i32 %n, ptr %q
    %f = call i32 @leaf(i32 %n)
    %v = load volatile i32, ptr %q
    %r = add i32 %f, %v
    ret i32 %r
  }
  define hidden i32 @leaf(i32 %n) {
    %p = alloca [50 x i32]
    %q = getelementptr i32, ptr %p, i32 %n
    store volatile i32 %n, ptr %q
    %t = getelementptr i32, ptr @table, i32 %n
    %w = load i32, ptr %t
    %v = load volatile i32, ptr %q
    %r = add i32 %v, %w
    ret i32 %r
  })";

TEST(Object, StackOfACallChain) {
  for (const Core &core : getCores()) {
    SCOPED_TRACE(core.name.str());
    auto object = emit(chain, core);
    ASSERT_TRUE(object);
    ASSERT_EQ(object->functions.size(), 3u);
    const FunctionSize &leaf = object->functions[0];
    const FunctionSize &middle = object->functions[1];
    const FunctionSize &run = object->functions[2];
    EXPECT_EQ(leaf.name, "leaf");
    EXPECT_EQ(middle.callees, std::vector<std::string>{"leaf"});
    EXPECT_EQ(run.callees, std::vector<std::string>{"middle"});
    // The arrays, what is pushed around them (the return address at least, but
    // in a leaf on Arm), and not much else.
    int64_t address = core.pointerBits / 8;
    EXPECT_GE(leaf.frame, 200 + (core.isHost() ? address : 0));
    EXPECT_GE(middle.frame, 100 + address);
    EXPECT_GE(run.frame, 40 + address);
    EXPECT_LE(run.frame + middle.frame + leaf.frame, 340 + 3 * 8 * address);
    EXPECT_EQ(leaf.stack, leaf.frame);
    EXPECT_EQ(middle.stack, middle.frame + leaf.stack);
    EXPECT_EQ(run.stack, run.frame + middle.stack);
    EXPECT_EQ(object->stack, (run.stack + 7) / 8 * 8);
  }
}

TEST(Object, SizesAreThoseOfTheSections) {
  for (const Core &core : getCores()) {
    SCOPED_TRACE(core.name.str());
    auto object = emit(chain, core);
    ASSERT_TRUE(object);
    int64_t code = 0;
    for (const FunctionSize &function : object->functions)
      code += function.code;
    EXPECT_EQ(object->code, code);
    if (!core.isHost()) { // which has unwind tables in its place
      EXPECT_EQ(object->constants, 16);
    }
  }
}

TEST(Object, HasOnePublicSymbolAndNoNotes) {
  for (const Core &core : getCores()) {
    SCOPED_TRACE(core.name.str());
    auto object = emit(chain, core);
    ASSERT_TRUE(object);
    Symbols found = symbols(*object);
    EXPECT_EQ(found.global, std::vector<std::string>{"run"});
    EXPECT_TRUE(found.undefined.empty());
    for (StringRef section : found.sections)
      for (StringRef unwanted : {".stack_sizes", ".comment", ".llvm_addrsig",
                                 ".ARM.exidx", ".eh_frame", ".debug"})
        EXPECT_FALSE(section.contains(unwanted)) << section.str();
    EXPECT_EQ(llvm::is_contained(found.sections, ".note.GNU-stack"),
              core.isHost());
    EXPECT_FALSE(StringRef(object->bytes.data(), object->bytes.size())
                     .contains("somewhere"));
  }
}

TEST(Object, FitsFirmwareOfAnyFloatABI) {
  for (const Core &core : getCores()) {
    if (core.isHost())
      continue;
    SCOPED_TRACE(core.name.str());
    auto object = emit(chain, core);
    ASSERT_TRUE(object);
    EXPECT_EQ(attribute(*object, llvm::ARMBuildAttrs::ABI_VFP_args),
              llvm::ARMBuildAttrs::CompatibleFPAAPCS);
    // What linkers compare as well: unset, it fits any value.
    EXPECT_FALSE(attribute(*object, llvm::ARMBuildAttrs::ABI_PCS_wchar_t));
    EXPECT_FALSE(attribute(*object, llvm::ARMBuildAttrs::ABI_enum_size));
  }
}

TEST(Object, IsTheSameEveryTime) {
  for (const Core &core : getCores())
    for (bool small : {false, true}) {
      auto first = emit(chain, core, small), second = emit(chain, core, small);
      ASSERT_TRUE(first && second);
      EXPECT_EQ(first->bytes, second->bytes) << core.name.str();
    }
}

TEST(Object, DoesNotDependOnWhatWasEmittedBefore) {
  // Its options are set for the Cortex-M0 and the host alone.
  auto &option = *llvm::cl::getRegisteredOptions()["pre-RA-sched"];
  const Core &core = *lookupCore("cortex-m3");
  auto first = emit(chain, core);
  ASSERT_TRUE(emit(chain, *lookupCore("cortex-m0")));
  EXPECT_EQ(option.getNumOccurrences(), 0);
  ASSERT_TRUE(emit(chain, *lookupCore("host")));
  auto second = emit(chain, core);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->bytes, second->bytes);
}

TEST(Object, KeepsFunctionsApartExceptAlwaysinline) {
  constexpr const char *text = R"(
    define i32 @run(i32 %n) {
      %a = call i32 @kernel(i32 %n)
      %b = call i32 @address(i32 %a)
      ret i32 %b
    }
    define i32 @kernel(i32 %n) { %r = xor i32 %n, 5 ret i32 %r }
    define i32 @address(i32 %n) alwaysinline { %r = add i32 %n, 7 ret i32 %r }
  )";
  for (const Core &core : getCores()) {
    auto object = emit(text, core);
    ASSERT_TRUE(object);
    EXPECT_TRUE(find(*object, "kernel")) << core.name.str();
    EXPECT_FALSE(find(*object, "address")) << core.name.str();
  }
}

TEST(Object, LoopsAreNotUnrolled) {
  constexpr const char *text = R"(
    define void @run(ptr %p) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 0, %entry ], [ %next, %loop ]
      %q = getelementptr i32, ptr %p, i32 %i
      %v = load volatile i32, ptr %q
      %w = mul i32 %v, %i
      store volatile i32 %w, ptr %q
      %next = add i32 %i, 1
      %done = icmp eq i32 %next, 8
      br i1 %done, label %exit, label %loop
    exit:
      ret void
    })";
  for (const Core &core : getCores()) {
    auto object = emit(text, core);
    ASSERT_TRUE(object);
    EXPECT_LT(object->code, 48) << core.name.str();
  }
}

TEST(Object, Text) {
  for (const Core &core : getCores())
    for (bool assembly : {false, true}) {
      llvm::LLVMContext context;
      auto text = emitText(parse(chain, context), core, {"run"}, assembly);
      ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
      EXPECT_NE(text->find(assembly ? ".globl\trun" : "define"),
                std::string::npos);
      if (!core.isHost()) {
        EXPECT_NE(text->find(assembly ? ".eabi_attribute\t28, 3"
                                      : R"(".eabi_attribute 28, 3")"),
                  std::string::npos);
        EXPECT_EQ(text->find(".note"), std::string::npos);
      }
      EXPECT_EQ(text->find("somewhere"), std::string::npos);
    }
}

TEST(Core, Lookup) {
  EXPECT_EQ(lookupCore("cortex-m4")->cpu, "cortex-m4");
  EXPECT_TRUE(lookupCore("host")->isHost());
  EXPECT_FALSE(lookupCore("cortex-a9"));
  EXPECT_FALSE(lookupCore("cortex-m4+nodsp"));
}

TEST(Core, Variants) {
  const Core *complete = lookupCore("cortex-m33");
  const Core *lacking = lookupCore("cortex-m33+nodsp");
  ASSERT_TRUE(complete && lacking);
  EXPECT_EQ(lacking->cpu, complete->cpu);
  EXPECT_TRUE(complete->dsp);
  EXPECT_FALSE(lacking->dsp);
  lacking = lookupCore("cortex-m85+nomve");
  ASSERT_TRUE(lacking);
  EXPECT_TRUE(lacking->dsp);
  EXPECT_FALSE(lacking->mve);
}

TEST(Core, Unknown) {
  EXPECT_EQ(explainUnknownCore("cortex-a9"),
            "unknown core; expects one of " + listCores());
  EXPECT_EQ(explainUnknownCore("+nodsp"),
            "unknown core; expects one of " + listCores());
  EXPECT_EQ(explainUnknownCore("cortex-m4+nodsp"),
            "unknown variant; expects cortex-m4");
  EXPECT_EQ(explainUnknownCore("cortex-m33+nodsp+nomve"),
            "unknown variant; expects cortex-m33 or cortex-m33+nodsp");
  EXPECT_EQ(explainUnknownCore("cortex-m55+"),
            "unknown variant; expects cortex-m55 or cortex-m55+nomve");
}

/// What an entry calls back is its caller's: only the stack where it does is
/// known.
TEST(Object, CallsBack) {
  for (const Core &core : getCores()) {
    SCOPED_TRACE(core.name.str());
    auto object = emit(R"(
      define i32 @run(ptr %f, ptr %context) "rtwmc-calls-back" {
        %p = alloca [10 x i32]
        %r = call i32 %f(ptr %context, ptr %p)
        %d = call i32 @deep(i32 %r)
        ret i32 %d
      }
      define i32 @deep(i32 %n) {
        %p = alloca [50 x i32]
        %q = getelementptr i32, ptr %p, i32 %n
        store volatile i32 %n, ptr %q
        %v = load volatile i32, ptr %q
        ret i32 %v
      })",
                       core);
    ASSERT_TRUE(object);
    const FunctionSize &deep = object->functions[0],
                       &run = object->functions[1];
    EXPECT_EQ(run.stack, run.frame + deep.frame);
    ASSERT_TRUE(object->stackAtCallback);
    EXPECT_GE(*object->stackAtCallback, 40);
    EXPECT_EQ(*object->stackAtCallback, (run.frame + 7) / 8 * 8);
    EXPECT_LT(*object->stackAtCallback, object->stack);
  }
  auto other = emit(chain, getCores().front());
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->stackAtCallback);
}

} // namespace
