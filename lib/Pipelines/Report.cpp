//===- Report.cpp - JSON report and table ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

static int64_t elementsOf(const MapReport &map) {
  return ShapedType::getNumElements(map.shape);
}

static bool isPacked(const MapReport &map) { return map.store.isPacked(); }

/// Bytes of the map's values, wherever they are stored.
static int64_t valueBytes(const MapReport &map) {
  if (isPacked(map))
    return map.store.valuesBytes;
  if (map.store.kind == planning::StoreKind::Ring ||
      map.store.kind == planning::StoreKind::Dense)
    return map.store.bytes;
  return 0;
}

static llvm::json::Array describePorts(ArrayRef<Port> ports) {
  using llvm::json::Value;
  llvm::json::Array result;
  for (const Port &port : ports) {
    llvm::json::Object described{
        {"name", port.name},
        {"type", port.type()},
        {"shape", llvm::json::Array(ArrayRef<int64_t>(port.shape))},
        {"bytes", port.bytes()},
        {"scale", port.scale ? Value(*port.scale) : nullptr},
        {"zero_point", port.scale ? Value(port.zeroPoint) : nullptr}};
    if (port.rows) {
      described["rows"] = *port.rows;
      described["row_bytes"] = port.rowBytes();
    }
    result.push_back(std::move(described));
  }
  return result;
}

/// By step, which of the layers runs.
static llvm::json::Array describeSchedule(const planning::Plan &plan) {
  llvm::json::Array result;
  for (const planning::Step &step : plan.steps)
    result.push_back(step.layer);
  return result;
}

static llvm::json::Array describeRegions(const NetworkReport &network) {
  using llvm::json::Array;
  Array result;
  for (const BufferLife &region : network.regions) {
    const LayerReport *owner = network.ownerOf(region.name);
    StringRef part = region.name;
    if (owner)
      part = part.drop_front(std::min(part.size(), owner->name.size() + 1));
    Array live, rows;
    for (planning::Interval interval : region.lives)
      live.push_back(Array{interval.first, interval.last});
    for (planning::Interval interval : region.rows)
      rows.push_back(Array{interval.first, interval.last});
    result.push_back(llvm::json::Object{
        {"name", region.name},
        {"layer", owner ? llvm::json::Value(owner->name) : nullptr},
        {"part", owner && !part.empty() ? part.str() : "rows"},
        {"offset", region.offset},
        {"bytes", region.bytes},
        {"live", std::move(live)},
        {"rows", std::move(rows)}});
  }
  return result;
}

/// The layer that runs when most bytes of the arena are live.
static StringRef peakLayer(const Candidate &candidate) {
  const planning::Plan &plan = candidate.plan;
  if (plan.steps.empty())
    return "";
  return candidate.network.layers[plan.steps[plan.peakStep].layer].name;
}

static llvm::json::Value describe(const std::optional<StripOf> &strip) {
  if (!strip)
    return nullptr;
  return llvm::json::Object{
      {"of", strip->kernel},
      {"index", strip->number},
      {"columns", llvm::json::Array{strip->columns.first, strip->columns.end}}};
}

