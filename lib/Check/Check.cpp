//===- Check.cpp - Compiled code against its meaning ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostNetwork.h"
#include "rtwmc/Check/Passes.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Interpreter/Interpreter.h"
#include "rtwmc/Pipelines/LeastMemory.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace rtwmc {
#define GEN_PASS_DEF_CHECK
#include "rtwmc/Check/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Inputs that are not random: all elements the least, the greatest, both in
/// turn, and 0.
static constexpr unsigned extremes = 4;

/// Any number of `bits` bits.
static int64_t anyElement(unsigned bits, std::mt19937 &random) {
  return static_cast<int64_t>(random() % (uint64_t(1) << bits)) -
         (int64_t(1) << (bits - 1));
}

static int64_t makeElement(unsigned bits, unsigned number, int64_t position,
                           int64_t base, std::mt19937 &random) {
  auto any = [&] { return anyElement(bits, random); };
  int64_t greatest = (int64_t(1) << (bits - 1)) - 1, least = -greatest - 1;
  switch (number) {
  case 0:
    return least;
  case 1:
    return greatest;
  case 2:
    return position % 2 ? greatest : least;
  case 3:
    return 0;
  default:
    break;
  }
  // Pruning is about equal elements: five values, or one in most places.
  switch (number % 4) {
  case 1:
    return std::clamp(base + static_cast<int64_t>(random() % 5) - 2, least,
                      greatest);
  case 3:
    return random() % 4 ? base : any();
  default:
    return any();
  }
}

static Datum makeInput(RankedTensorType type, unsigned number,
                       std::mt19937 &random) {
  unsigned bits = type.getElementTypeBitWidth();
  int64_t base = anyElement(bits, random);
  Datum input{type};
  for (int64_t position = 0; position < type.getNumElements(); ++position)
    input.elements.push_back(makeElement(bits, number, position, base, random));
  return input;
}

//===----------------------------------------------------------------------===//
// In memory
//===----------------------------------------------------------------------===//

static std::vector<int8_t> toBytes(const Datum &datum) {
  unsigned bits = getElementTypeOrSelf(datum.type).getIntOrFloatBitWidth();
  std::vector<int8_t> bytes;
  for (int64_t element : datum.elements)
    for (unsigned bit = 0; bit < bits; bit += 8)
      bytes.push_back(static_cast<int8_t>(element >> bit));
  return bytes;
}

static std::vector<int64_t> fromBytes(ArrayRef<int8_t> bytes, Type type) {
  unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  std::vector<int64_t> elements;
  for (; !bytes.empty(); bytes = bytes.drop_front(bits / 8)) {
    uint64_t element = 0;
    for (unsigned bit = 0; bit < bits; bit += 8)
      element |= uint64_t(uint8_t(bytes[bit / 8])) << bit;
    elements.push_back(llvm::SignExtend64(element, bits));
  }
  return elements;
}

//===----------------------------------------------------------------------===//
// The two sides
//===----------------------------------------------------------------------===//

/// A copy of `module` with the function `name` and what it calls.
static OwningOpRef<ModuleOp> isolate(ModuleOp module, StringRef name) {
  OwningOpRef<ModuleOp> copy = module.clone();
  for (auto function : copy->getOps<func::FuncOp>())
    if (function.getName() != name)
      function.setPrivate();
  PassManager pm(copy->getContext());
  pm.addPass(createSymbolDCEPass());
  return failed(pm.run(*copy)) ? nullptr : std::move(copy);
}

/// Turns the network in `module` into the layers that have a meaning.
static LogicalResult convertToLayers(ModuleOp module) {
  PassManager pm(module.getContext());
  pm.addPass(createNormalizeTosa());
  pm.addPass(createConvertTosaToRTWMC());
  return pm.run(module);
}

/// Says where `got` first differs from `want`, a tensor of the same size.
static LogicalResult compare(func::FuncOp function, unsigned number,
                             ArrayRef<int64_t> got, const Datum &want) {
  auto differs = [&](int64_t i) { return got[i] != want.elements[i]; };
  auto positions = llvm::seq<int64_t>(0, got.size());
  auto first = llvm::find_if(positions, differs);
  if (first == positions.end())
    return success();
  SmallVector<int64_t> strides =
      computeStrides(cast<RankedTensorType>(want.type).getShape());
  InFlightDiagnostic error = emitError(function.getLoc(), "input ");
  error << number << ": element [";
  llvm::interleaveComma(delinearize(*first, strides), error);
  return error << "] of the output is " << got[*first] << " instead of "
               << want.elements[*first] << "; "
               << llvm::count_if(positions, differs) << " of " << got.size()
               << " elements differ";
}

/// Writes how each map of the network was stored.
static void printMaps(raw_ostream &os, const llvm::json::Object &report) {
  for (const llvm::json::Value &map : *report.getArray("maps")) {
    StringRef store = *map.getAsObject()->getString("store");
    os << "  " << *map.getAsObject()->getString("name") << ": " << store;
    if (store == "ring")
      os << ' ' << *map.getAsObject()->getInteger("rows");
    os << '\n';
  }
}

namespace {

/// Diagnostics are at a function, but do not print it with all its weights.
struct CheckPass : rtwmc::impl::CheckBase<CheckPass> {
  using CheckBase::CheckBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    registerCompilerDialects(registry);
  }

  void runOnOperation() override {
    markAllAnalysesPreserved();
    bool found = false;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration() || function.isPrivate() ||
          function.getNumArguments() == 0)
        continue;
      found = true;
      if (failed(check(function)))
        signalPassFailure();
    }
    if (!found) {
      getOperation().emitError("expects a public function with arguments, a "
                               "network to compile");
      signalPassFailure();
    }
  }

  LogicalResult check(func::FuncOp function) {
    OwningOpRef<ModuleOp> reference =
        isolate(getOperation(), function.getName());
    if (!reference)
      return failure();
    OwningOpRef<ModuleOp> source = reference->clone();
    if (leastMemory)
      source.get()->setAttr(leastMemoryAttrName, UnitAttr::get(&getContext()));
    CompileOptions options;
    options.mcpu = "host";
    options.input = input;
    options.kernel.assign(kernel.begin(), kernel.end());
    CompileResult compiled;
    if (failed(compileNetwork(*source, options, compiled)) ||
        failed(convertToLayers(*reference)))
      return failure();
    llvm::Expected<HostNetwork> network =
        HostNetwork::load(compiled, options.name);
    if (!network)
      return emitError(function.getLoc(), llvm::toString(network.takeError()));

    auto layers = reference->lookupSymbol<func::FuncOp>(function.getName());
    std::mt19937 random(seed);
    unsigned count = extremes + inputs;
    for (unsigned number = 0; number < count; ++number) {
      Data input;
      std::vector<std::vector<int8_t>> bytes;
      for (Type type : layers.getArgumentTypes()) {
        input.push_back(
            makeInput(cast<RankedTensorType>(type), number, random));
        bytes.push_back(toBytes(input.back()));
      }
      FailureOr<Data> want = interpret(layers, input);
      if (failed(want))
        return failure();
      auto got = network->run(bytes, random);
      if (!got)
        return emitError(function.getLoc(), "input ")
               << number << ": " << llvm::toString(got.takeError());
      for (const auto &[output, expected] : llvm::zip(*got, *want))
        if (failed(compare(function, number, fromBytes(output, expected.type),
                           expected)))
          return failure();
    }
    llvm::outs() << '@' << function.getName() << ": " << count
                 << " inputs, equal\n";
    printMaps(llvm::outs(), *compiled.report.getAsObject());
    llvm::outs().flush();
    return success();
  }
};

} // namespace
