//===- Passes.td - The search within a budget --------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_PASSES_TD
#define RTWMC_PIPELINES_PASSES_TD

include "mlir/Pass/PassBase.td"

def Fit : Pass<"rtwmc-fit", "::mlir::ModuleOp"> {
  let summary = "Finds the plan whose code keeps within a budget";
  let description = [{
    A budget is for arena and stack, and the stack of a plan's code is known only
    once it is compiled. This pass plans a network of kernels, generates code
    for a copy of the module, measures its stack, and plans again with less
    arena where the two together exceed `ram`. Plans that drop nothing are
    preferred; code is optimized for size where it exceeds `flash` otherwise.

    What it finds is left on the network as `rtwmc.fit`: the bytes of `arena` and
    `stack` that a run takes, and what `rtwmc-stream` needs to make the same plan
    again, the `budget` of its arena in bytes (absent: no bound) and whether it
    is `lossless`; `optimize_for_size` is for the code generator. Nothing else of
    the module changes, but for `strips` (`rtwmc-split-strips`): those that are
    asked for, or else, where the fastest kernels do not fit, those that take the
    fewest instructions of all that keep within `ram` without dropping anything
    and compute no more than `max-recompute` percent again, if the whole network
    does not fit or takes more. Where pruning alone is not enough, the narrowest
    strips are pruned.

    Fails where no plan fits, with the smallest budget that would. In mode
    `paper` there is one plan, and a warning if it overshoots `ram`.

    Whatever is dropped is said in warnings, whoever asked for it. With
    `lossless` the pass fails instead, with the smallest budget that drops
    nothing.

    The options are those of `rtwmc-compile`, and of the pipelines.
  }];
  let options = [
    Option<"name", "name", "std::string", "\"network\"",
           "Prefix of the C names: the network becomes NAME_run">,
    Option<"mcpu", "mcpu", "std::string", "\"cortex-m4\"",
           "The core to compile for, or `host`">,
    Option<"ram", "ram", "int64_t", "0",
           "RAM budget for arena and stack, bytes; 0: the smallest that drops "
           "nothing">,
    Option<"flash", "flash", "int64_t", "0",
           "Flash budget for code and constants, bytes; 0: no bound">,
    Option<"lossless", "lossless", "bool", "false",
           "Fail rather than drop anything">,
    Option<"keepMaps", "keep-maps", "bool", "false",
           "Store every map whole, in bytes of its own that stay to the end">,
    Option<"mode", "mode", "::rtwmc::Mode", "::rtwmc::Mode::Exact",
           "Which planner decides">,
    Option<"input", "input", "::rtwmc::InputPlace",
           "::rtwmc::InputPlace::External",
           "Where the network's input lives">,
    Option<"order", "order", "::rtwmc::StreamOrder",
           "::rtwmc::StreamOrder::NHWC",
           "Stream order of pruned maps">,
    Option<"batch", "batch", "int64_t", "0",
           "Elements of the tiny buffer of a pruned map (S_b), 1..65535; 0: "
           "32, or more where that costs no RAM">,
    Option<"alpha", "alpha", "double", "0.8",
           "Largest share of the RAM for one pruned map, 0 < alpha <= 1">,
    ListOption<"tauQ", "tau-q", "int64_t",
               "Pruning threshold in quantized steps, 0..256: one for all "
               "pruned maps or one for each in the order of production "
               "(default 1)">,
    Option<"policy", "policy", "::rtwmc::QuotaPolicy",
           "::rtwmc::QuotaPolicy::Proportional",
           "How many elements a batch must drop">,
    ListOption<"strips", "strips", "std::string",
               "Segments to compute in strips of columns, each as "
               "FIRST:LAST:COUNT">,
    Option<"maxRecompute", "max-recompute", "int64_t",
           "::rtwmc::planning::defaultMaxRecompute",
           "Most multiply-accumulates that strips may compute again for a "
           "budget, percent (default 25); 0: no strips but those of `strips`">
  ];
}

#endif // RTWMC_PIPELINES_PASSES_TD
