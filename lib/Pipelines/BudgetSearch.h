//===- BudgetSearch.h - Plans within a budget -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_BUDGETSEARCH_H
#define RTWMC_LIB_PIPELINES_BUDGETSEARCH_H

#include "Candidate.h"
#include "RegainSpeed.h"
#include "StripTrials.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <optional>

namespace rtwmc {

/// 4098 as "4,098".
std::string grouped(int64_t value);
/// What the RAM of `candidate` consists of, in words.
std::string partsOf(const Candidate &candidate);

/// The search for the best candidate within a budget: in SlowDown.cpp what
/// gives way to fit, in SpeedUp.cpp who gets the flash, in FitStrips.cpp
/// strips, in BudgetErrors.cpp what is said if nothing fits.
class BudgetSearch {
public:
  BudgetSearch(mlir::ModuleOp kernels, NetworkModel model,
               const CompileOptions &options, ObjectCache &objects)
      : kernels(kernels), model(std::move(model)), options(options),
        objects(objects), chosen(findSpeeds(kernels)) {}

  llvm::LogicalResult run(Candidate &result, std::vector<std::string> &notes);

private:
  /// A network in strips that drops nothing, and the search for plans of it.
  struct InStrips {
    mlir::OwningOpRef<mlir::ModuleOp> kernels;
    std::unique_ptr<BudgetSearch> search;

    const Candidate &candidate() const { return *search->lossless; }
  };

  /// A candidate that drops nothing and, unless these are the search's own, the
  /// kernels that it is made of.
  struct Unpruned {
    Candidate candidate;
    mlir::OwningOpRef<mlir::ModuleOp> kernels;
  };

  /// The candidate for a budget of `ram` bytes, nothing if there is none, or
  /// failure after a diagnostic.
  llvm::FailureOr<std::optional<Candidate>> tryBudget(int64_t ram);
  /// Plans for an arena of `budget` bytes, or for any if there is none.
  llvm::FailureOr<planning::PlanResult> plan(std::optional<int64_t> budget,
                                             bool isLossless);
  /// The candidate of a plan for that.
  llvm::FailureOr<Candidate> generate(const planning::Plan &plan,
                                      std::optional<int64_t> budget,
                                      bool isLossless,
                                      bool onlyForSpeed = false);
  /// The same for an arena that must do: a diagnostic if it does not.
  llvm::FailureOr<Candidate> generate(std::optional<int64_t> budget,
                                      bool isLossless,
                                      bool onlyForSpeed = false);
  /// The candidate of the smallest arena there is.
  llvm::LogicalResult findSmallest();
  /// Whose drops a plan has whatever the budget is, if there are any.
  std::string givenDrops() const;
  /// What takes the least RAM that the search finds, of which one byte less is
  /// refused.
  llvm::FailureOr<Candidate> findLeast();
  /// The same in strips, if that is less.
  llvm::FailureOr<std::optional<Candidate>> findLeastInStrips();
  llvm::LogicalResult reportTooSmall();
  llvm::LogicalResult checkFlash(const Candidate &candidate);
  /// Speed takes what is left: where `candidate` leaves too little, layers
  /// whose kernels are fast at the price of stack and code get others, those
  /// first that keep the stack from fitting. False if there are none.
  bool slowDown(const Candidate &candidate);
  /// Whether a layer of `candidate` whose kernel is the slowest takes more than
  /// the `left` bytes of stack, whatever arena slower kernels elsewhere leave.
  bool isTooDeep(const Candidate &candidate, int64_t left) const;
  /// The same where scratch is what does not fit: plans anew, from `plan`,
  /// until the layer at the peak is not fast, or the arena keeps within `room`
  /// bytes.
  bool slowDownForScratch(planning::Plan plan, bool isLossless, int64_t room);
  /// The same before any code is made, of which no stack is known.
  llvm::LogicalResult slowDownForArena(bool isLossless);
  /// Whether layers have other kernels than the fastest that they came with.
  bool isSlowed();
  /// Gives a layer the kernel of the next lower speed.
  void takeSlower(mlir::func::FuncOp kernel);
  /// Where layers of `found`, which fits, were slowed down and there is a limit
  /// to flash, gives them the kernels of the fewest instructions within it;
  /// returns what is made of those, or `found` if that is as fast. In
  /// SpeedUp.cpp.
  llvm::FailureOr<Candidate> speedUp(Candidate found, bool isLossless);
  /// Notes what flash layers of `candidate` take, made of the kernels as they
  /// are; returns what else there is.
  int64_t noteFlash(const Candidate &candidate);
  /// The layer at the peak if the kernels as they are leave less RAM than the
  /// stack of `candidate`.
  llvm::FailureOr<std::optional<int>> findTooLarge(const Candidate &candidate,
                                                   bool isLossless);
  void refreshModel();
  int64_t missingFlash(const Candidate &candidate) const;
  bool leavesTooLittle(const Candidate &candidate) const;
  /// What needs no bound of the arena, slowed down to fit; if nothing does,
  /// with the kernels that take the least.
  llvm::FailureOr<Candidate> generateToFit(bool isLossless);
  llvm::LogicalResult runPaper(Candidate &result,
                               std::vector<std::string> &notes);
  llvm::LogicalResult runExact(Candidate &result,
                               std::vector<std::string> &notes);
  /// Makes `found`, which fits, the result, and faster if it prunes.
  llvm::LogicalResult hurry(Candidate found, Candidate &result);
  llvm::LogicalResult reportLossy();
  /// What drops nothing within `ram` bytes by the search that begins with the
  /// kernels as they came: whole, or in strips.
  llvm::FailureOr<std::optional<Unpruned>> tryLossless(int64_t ram,
                                                       bool inStrips) const;
  /// From `least` on, the same for one byte less, until that is refused or what
  /// is found fits the budget.
  llvm::LogicalResult descendLossless(Unpruned &least, bool inStrips) const;
  /// Where the budget is refused: what takes the least RAM and drops nothing,
  /// `leastWhole`, and `leastInStrips` where that is less. It may fit all the
  /// same: what is found for one budget fits others that are refused.
  llvm::LogicalResult findLeastLossless();
  const Unpruned &leastLossless() const {
    return leastInStrips ? *leastInStrips : *leastWhole;
  }
  /// What drops nothing within `ram` bytes, with the fastest kernels that fit.
  llvm::FailureOr<std::optional<Candidate>> fitLossless();
  /// The same as `trial`, with kernels that take the least if `isSlow`.
  llvm::FailureOr<InStrips> makeStrips(const StripTrial &trial, bool isSlow);
  /// What `trial` drops nothing with within `ram` bytes, if it can: with the
  /// fastest kernels that fit if that is the budget, otherwise with those that
  /// take the least.
  llvm::FailureOr<std::optional<InStrips>> fitTrial(StripTrial &trial,
                                                    int64_t ram);
  /// Of the strips that drop nothing within the budget, those that take the
  /// fewest instructions; where `whole` fits, too, if these are fewer by more
  /// than estimates tell apart.
  llvm::FailureOr<std::optional<InStrips>> fitStrips(const Candidate *whole);
  /// The strips of least multiply-accumulates that drop nothing within `ram`
  /// bytes, as `fitTrial` finds them.
  llvm::FailureOr<std::optional<InStrips>> fitFirstStrips(int64_t ram);
  /// The strips of least RAM that drop nothing.
  llvm::LogicalResult findNarrowest();
  /// Makes the network that of `others`.
  void adopt(mlir::ModuleOp others);
  /// Code that reads pruned maps without room for a window is longer: where
  /// `found` takes more flash than there is, exchanges it for what has that
  /// room and drops more, if it fits the RAM.
  llvm::LogicalResult saveFlash(Candidate &found);
  /// What drops the least within the budget: as it is, or else in strips.
  llvm::FailureOr<std::optional<Candidate>> fitPruned();

