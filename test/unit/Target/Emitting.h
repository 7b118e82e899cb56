//===- Emitting.h - Objects from LLVM IR text, for tests --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TEST_UNIT_TARGET_EMITTING_H
#define RTWMC_TEST_UNIT_TARGET_EMITTING_H

#include "rtwmc/Target/Object.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/ARMAttributeParser.h"
#include "llvm/Support/SourceMgr.h"
#include <gtest/gtest.h>

namespace rtwmc::target {

inline std::unique_ptr<llvm::Module> parse(llvm::StringRef text,
                                           llvm::LLVMContext &context) {
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  return module;
}

/// The object of function @run of `text`; null, and a failed test, on error.
inline std::unique_ptr<ObjectFile> emit(llvm::StringRef text, const Core &core,
                                        bool optimizeForSize = false) {
  llvm::LLVMContext context;
  auto object =
      emitObject(parse(text, context), core, {"run"}, optimizeForSize);
  if (object)
    return std::make_unique<ObjectFile>(std::move(*object));
  ADD_FAILURE() << core.name.str() << ": "
                << llvm::toString(object.takeError());
  return nullptr;
}

/// What emitting `text` fails with.
inline std::string failure(llvm::StringRef text, const Core &core) {
  llvm::LLVMContext context;
  auto object = emitObject(parse(text, context), core, {"run"});
  if (object)
    return "no error";
  return llvm::toString(object.takeError());
}

inline const FunctionSize *find(const ObjectFile &object,
                                llvm::StringRef name) {
  for (const FunctionSize &function : object.functions)
    if (function.name == name)
      return &function;
  return nullptr;
}

/// The names of public symbols of an object, and of undefined ones.
struct Symbols {
  std::vector<std::string> global, undefined, sections;
};

inline Symbols symbols(const ObjectFile &file) {
  Symbols result;
  llvm::MemoryBufferRef buffer({file.bytes.data(), file.bytes.size()}, "");
  auto object =
      llvm::cantFail(llvm::object::ObjectFile::createObjectFile(buffer));
  for (const auto &symbol : object->symbols()) {
    uint32_t flags = llvm::cantFail(symbol.getFlags());
    std::string name = llvm::cantFail(symbol.getName()).str();
    if (name.empty())
      continue;
    if (flags & llvm::object::SymbolRef::SF_Undefined)
      result.undefined.push_back(name);
    else if (flags & llvm::object::SymbolRef::SF_Global)
      result.global.push_back(name);
  }
  for (const auto &section : object->sections())
    result.sections.push_back(llvm::cantFail(section.getName()).str());
  return result;
}

/// A build attribute of an object for Arm, if it is there.
inline std::optional<unsigned> attribute(const ObjectFile &file, unsigned tag) {
  llvm::MemoryBufferRef buffer({file.bytes.data(), file.bytes.size()}, "");
  auto object =
      llvm::cantFail(llvm::object::ObjectFile::createObjectFile(buffer));
  llvm::ARMAttributeParser attributes;
  for (const auto &section : object->sections())
    if (llvm::cantFail(section.getName()) == ".ARM.attributes")
      llvm::cantFail(attributes.parse(
          llvm::arrayRefFromStringRef(llvm::cantFail(section.getContents())),
          llvm::endianness::little));
  return attributes.getAttributeValue(tag);
}

} // namespace rtwmc::target

#endif // RTWMC_TEST_UNIT_TARGET_EMITTING_H
