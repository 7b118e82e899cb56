//===- HostNetworkTest.cpp - Code that does what it must not --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostNetwork.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Target/Object.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include <gtest/gtest.h>

using namespace rtwmc;

namespace {

/// The network of 4 bytes in, 3 out and an arena of 8, aligned to 16, whose
/// function has `body`; run on `input`. Its output, or what is wrong.
std::string run(const std::string &body,
                const std::vector<int8_t> &input = {1, 2, 3, 4}) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(
      "define i32 @network_run(ptr %in, ptr %out, ptr %arena) {" + body + "}",
      diagnostic, context);
  if (!module)
    return diagnostic.getMessage().str();
  auto object = target::emitObject(std::move(module), *lookupCore("host"),
                                   {"network_run"});
  if (!object)
    return llvm::toString(object.takeError());
  CompileResult compiled;
  compiled.output.assign(object->bytes.begin(), object->bytes.end());
  auto ports = [](int bytes) {
    return llvm::json::Array{llvm::json::Object{{"bytes", bytes}}};
  };
  compiled.report = llvm::json::Object{{"inputs", ports(4)},
                                       {"outputs", ports(3)},
                                       {"arena", 8},
                                       {"arena_align", 16}};
  auto network = HostNetwork::load(compiled, "network");
  if (!network)
    return llvm::toString(network.takeError());
  std::mt19937 random(testing::UnitTest::GetInstance()->random_seed());
  auto outputs = network->run(input, random);
  if (!outputs)
    return llvm::toString(outputs.takeError());
  std::string text;
  for (int8_t element : outputs->front())
    text += std::to_string(element) + " ";
  return text;
}

/// Changes byte `offset` of `pointer`.
std::string change(const std::string &pointer, int offset) {
  return "%p = getelementptr i8, ptr " + pointer + ", i64 " +
         std::to_string(offset) +
         "\n %old = load i8, ptr %p\n %new = xor i8 %old, 1\n"
         "store i8 %new, ptr %p\n ret i32 0";
}

TEST(HostNetwork, ComputesItsOutput) {
  EXPECT_EQ(run("%w = load i24, ptr %in, align 1\n"
                "store i24 %w, ptr %out, align 1\n ret i32 0"),
            "1 2 3 ");
}

TEST(HostNetwork, GetsItsArenaAligned) {
  EXPECT_EQ(run("%a = ptrtoint ptr %arena to i64\n %low = and i64 %a, 15\n"
                "%t = trunc i64 %low to i24\n"
                "store i24 %t, ptr %out, align 1\n ret i32 0"),
            "0 0 0 ");
}

TEST(HostNetwork, TakesNoOtherInput) {
  EXPECT_EQ(run("ret i32 0", {1, 2, 3}),
            "the code takes inputs of other sizes");
}

TEST(HostNetwork, RefusesItsArena) {
  EXPECT_EQ(run("ret i32 1"), "the code refuses its arena");
}

TEST(HostNetwork, WritesOutsideItsArena) {
  EXPECT_EQ(run(change("%arena", -1)), "the code writes outside its arena");
  EXPECT_EQ(run(change("%arena", 8)), "the code writes outside its arena");
}

TEST(HostNetwork, WritesOutsideItsOutput) {
  EXPECT_EQ(run(change("%out", -1)), "the code writes outside its output");
  EXPECT_EQ(run(change("%out", 3)), "the code writes outside its output");
}

} // namespace