llvm::json::Value rtwmc::makeReport(const Candidate &candidate,
                                    const CompileOptions &options,
                                    const Interface &interface,
                                    bool batchSpecialized,
                                    ArrayRef<std::string> notes) {
  using llvm::json::Array;
  using llvm::json::Object;
  using llvm::json::Value;
  Array maps;
  for (const MapReport &map : candidate.network.maps) {
    bool packed = isPacked(map);
    int64_t elements = elementsOf(map);
    maps.push_back(Object{
        {"name", map.name},
        {"shape", Array(ArrayRef<int64_t>(map.shape))},
        {"order", StringRef(spell(map.order))},
        {"store", StringRef(spell(map.store.kind))},
        {"rows", map.store.rows},
        {"offset",
         map.store.offset < 0 ? Value(nullptr) : Value(map.store.offset)},
        {"drop", packed ? map.store.drop : 0},
        {"keep", packed ? map.store.keep : elements},
        {"unit", packed ? Value(StringRef(spell(map.store.unit()))) : nullptr},
        {"batch",
         packed ? Value(std::min(map.batch, map.store.drop + map.store.keep))
                : nullptr},
        {"tau_q", packed ? Value(map.tauQ) : nullptr},
        {"policy", packed ? Value(StringRef(spell(map.policy))) : nullptr},
        {"zero_point", map.zeroPoint ? Value(*map.zeroPoint) : nullptr},
        {"bytes", Object{{"values", valueBytes(map)},
                         {"bitmap", map.store.bitmapBytes},
                         {"buffer", map.store.bufferBytes},
                         {"cache", map.store.cacheBytes},
                         {"scratch", map.scratch}}}});
  }
  Array layers;
  for (const LayerReport &layer : candidate.network.layers) {
    layers.push_back(Object{
        {"name", layer.name},
        {"source_name", layer.givenName},
        {"kernel", layer.kernel.empty() ? Value(nullptr) : Value(layer.kernel)},
        {"inputs", Array(layer.inputs)},
        {"macs", layer.macs},
        {"instructions", layer.work.instructions},
        {"cycles", layer.work.cycles},
        {"steps", layer.steps},
        {"scratch", layer.scratch},
        {"strip", describe(layer.strip)},
        {"code", layer.code},
        {"constants", layer.constants},
        {"stack", layer.stack}});
  }
  const planning::Plan &plan = candidate.plan;
  return Object{
      {"schema", 1},
      {"name", options.name},
      {"mode", StringRef(spell(options.mode))},
      {"mcpu", options.mcpu},
      {"input", StringRef(spell(options.input))},
      {"batch_specialized", batchSpecialized},
      {"optimized_for_size", candidate.fit.optimizeForSize},
      {"budget",
       Object{{"ram", options.ram ? Value(options.ram) : nullptr},
              {"flash", options.flash ? Value(options.flash) : nullptr}}},
      {"maps", std::move(maps)},
      {"layers", std::move(layers)},
      {"peak", Object{{"bytes", plan.peakBytes},
                      {"layer", peakLayer(candidate).str()},
                      {"step", plan.peakStep}}},
      {"schedule", describeSchedule(plan)},
      {"regions", describeRegions(candidate.network)},
      {"arena", plan.arenaBytes},
      {"arena_align", plan.arenaAlign},
      {"state", candidate.state},
      {"state_align", interface.state.align},
      {"stack", candidate.object.stack},
      {"callback_stack", candidate.object.stackAtCallback
                             ? Value(*candidate.object.stackAtCallback)
                             : nullptr},
      {"ram", candidate.ram()},
      {"code", candidate.object.code},
      {"constants", candidate.object.constants},
      {"flash", candidate.flash()},
      {"macs", candidate.network.macs()},
      {"recomputed_macs", candidate.network.recomputedMacs()},
      {"strips", Array(candidate.network.strips())},
      {"instructions", candidate.network.work().instructions},
      {"cycles", candidate.network.work().cycles},
      {"inputs", describePorts(interface.inputs)},
      {"outputs", describePorts(interface.outputs)},
      {"input_bytes", interface.inputs[0].bytes()},
      {"output_bytes", interface.outputs[0].bytes()},
      {"input_shape", Array(ArrayRef<int64_t>(interface.inputs[0].shape))},
      {"output_shape", Array(ArrayRef<int64_t>(interface.outputs[0].shape))},
      {"notes", Array(notes)}};
}

