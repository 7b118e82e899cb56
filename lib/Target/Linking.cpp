//===- Linking.cpp - Objects that link with any firmware ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Linking.h"
#include "ObjectReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/Binary.h"
#include "llvm/Support/MemoryBufferRef.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

// Tag_ABI_VFP_args = 3, "compatible with both" (Arm's addenda to the ABI). An
// object without the tag is one of the soft-float ABI to GNU ld, and is refused
// in hard-float firmware even if it is for a core without an FPU.
void rtwmc::target::declareAnyFloatABI(Module &module) {
  module.setModuleInlineAsm(".eabi_attribute 28, 3");
}

// LLVM always writes it. To GNU ld one object with it is a request that the
// stack be not executable, and it warns of all objects without: of everything
// that a GNU compiler made for a microcontroller.
static constexpr StringLiteral stackNote = ".note.GNU-stack";

Expected<SmallVector<char, 0>> rtwmc::target::removeNotes(ArrayRef<char> bytes,
                                                          const Core &core) {
  objcopy::ConfigManager config;
  SmallVector<StringRef> sections = {stackSizesSection};
  if (!core.isHost())
    sections.push_back(stackNote);
  for (StringRef section : sections)
    if (Error error =
            config.Common.ToRemove.addMatcher(objcopy::NameOrPattern::create(
                section, objcopy::MatchStyle::Literal,
                [](Error error) { return error; })))
      return error;
  auto object = object::createBinary(MemoryBufferRef(toStringRef(bytes), ""));
  if (!object)
    return object.takeError();
  SmallVector<char, 0> result;
  raw_svector_ostream stream(result);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **object, stream))
    return error;
  return result;
}

std::string rtwmc::target::removeStackNote(StringRef assembly,
                                           const Core &core) {
  if (core.isHost())
    return assembly.str();
  std::string result;
  raw_string_ostream stream(result);
  for (StringRef line : split(assembly, '\n'))
    if (!line.contains(stackNote))
      stream << line << '\n';
  result.pop_back(); // of the last line
  return result;
}
