//===- ObjectReader.cpp - What an object file really contains -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every function has a section of its own, so a relocation says which function
// it is in and which it refers to, whether by symbol or by section. Every
// reference to code counts as a call; a call within the function itself may
// have no relocation, and is found in the IR (Stack.h).
//
//===----------------------------------------------------------------------===//

#include "ObjectReader.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/LEB128.h"
#include <map>
#include <set>

using namespace llvm;
using namespace llvm::object;
using namespace rtwmc;
using namespace rtwmc::target;

namespace {

class Reader {
public:
  Reader(const ELFObjectFileBase &object, const Core &core)
      : object(object), core(core) {}

  Expected<ObjectContents> read() {
    for (auto step : {&Reader::readSections, &Reader::readSymbols,
                      &Reader::readRelocations})
      if (Error error = (this->*step)())
        return error;
    for (auto &[index, function] : functions)
      byName[function.name] = index;
    if (byName.size() != functions.size())
      return createStringError("two functions have the same name");
    for (auto &[name, index] : byName) {
      FunctionSize &function = functions[index];
      for (uint64_t callee : callees[index])
        function.callees.push_back(functions[callee].name);
      llvm::sort(function.callees);
      contents.functions.push_back(function);
      contents.text.push_back(text[index].str());
    }
    llvm::sort(contents.constantsByName,
               [](const ConstantSize &a, const ConstantSize &b) {
                 return a.name < b.name;
               });
    contents.undefined.assign(undefined.begin(), undefined.end());
    return contents;
  }

private:
  Error readSections() {
    for (ELFSectionRef section : object.sections()) {
      uint64_t flags = section.getFlags(), size = section.getSize();
      if (!(flags & ELF::SHF_ALLOC) || !size)
        continue;
      Expected<StringRef> name = section.getName();
      if (!name)
        return name.takeError();
      // Shared libraries of the host write addresses into constants once.
      bool relocated = core.isHost() && name->starts_with(".data.rel.ro");
      if ((flags & ELF::SHF_WRITE) && !relocated) {
        contents.writable.push_back(name->str());
      } else if (flags & ELF::SHF_EXECINSTR) {
        contents.code += size;
        Expected<StringRef> bytes = section.getContents();
        if (!bytes)
          return bytes.takeError();
        text[section.getIndex()] = *bytes;
      } else {
        contents.constants += size;
      }
    }
    llvm::sort(contents.writable);
    return Error::success();
  }

  Error readSymbols() {
    for (ELFSymbolRef symbol : object.symbols()) {
      Expected<StringRef> name = symbol.getName();
      Expected<uint32_t> flags = symbol.getFlags();
      Expected<section_iterator> section = symbol.getSection();
      if (!name || !flags || !section)
        return joinErrors(joinErrors(name.takeError(), flags.takeError()),
                          section.takeError());
      if (*flags & SymbolRef::SF_Undefined) {
        if (!name->empty())
          undefined.insert(name->str());
        continue;
      }
      if (symbol.getELFType() == ELF::STT_OBJECT)
        contents.constantsByName.push_back(
            {name->str(), int64_t(symbol.getSize())});
      if (symbol.getELFType() != ELF::STT_FUNC)
        continue;
      uint64_t index = (*section)->getIndex();
      auto [place, isNew] = functions.try_emplace(index);
      if (!isNew)
        return createStringError("functions '" + place->second.name +
                                 "' and '" + *name + "' share a section");
      place->second = {name->str(), -1, 0, int64_t((*section)->getSize()), {}};
    }
    for (auto &[index, bytes] : text)
      if (!functions.contains(index))
        return createStringError("code that belongs to no function");
    return Error::success();
  }

  Error readRelocations() {
    for (ELFSectionRef section : object.sections()) {
      Expected<section_iterator> target = section.getRelocatedSection();
      if (!target)
        return target.takeError();
      if (*target == object.section_end())
        continue;
      Expected<StringRef> name = (*target)->getName();
      if (!name)
        return name.takeError();
      bool isSizes = *name == stackSizesSection;
      for (RelocationRef relocation : section.relocations()) {
        symbol_iterator symbol = relocation.getSymbol();
        if (symbol == object.symbol_end())
          continue;
        Expected<section_iterator> place = symbol->getSection();
        if (!place)
          return place.takeError();
        if (*place == object.section_end())
          continue;
        uint64_t caller = (*target)->getIndex(), callee = (*place)->getIndex();
        if (!functions.contains(callee))
          continue;
        if (isSizes) {
          if (Error error = readSize(**target, relocation.getOffset(), callee))
            return error;
        } else if (functions.contains(caller)) {
          callees[caller].insert(callee);
        }
      }
    }
    return Error::success();
  }

  /// An entry of .stack_sizes: an address, and the size as ULEB128.
  Error readSize(SectionRef section, uint64_t offset, uint64_t function) {
    Expected<StringRef> bytes = section.getContents();
    if (!bytes)
      return bytes.takeError();
    const char *message = nullptr;
    uint64_t size =
        decodeULEB128(bytes->bytes_begin() + offset + core.pointerBits / 8,
                      nullptr, bytes->bytes_end(), &message);
    if (message)
      return createStringError(Twine("malformed stack size: ") + message);
    functions[function].frame = size;
    return Error::success();
  }

  const ELFObjectFileBase &object;
  const Core &core;
  ObjectContents contents;
  /// By index of section.
  std::map<uint64_t, FunctionSize> functions;
  std::map<uint64_t, StringRef> text;
  std::map<uint64_t, std::set<uint64_t>> callees;
  std::map<std::string, uint64_t> byName;
  std::set<std::string> undefined;
};

} // namespace

Expected<ObjectContents> rtwmc::target::readObject(ArrayRef<char> bytes,
                                                   const Core &core) {
  MemoryBufferRef buffer(StringRef(bytes.data(), bytes.size()), "object");
  Expected<std::unique_ptr<llvm::object::ObjectFile>> object =
      llvm::object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  const auto *elf = dyn_cast<ELFObjectFileBase>(object->get());
  if (!elf)
    return createStringError("objects for " + core.name + " are not ELF");
  return Reader(*elf, core).read();
}
