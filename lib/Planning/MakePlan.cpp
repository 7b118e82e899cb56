//===- MakePlan.cpp - A placed layout, written out as a plan --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakePlan.h"

#include <algorithm>

using namespace rtwmc::planning;

static void setOffset(Plan &plan, const Network &network, const Buffer &buffer,
                      int64_t offset, const ScratchParts &scratch) {
  switch (buffer.kind) {
  case Part::Rows:
    plan.stores[buffer.owner].offset = offset;
    break;
  case Part::Values:
    plan.stores[buffer.owner].valuesOffset = offset;
    plan.stores[buffer.owner].offset = offset;
    break;
  case Part::Bitmap:
    plan.stores[buffer.owner].bitmapOffset = offset;
    break;
  case Part::TinyBuffer:
    plan.stores[buffer.owner].bufferOffset = offset;
    break;
  case Part::Cache:
    if (buffer.bytes > 0)
      plan.stores[buffer.owner].cacheOffset = offset;
    break;
  case Part::PrunerState:
    plan.stores[buffer.owner].stateOffset = offset;
    break;
  case Part::Scratch:
    plan.scratchOffset[buffer.owner] = offset;
    if (scratch.packedOutput >= 0)
      plan.packedOutputScratchOffset[buffer.owner] =
          offset + scratch.packedOutput;
    for (size_t i = 0; i < scratch.packedInput.size(); ++i)
      if (scratch.packedInput[i] >= 0)
        plan.packedScratchOffset[buffer.owner][i] =
            offset + scratch.packedInput[i];
    if (Store &output = plan.stores[network.layers[buffer.owner].output];
        output.kind == StoreKind::PackedRing) {
      output.bufferOffset = offset + scratch.tinyBuffer;
      if (scratch.prunerState >= 0)
        output.stateOffset = offset + scratch.prunerState;
    }
    break;
  case Part::LayerState:
    plan.stateOffset[buffer.owner] = offset;
    break;
  case Part::PackedState:
    plan.packedStateOffset[buffer.owner][buffer.input] = offset;
    break;
  }
}

/// Which maps have bytes in which something else is while they are alive.
static std::vector<bool> findSliding(const Layout &layout,
                                     const Placement &placement) {
  const std::vector<Buffer> &buffers = layout.buffers;
  std::vector<bool> slides(buffers.size(), false);
  for (size_t a = 0; a < buffers.size(); ++a) {
    if (buffers[a].rows.empty())
      continue;
    int64_t begin = placement.offsets[a], end = begin + buffers[a].bytes;
    for (size_t b = 0; b < buffers.size() && !slides[a]; ++b)
      slides[a] = b != a && buffers[b].bytes > 0 &&
                  placement.offsets[b] < end &&
                  begin < placement.offsets[b] + buffers[b].bytes &&
                  layout.liveTogether(buffers[a], buffers[b]);
  }
  return slides;
}

static void findPeak(Plan &plan, const Layout &layout,
                     const Placement &placement) {
  std::vector<int64_t> bytes;
  for (const Buffer &buffer : layout.buffers)
    bytes.push_back(buffer.bytes);
  std::vector<int64_t> live =
      layout.liveBytes(bytes, findSliding(layout, placement));
  auto peak = std::max_element(live.begin(), live.end());
  if (peak == live.end())
    return;
  plan.peakBytes = *peak;
  plan.peakStep = int(peak - live.begin());
}

Plan rtwmc::planning::makePlan(const Layout &layout, const Placement &placement,
                               const Partition &partition) {
  const Network &net = layout.time.topo.net;
  size_t numLayers = net.layers.size();
  Plan p;
  p.stores = layout.stores;
  p.steps = layout.time.steps;
  p.segments = partition;
  p.scratchOffset.assign(numLayers, -1);
  p.stateOffset.assign(numLayers, -1);
  p.packedOutputScratchOffset.assign(numLayers, -1);
  for (const Layer &self : net.layers) {
    p.packedScratchOffset.emplace_back(self.inputs.size(), -1);
    p.packedStateOffset.emplace_back(self.inputs.size(), -1);
  }
  for (size_t b = 0; b < layout.buffers.size(); ++b) {
    const Buffer &buf = layout.buffers[b];
    setOffset(p, net, buf, placement.offsets[b],
              buf.kind == Part::Scratch ? layout.scratch[buf.owner]
                                        : ScratchParts());
    if (buf.bytes > 0)
      p.arenaAlign = std::max(p.arenaAlign, buf.align);
  }
  for (Store &s : p.stores)
    if (s.kind == StoreKind::Alias)
      s.offset = p.stores[s.aliasOf].offset;
  p.arenaBytes = placement.arenaBytes;
  findPeak(p, layout, placement);

  int64_t dropped = 0, elements = 0;
  for (size_t m = 0; m < p.stores.size(); ++m)
    dropped += p.stores[m].totalDrop(net.maps[m]);
  for (const Layer &self : net.layers)
    elements += net.maps[self.output].elements();
  p.lossFraction = double(dropped) / double(elements);
  return p;
}
