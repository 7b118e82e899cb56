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

static std::vector<int64_t> readSizes(const json::Array &ports) {
  std::vector<int64_t> sizes;
  for (const json::Value &port : ports)
    sizes.push_back(*port.getAsObject()->getInteger("bytes"));
  return sizes;
}

Expected<HostNetwork> HostNetwork::load(const CompileResult &compiled,
                                        StringRef name) {
  HostNetwork network;
  const json::Object &report = *compiled.report.getAsObject();
  if (report.getInteger("state").value_or(0) > 0)
    return createStringError("networks with variables cannot be checked");
  network.inputBytes = readSizes(*report.getArray("inputs"));
  network.outputBytes = readSizes(*report.getArray("outputs"));
  for (const json::Value &port : *report.getArray("inputs"))
    if (auto rows = port.getAsObject()->getInteger("rows"))
      network.inputRows.push_back(*rows);
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
  network.entry = *entry;
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

template <size_t> using Pointer = void *;

template <size_t... Indices>
static int callWith(orc::ExecutorAddr entry, ArrayRef<void *> arguments,
                    std::index_sequence<Indices...> /*count*/) {
  auto function = entry.toPtr<int (*)(Pointer<Indices>...)>();
  return function(arguments[Indices]...);
}

/// Calls `entry` with `arguments`, of which there are `Count` at most.
template <size_t Count>
static std::optional<int> call(orc::ExecutorAddr entry,
                               ArrayRef<void *> arguments) {
  if constexpr (Count > 0) {
    if (arguments.size() < Count)
      return call<Count - 1>(entry, arguments);
    if (arguments.size() == Count)
      return callWith(entry, arguments, std::make_index_sequence<Count>());
  }
  return std::nullopt;
}

/// What a refused row is answered with.
static constexpr int refusal = 77;

namespace {

/// Gives the rows of an input.
struct RowReader {
  const std::vector<int8_t> *bytes;
  int64_t rows, next = 0;
  std::optional<int64_t> stopAt = std::nullopt;
  bool isInOrder = true;

  static int read(void *context, int32_t row, void *destination) {
    auto &self = *static_cast<RowReader *>(context);
    // Behind a refused row nothing is asked for.
    if (row != self.next || row >= self.rows ||
        (self.stopAt && row > *self.stopAt)) {
      self.isInOrder = false;
      return refusal;
    }
    ++self.next;
    if (self.stopAt == row)
      return refusal;
    size_t rowBytes = self.bytes->size() / self.rows;
    std::copy_n(self.bytes->begin() + row * rowBytes, rowBytes,
                static_cast<int8_t *>(destination));
    return 0;
  }
};

} // namespace

std::optional<int> HostNetwork::call(ArrayRef<std::vector<int8_t>> inputs,
                                     ArrayRef<void *> others,
                                     std::optional<int64_t> stopAt,
                                     std::string &problem) const {
  std::vector<void *> arguments;
  std::vector<RowReader> readers;
  if (inputRows.empty())
    for (const std::vector<int8_t> &input : inputs)
      arguments.push_back(const_cast<int8_t *>(input.data()));
  else
    for (const auto &[input, rows] : zip(inputs, inputRows)) {
      RowReader reader{&input, rows};
      if (stopAt)
        reader.stopAt = *stopAt % rows;
      readers.push_back(reader);
    }
  for (RowReader &reader : readers) {
    arguments.push_back(reinterpret_cast<void *>(&RowReader::read));
    arguments.push_back(&reader);
  }
  arguments.insert(arguments.end(), others.begin(), others.end());
  std::optional<int> status = ::call<16>(entry, arguments);
  for (const RowReader &reader : readers)
    if (!reader.isInOrder || (!stopAt && reader.next % reader.rows != 0))
      problem = "the code does not ask for each row once and in order";
  if (stopAt && status != refusal)
    problem = "the code does not stop at a row that is refused";
  return status;
}

Expected<std::vector<std::vector<int8_t>>>
HostNetwork::run(ArrayRef<std::vector<int8_t>> inputs,
                 std::mt19937 &random) const {
  std::vector<int64_t> sizes;
  std::vector<void *> others;
  for (const std::vector<int8_t> &input : inputs)
    sizes.push_back(input.size());
  if (sizes != inputBytes)
    return createStringError("the code takes inputs of other sizes");
  std::vector<GuardedBytes> outputs;
  for (int64_t bytes : outputBytes)
    outputs.emplace_back(bytes, alignof(int32_t), random);
  for (GuardedBytes &output : outputs)
    others.push_back(output.data());
  GuardedBytes arena(arenaBytes, arenaAlign, random);
  others.push_back(arena.data());
  std::string problem;
  if (!inputRows.empty())
    call(inputs, others, int64_t(random()), problem);
  std::optional<int> status = call(inputs, others, std::nullopt, problem);
  if (!status)
    return createStringError("the code takes more than 16 pointers");
  if (!problem.empty())
    return createStringError(problem);
  if (*status != 0)
    return createStringError("the code refuses its arena");
  if (!arena.isIntact())
    return createStringError("the code writes outside its arena");
  std::vector<std::vector<int8_t>> results;
  for (auto [output, bytes] : llvm::zip(outputs, outputBytes)) {
    if (!output.isIntact())
      return createStringError("the code writes outside its output");
    results.emplace_back(output.data(), output.data() + bytes);
  }
  return results;
}
