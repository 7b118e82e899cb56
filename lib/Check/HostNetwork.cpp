//===- HostNetwork.cpp - A compiled network in this process ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostNetwork.h"

#include "llvm/Support/Alignment.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace rtwmc;

Expected<HostNetwork> HostNetwork::load(const CompileResult &compiled,
                                        StringRef name) {
  HostNetwork network;
  const json::Object &report = *compiled.report.getAsObject();
  network.inputBytes = *report.getInteger("input_bytes");
  network.outputBytes = *report.getInteger("output_bytes");
  network.arenaBytes = *report.getInteger("arena");
  network.arenaAlign = *report.getInteger("arena_align");
  InitializeNativeTarget();
  // The object is complete: there is nothing for a platform to set up.
  auto jit =
      orc::LLJITBuilder().setPlatformSetUp(orc::setUpInactivePlatform).create();
  if (!jit)
    return jit.takeError();
  network.jit = std::move(*jit);
  if (Error error = network.jit->addObjectFile(
          MemoryBuffer::getMemBufferCopy(compiled.output, name)))
    return error;
  auto entry = network.jit->lookup((name + "_run").str());
  if (!entry)
    return entry.takeError();
  network.entry = entry->toPtr<decltype(network.entry)>();
  return network;
}

namespace {

/// Bytes of random contents between others that must stay as they are.
class GuardedBytes {
public:
  GuardedBytes(int64_t size, int64_t align, std::mt19937 &random)
      : bytes(size + align + 2 * guard), size(size) {
    for (uint8_t &byte : bytes)
      byte = random();
    begin = alignTo(reinterpret_cast<uintptr_t>(bytes.data()) + guard,
                    Align(align)) -
            reinterpret_cast<uintptr_t>(bytes.data());
    before = bytes;
  }
  uint8_t *data() { return bytes.data() + begin; }
  /// Whether only the bytes themselves were written.
  bool isIntact() const {
    return std::equal(bytes.begin(), bytes.begin() + begin, before.begin()) &&
           std::equal(bytes.begin() + begin + size, bytes.end(),
                      before.begin() + begin + size);
  }

private:
  static constexpr int64_t guard = 256;
  std::vector<uint8_t> bytes, before;
  int64_t size, begin;
};

} // namespace

Expected<std::vector<int8_t>> HostNetwork::run(ArrayRef<int8_t> input,
                                               std::mt19937 &random) const {
  if (static_cast<int64_t>(input.size()) != inputBytes)
    return createStringError("the code takes an input of " + Twine(inputBytes) +
                             " bytes, not of " + Twine(input.size()));
  GuardedBytes arena(arenaBytes, arenaAlign, random);
  GuardedBytes output(outputBytes, alignof(int32_t), random);
  auto *out = reinterpret_cast<int8_t *>(output.data());
  if (entry(input.data(), out, arena.data()) != 0)
    return createStringError("the code refuses its arena");
  if (!arena.isIntact())
    return createStringError("the code writes outside its arena");
  if (!output.isIntact())
    return createStringError("the code writes outside its output");
  return std::vector<int8_t>(out, out + outputBytes);
}
