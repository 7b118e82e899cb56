//===- Losses.cpp - What a plan drops is said, or refused -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Losses.h"
#include "FastKernels.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult rtwmc::checkLossless(const NetworkModel &model,
                                   const CompileOptions &options) {
  if (!options.lossless && !options.keepMaps)
    return success();
  func::FuncOp network = model.function;
  auto emit = [&] {
    return emitError(UnknownLoc::get(network.getContext()))
           << (options.lossless ? "lossless: " : "keep-maps: ");
  };
  auto nameOf = [&](const planning::Packing &packing) {
    return model.network.maps[packing.map].name;
  };
  if (!model.packings.empty())
    return emit() << "the module prunes map '" << nameOf(model.packings.front())
                  << "' itself (rtwmc.prune)";
  if (model.pinned && !model.pinned->empty())
    return emit() << "the plan drops "
                  << llvm::formatv("{0:n}", model.pinned->front().drop).str()
                  << " elements of map '" << nameOf(model.pinned->front())
                  << "'; expects one without drops";
  return success();
}

/// A threshold of 1 drops zeros only, which loses nothing.
static bool isLossy(const MapReport &map) {
  return map.store.isPacked() && (map.store.drop > 0 || map.tauQ > 1);
}

/// The RAM that `kernels` take if nothing at all is dropped, bytes.
static FailureOr<LeastLossless> compileUnpruned(ModuleOp kernels,
                                                const CompileOptions &options,
                                                ObjectCache &objects) {
  OwningOpRef<ModuleOp> dense = kernels.clone();
  removePruning(*dense);
  // What fast kernels take is not needed, but that vectors may take less.
  takeSlowest(*dense, options, /*keepsVectors=*/true);
  StreamOptions stream = getStreamOptions(options);
  stream.lossless = true;
  FailureOr<NetworkModel> model =
      NetworkModel::get(*dense, stream.input, stream.order);
  if (failed(model))
    return failure();
  FailureOr<planning::PlanResult> plan = planSchedule(*model, stream);
  if (failed(plan))
    return failure();
  if (!*plan)
    return kernels.emitError((*plan).error().message);
  FailureOr<Candidate> candidate =
      generateCandidate(*dense, **plan, options, objects);
  if (failed(candidate))
    return failure();
  return LeastLossless{candidate->ram(), candidate->ram()};
}

/// Why something is dropped, and the words before the RAM that it takes
/// otherwise.
static std::pair<std::string, StringRef>
explain(const NetworkModel &model, const CompileOptions &options) {
  if (model.pinned)
    return {"as the plan asks", "without its drops the same layers need"};
  if (options.mode == Mode::Paper)
    return {"as the paper's planner asks",
            "without dropping anything the same layers need"};
  if (!model.packings.empty())
    return {"as the module's rtwmc.prune operations ask",
            "without them the same layers need"};
  return {llvm::formatv("to keep within {0:n} bytes", options.ram),
          "the smallest budget that drops nothing is"};
}

LogicalResult rtwmc::warnOfLosses(ModuleOp kernels, const NetworkModel &model,
                                  const CompileOptions &options,
                                  const Candidate &candidate,
                                  LeastFinder findLeast, ObjectCache &objects,
                                  std::vector<std::string> &notes) {
  SmallVector<std::string> lossy, emptied;
  for (const MapReport &map : candidate.network.maps) {
    if (!isLossy(map))
      continue;
    int64_t elements = map.store.drop + map.store.keep;
    bool byRow = map.store.unit() == PruneUnit::Row;
    lossy.push_back(llvm::formatv(
        "{0} drops at least {1:n} of {2} {3:n} elements ({4:F1} %)", map.name,
        map.store.drop, byRow ? "each row's" : "its", elements,
        100.0 * map.store.drop / elements));
    if (map.store.keep * 10 < elements)
      emptied.push_back(llvm::formatv("{0} ({1:n} of {2:n} elements{3})",
                                      map.name, map.store.keep, elements,
                                      byRow ? " a row" : ""));
  }
  if (lossy.empty())
    return success();
  FailureOr<LeastLossless> least =
      findLeast ? findLeast() : compileUnpruned(kernels, options, objects);
  if (failed(least))
    return failure();
  auto warn = [&](std::string sentence) {
    emitWarning(UnknownLoc::get(kernels.getContext())) << sentence;
    notes.push_back(std::move(sentence));
  };
  auto [why, otherwise] = explain(model, options);
  std::string budgets = llvm::formatv("{0:n} bytes", least->ram);
  if (least->wholeRam > least->ram)
    budgets += llvm::formatv(", without recomputing anything {0:n} bytes",
                             least->wholeRam);
  warn(llvm::formatv("pruned {0}: {1}; {2} {3}", why, llvm::join(lossy, ", "),
                     otherwise, budgets));
  if (!emptied.empty())
    warn("less than a tenth is left of " + llvm::join(emptied, ", ") +
         ": most likely the network computes nothing useful any more; a larger "
         "budget helps, or weights trained with pruning; rtwmc.tune measures "
         "the "
         "accuracy on your images");
  return success();
}
