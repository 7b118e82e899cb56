//===- Certificate.cpp - What can be proved of an object ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Certificate.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace rtwmc;
using llvm::json::Array;
using llvm::json::Object;

/// The memory that `ports` are, in the order of the parameters.
static Array describePortMemory(ArrayRef<Port> ports) {
  Array result;
  for (const Port &port : ports)
    result.push_back(Object{{"parameter", port.parameter},
                            {"bytes", port.bytes()},
                            {"align", port.bits / 8},
                            {"rows", port.rows ? llvm::json::Value(*port.rows)
                                               : llvm::json::Value(nullptr)}});
  return result;
}

/// The map that `region` overwrites in place, if it does: of `others`, the one
/// that has its bytes while it does. No other may (rtwmc-place-buffers).
static const BufferLife *findOverwritten(const BufferLife &region,
                                         ArrayRef<BufferLife> others) {
  const auto *found = llvm::find_if(others, [&](const BufferLife &other) {
    return other.offset == region.offset && other.bytes == region.bytes &&
           planning::meet(other.lives, region.lives);
  });
  return found == others.end() ? nullptr : found;
}

/// Steps of the plan as the calls that they are: of each, its first call, and
/// at the end how many there are.
static SmallVector<int64_t> numberCalls(const Candidate &candidate) {
  SmallVector<int64_t> firstCalls{0};
  for (const planning::Step &step : candidate.plan.steps)
    firstCalls.push_back(firstCalls.back() +
                         candidate.network.layers[step.layer].callsPerStep);
  return firstCalls;
}

static Array describeRegions(ArrayRef<BufferLife> regions,
                             ArrayRef<int64_t> firstCalls) {
  auto describe = [&](ArrayRef<planning::Interval> steps) {
    Array calls;
    for (auto [first, last] : steps)
      calls.push_back(Array{firstCalls[first], firstCalls[last + 1] - 1});
    return calls;
  };
  Array result;
  for (auto [index, region] : llvm::enumerate(regions)) {
    const BufferLife *overwritten =
        findOverwritten(region, regions.take_front(index));
    result.push_back(
        Object{{"name", region.name},
               {"offset", region.offset},
               {"bytes", region.bytes},
               {"overwrites", overwritten ? llvm::json::Value(overwritten->name)
                                          : llvm::json::Value(nullptr)},
               {"lives", describe(region.lives)},
               {"rows", describe(region.rows)}});
  }
  return result;
}

static Array describeFunctions(ArrayRef<target::FunctionSize> functions) {
  Array result;
  for (const target::FunctionSize &function : functions)
    result.push_back(Object{{"name", function.name},
                            {"frame", function.frame},
                            {"calls", Array(function.callees)}});
  return result;
}

/// The calls from `entry` that need the most stack.
static Array deepestChain(StringRef entry,
                          ArrayRef<target::FunctionSize> functions) {
  Array chain;
  auto find = [&](StringRef name) {
    return llvm::find_if(functions, [&](const target::FunctionSize &function) {
      return function.name == name;
    });
  };
  for (auto function = find(entry); function != functions.end();) {
    chain.push_back(function->name);
    auto deepest = functions.end();
    for (StringRef callee : function->callees)
      if (auto candidate = find(callee);
          deepest == functions.end() || candidate->stack > deepest->stack)
        deepest = candidate;
    function = deepest;
  }
  return chain;
}

llvm::json::Value rtwmc::makeCertificate(const Candidate &candidate,
                                         const CompileOptions &options,
                                         const Interface &interface) {
  const target::ObjectFile &object = candidate.object;
  ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(object.bytes.data()),
      object.bytes.size());
  Array steps;
  for (const planning::Step &step : candidate.plan.steps) {
    const LayerReport &layer = candidate.network.layers[step.layer];
    for (int64_t call = 0; call < layer.callsPerStep; ++call)
      steps.push_back(layer.name);
  }
  return Object{
      {"schema", 1},
      {"name", options.name},
      {"mcpu", options.mcpu},
      {"object_sha256",
       llvm::toHex(llvm::SHA256::hash(bytes), /*LowerCase=*/true)},
      {"run", options.entry()},
      {"inputs", describePortMemory(interface.inputs)},
      {"outputs", describePortMemory(interface.outputs)},
      {"arena", Object{{"bytes", candidate.plan.arenaBytes},
                       {"align", candidate.plan.arenaAlign}}},
      {"state",
       Object{{"bytes", candidate.state}, {"align", interface.state.align}}},
      {"steps", std::move(steps)},
      {"regions",
       describeRegions(candidate.network.regions, numberCalls(candidate))},
      {"stack",
       Object{{"bytes", object.stack},
              {"functions", describeFunctions(object.functions)},
              {"chain", deepestChain(options.entry(), object.functions)}}}};
}