  /// A budget is about the network as a whole.
  mlir::Location noLocation() {
    return mlir::UnknownLoc::get(kernels.getContext());
  }

  mlir::ModuleOp kernels;
  /// What kernels need in RAM is in it.
  NetworkModel model;
  const CompileOptions &options;
  ObjectCache &objects;
  /// Of the kernels that the layers came with.
  const Speeds chosen;
  /// Bytes of code and constants that layers took, by their kernels.
  llvm::DenseMap<std::pair<mlir::Operation *, mlir::Attribute>, int64_t>
      flashOf;
  /// Whether layers were slowed down for RAM, not for flash alone.
  bool isShortOfRam = false;
  /// What the stack will take about, as long as there is no code: bytes.
  int64_t expectedStack = 0;
  /// What needs no planner to drop anything (more than the module or the
  /// options ask for), and what takes the least RAM.
  std::optional<Candidate> lossless, smallest;
  /// What `tryBudget` made of the least RAM since `findLeast` began, and what
  /// that has found.
  std::optional<Candidate> leastPruned, least;
  /// What `findLeastLossless` has found.
  std::optional<Unpruned> leastWhole, leastInStrips;
  /// The kernels as they came.
  mlir::OwningOpRef<mlir::ModuleOp> original;
  /// What strips there are, and those of the least RAM.
  std::optional<StripTrials> trials;
  std::optional<InStrips> narrowest;
  /// The layer where memory is tightest.
  std::string tightest;
};

/// Plans `kernels` and generates code until both keep within the budgets of
/// `options`, and leaves on the network which plan does (`rtwmc.fit`). What the
/// report has to say besides goes into `notes`. Fails with a diagnostic if
/// nothing fits.
llvm::LogicalResult fitNetwork(mlir::ModuleOp kernels,
                               const CompileOptions &options, Candidate &result,
                               std::vector<std::string> &notes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_BUDGETSEARCH_H
