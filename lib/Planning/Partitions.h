//===- Partitions.h - Where to cut the layer list ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. Everything that is alive while a segment runs follows
// from its first and last layer alone, so segments are measured one by one and
// partitions judged by their worst segment. No candidate depends on a budget:
// that is what makes the planner's answers monotone in it.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_PARTITIONS_H
#define RTWMC_LIB_PLANNING_PARTITIONS_H

#include "Layout.h"

#include <cstdint>
#include <vector>

namespace rtwmc::planning {

/// First layer of each segment.
using Partition = std::vector<int>;

/// Whether a map whose consumers share its producer's segment can be packed.
enum class Barrier {
  /// It is stored in rows there instead.
  Optional,
  /// No: such segments are impossible.
  Required
};

/// The peak of every segment, for one choice of packed maps.
class SegmentPeaks {
public:
  SegmentPeaks(const Topology &topology, const Drops &drops, Barrier barrier,
               const Options &options);

  /// Bytes alive at once while layers `[begin, end)` run as one segment;
  /// `unlimited` if they cannot.
  int64_t peak(int begin, int end) { return peaks(begin, end).bytes; }
  /// The same if all of a map were alive when any of it is.
  int64_t wholePeak(int begin, int end) { return peaks(begin, end).wholeBytes; }
  /// Long segments of long networks are not measured (their number grows with
  /// the square, their cost with the cube of the length).
  bool isTooLong(int begin, int end) const {
    return topo.numLayers() > 64 && end - begin > 32;
  }
  /// The worst segment: a lower bound on the partition's arena.
  int64_t peak(const Partition &partition);
  /// Elements dropped, by map.
  const Drops &drops() const { return packed; }
  /// The partition with the least such peak; of those, one with the fewest
  /// segments. Dynamic programming over the ends of segments. `byRow`: maps
  /// that cross segments die row by row, else as a whole.
  Partition best(bool byRow);

private:
  struct Peaks {
    int64_t bytes = -1, wholeBytes = -1;
  };

  const Peaks &peaks(int begin, int end);
  Peaks measure(int begin, int end) const;

  const Topology &topo;
  Drops packed;
  Barrier rule;
  const Options &opts;
  std::vector<Peaks> known;
};

/// The schedule of a whole partition.
Timeline makeTimeline(const Topology &topology, const Partition &partition);

/// Packed maps stay packed only where their barrier holds in `partition`.
bool barrierHolds(const Topology &topology, const Partition &partition,
                  int map);

/// The partitions that are tried: all of them for small networks, else the best
/// of each of `peaks` and their neighbours (one boundary more or less).
std::vector<Partition> candidatePartitions(const Topology &topology,
                                           std::vector<SegmentPeaks> &peaks,
                                           const Options &options);

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_PARTITIONS_H