/// Where the peak is, and the layers that cost most.
static void printWorst(llvm::raw_ostream &out, const Candidate &candidate) {
  const planning::Plan &plan = candidate.plan;
  if (!plan.steps.empty())
    out << llvm::formatv("  peak   {0:n} bytes in {1}, step {2} of {3}\n",
                         plan.peakBytes, peakLayer(candidate),
                         plan.peakStep + 1, plan.steps.size());
  int64_t all = candidate.network.work().instructions;
  if (all == 0)
    return;
  SmallVector<const LayerReport *> layers;
  for (const LayerReport &layer : candidate.network.layers)
    layers.push_back(&layer);
  llvm::sort(layers, [](const LayerReport *a, const LayerReport *b) {
    return std::make_tuple(b->work.instructions, a) <
           std::make_tuple(a->work.instructions, b);
  });
  if (layers.size() > 3)
    layers.truncate(3);
  out << llvm::formatv("  work   about {0:n} instructions: ", all);
  llvm::interleaveComma(layers, out, [&](const LayerReport *layer) {
    out << llvm::formatv("{0} {1:f0} %", layer->name,
                         100.0 * layer->work.instructions / all);
  });
  out << "\n";
}

std::string rtwmc::makeTable(const Candidate &candidate,
                             const CompileOptions &options,
                             bool batchSpecialized,
                             ArrayRef<std::string> notes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  auto budget = [](int64_t used, int64_t limit) {
    return limit ? llvm::formatv("{0:n} of {1:n} bytes", used, limit).str()
                 : llvm::formatv("{0:n} bytes", used).str();
  };
  out << options.name << " for " << options.mcpu << " (" << spell(options.mode)
      << ")\n\n";
  std::string state =
      candidate.state ? llvm::formatv(", state {0:n}", candidate.state).str()
                      : "";
  out << llvm::formatv("  RAM    {0}: arena {1:n}{2}, stack {3:n}\n",
                       budget(candidate.ram(), options.ram),
                       candidate.plan.arenaBytes, state,
                       candidate.object.stack);
  if (std::optional<int64_t> stack = candidate.object.stackAtCallback)
    out << llvm::formatv("  input  by rows, asked for on a stack of {0:n}\n",
                         *stack);
  out << llvm::formatv("  flash  {0}: code {1:n}, constants {2:n}{3}\n",
                       budget(candidate.flash(), options.flash),
                       candidate.object.code, candidate.object.constants,
                       candidate.fit.optimizeForSize ? ", optimized for size"
                                                     : "");
  int64_t again = candidate.network.recomputedMacs();
  out << llvm::formatv(
      "  MACs   {0:n}{1}\n", candidate.network.macs(),
      again ? llvm::formatv(", {0:n} more than without strips", again).str()
            : "");
  if (std::vector<std::string> strips = candidate.network.strips();
      !strips.empty())
    out << llvm::formatv("  strips {0}\n", llvm::join(strips, ", "));
  printWorst(out, candidate);
  out << "\n";
  out << llvm::formatv("  {0,-12} {1,-16} {2,-9} {3,7} {4,7} {5,8} {6,7}\n",
                       "map", "shape", "store", "drop", "keep", "values",
                       "other");
  for (const MapReport &map : candidate.network.maps) {
    SmallVector<std::string> sizes;
    for (int64_t size : map.shape)
      sizes.push_back(std::to_string(size));
    std::string store(spell(map.store.kind));
    if (map.store.kind == planning::StoreKind::Ring ||
        map.store.kind == planning::StoreKind::PackedRing)
      store += " " + std::to_string(map.store.rows);
    bool packed = isPacked(map);
    int64_t other = map.store.bitmapBytes + map.store.bufferBytes +
                    map.store.cacheBytes + map.scratch;
    out << llvm::formatv(
        "  {0,-12} {1,-16} {2,-9} {3,7} {4,7} {5,8} {6,7}\n", map.name,
        llvm::join(sizes, "x"), store, packed ? map.store.drop : 0,
        packed ? map.store.keep : elementsOf(map), valueBytes(map), other);
  }
  out << llvm::formatv("\n  {0,-12} {1,10} {2,7} {3,7}\n", "layer", "MACs",
                       "stack", "code");
  for (const LayerReport &layer : candidate.network.layers)
    out << llvm::formatv("  {0,-12} {1,10:n} {2,7} {3,7}\n", layer.name,
                         layer.macs, layer.stack, layer.code);
  if (batchSpecialized)
    out << "\n  note: the dynamic batch was taken as 1\n";
  for (const std::string &note : notes)
    out << "  note: " << note << "\n";
  return text;
}
