//===- FieldOrder.cpp - Chunks of products that fit fields ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The largest elements are distributed first, each to the chunk where it does
// the least harm; then elements of chunks with too much in some channel change
// places with others as long as that helps.
//
//===----------------------------------------------------------------------===//

#include "FieldOrder.h"

#include <random>

using namespace rtwmc;

/// Elements of a block: as many as straight-line code should have, and should
/// have at least.
static constexpr int64_t mostInBlock = 50, leastInBlock = 20;
/// Longer chunks save little and are hardly ever found.
static constexpr int64_t mostInChunk = 6;
static constexpr int numExchanges = 4000;

int64_t FieldOrder::elementsPerBlock() const {
  int64_t result = 0;
  for (ChunkRun run : runs)
    result += run.count * run.size;
  return result;
}

int64_t FieldOrder::chunksPerBlock() const {
  int64_t result = 0;
  for (ChunkRun run : runs)
    result += run.count;
  return result;
}

namespace {

/// Distributes the elements of one row.
class RowChunks {
public:
  RowChunks(const Filters &filters, int64_t row) : channels(filters.channels) {
    for (int64_t element = 0; element < filters.length; ++element)
      for (int64_t channel = 0; channel < channels; ++channel)
        magnitudes.push_back(static_cast<int16_t>(
            std::abs(int32_t(filters.at(channel, row, element)))));
  }

  /// The elements of chunks of `sizes`, -1 where there are none; nothing if
  /// that was not found.
  std::optional<std::vector<int32_t>> find(llvm::ArrayRef<int64_t> sizes);

private:
  llvm::ArrayRef<int16_t> of(int64_t element) const {
    return llvm::ArrayRef(magnitudes).slice(element * channels, channels);
  }
  llvm::MutableArrayRef<int16_t> sumsOf(int64_t chunk) {
    return llvm::MutableArrayRef(sums).slice(chunk * channels, channels);
  }
  /// By how much channels of a chunk are too large, with `added` and without
  /// `removed` (-1: nothing); and the largest of its sums.
  std::pair<int64_t, int64_t> excess(int64_t chunk, int64_t added,
                                     int64_t removed = -1);
  void distribute(llvm::ArrayRef<int64_t> sizes);
  void exchange();

  int64_t channels;
  /// Element by element.
  std::vector<int16_t> magnitudes;
  /// Chunk by chunk.
  std::vector<int16_t> sums;
  std::vector<std::vector<int32_t>> chunks;
};

} // namespace

std::pair<int64_t, int64_t> RowChunks::excess(int64_t chunk, int64_t added,
                                              int64_t removed) {
  llvm::ArrayRef<int16_t> sum = sumsOf(chunk);
  int32_t excess = 0, most = 0;
  for (int64_t channel = 0; channel < channels; ++channel) {
    int32_t value = sum[channel];
    if (added >= 0)
      value += magnitudes[added * channels + channel];
    if (removed >= 0)
      value -= magnitudes[removed * channels + channel];
    excess += std::max<int32_t>(value - mostInField, 0);
    most = std::max(most, value);
  }
  return {excess, most};
}

void RowChunks::distribute(llvm::ArrayRef<int64_t> sizes) {
  int64_t count = magnitudes.size() / channels;
  std::vector<std::pair<int64_t, int32_t>> order;
  for (int64_t element = 0; element < count; ++element) {
    int64_t squares = 0;
    for (int64_t w : of(element))
      squares += w * w;
    order.emplace_back(-squares, element);
  }
  llvm::sort(order);
  chunks.assign(sizes.size(), {});
  sums.assign(sizes.size() * channels, 0);
  for (auto [squares, element] : order) {
    std::optional<std::tuple<int64_t, int64_t, size_t>> best;
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
      if (int64_t(chunks[chunk].size()) == sizes[chunk])
        continue;
      auto [much, most] = excess(chunk, element);
      std::tuple each(much, most, chunk);
      if (!best || each < *best)
        best = each;
    }
    size_t chunk = std::get<2>(*best);
    chunks[chunk].push_back(element);
    for (auto [sum, w] : llvm::zip_equal(sumsOf(chunk), of(element)))
      sum += w;
  }
}

void RowChunks::exchange() {
  std::vector<int64_t> harm;
  int64_t all = 0;
  for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
    harm.push_back(excess(chunk, -1).first);
    all += harm.back();
  }
  // The same numbers everywhere: distributions of the library differ.
  // NOLINTNEXTLINE(bugprone-random-generator-seed)
  std::minstd_rand random(1);
  auto below = [&](size_t end) { return random() % end; };
  for (int turn = 0; turn < numExchanges && all > 0; ++turn) {
    size_t from = below(chunks.size()), to = below(chunks.size());
    while (harm[from] == 0)
      from = (from + 1) % chunks.size();
    if (from == to || chunks[from].empty() || chunks[to].empty())
      continue;
    int32_t &one = chunks[from][below(chunks[from].size())];
    int32_t &other = chunks[to][below(chunks[to].size())];
    int64_t first = excess(from, other, one).first;
    int64_t second = excess(to, one, other).first;
    if (first + second > harm[from] + harm[to])
      continue;
    all += first + second - harm[from] - harm[to];
    harm[from] = first;
    harm[to] = second;
    for (int64_t channel = 0; channel < channels; ++channel) {
      int32_t more = magnitudes[other * channels + channel] -
                     magnitudes[one * channels + channel];
      sumsOf(from)[channel] += more;
      sumsOf(to)[channel] -= more;
    }
    std::swap(one, other);
  }
}

std::optional<std::vector<int32_t>>
RowChunks::find(llvm::ArrayRef<int64_t> sizes) {
  distribute(sizes);
  exchange();
  std::vector<int32_t> elements;
  for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
    if (excess(chunk, -1).first > 0)
      return std::nullopt;
    llvm::append_range(elements, chunks[chunk]);
    elements.resize(elements.size() + sizes[chunk] - chunks[chunk].size(), -1);
  }
  return elements;
}

/// Chunks of almost the same size, the larger first.
static void divide(int64_t elements, int64_t chunks, FieldOrder &order) {
  int64_t size = elements / chunks, larger = elements % chunks;
  order.runs.clear();
  if (larger > 0)
    order.runs.push_back({larger, size + 1});
  order.runs.push_back({chunks - larger, size});
}

/// Instructions of a row in so many blocks: four for an element and for a
/// chunk, some for a turn and for pointers that move on.
static int64_t countInstructions(int64_t length, int64_t blocks) {
  int64_t elements = llvm::divideCeil(length, blocks);
  int64_t chunks = llvm::divideCeil(elements, 5);
  int64_t moves = (elements + chunks - 1) / 31;
  return blocks * (4 * (elements + chunks) + 5 + 3 * moves);
}

/// Smaller blocks take less code, and many are hardly slower.
static int64_t countBlocks(int64_t length) {
  int64_t few = llvm::divideCeil(length, mostInBlock), best = few;
  int64_t least = countInstructions(length, few);
  for (int64_t blocks = few + 1; blocks * leastInBlock <= length + blocks;
       ++blocks)
    if (countInstructions(length, blocks) * 50 <= least * 51)
      best = blocks;
  return best;
}

static std::optional<FieldOrder> search(const Filters &filters) {
  FieldOrder order;
  order.blocksPerRow = countBlocks(filters.length);
  int64_t inBlock = llvm::divideCeil(filters.length, order.blocksPerRow);
  std::vector<RowChunks> rows;
  for (int64_t row = 0; row < filters.height; ++row)
    rows.emplace_back(filters, row);
  int64_t chunks = llvm::divideCeil(inBlock, mostInChunk);
  for (; 2 * chunks <= inBlock + 1; ++chunks) {
    divide(inBlock, chunks, order);
    llvm::SmallVector<int64_t> sizes;
    for (int64_t block = 0; block < order.blocksPerRow; ++block)
      for (ChunkRun run : order.runs)
        sizes.append(run.count, run.size);
    order.elements.clear();
    for (RowChunks &row : rows) {
      std::optional<std::vector<int32_t>> found = row.find(sizes);
      if (!found)
        break;
      llvm::append_range(order.elements, *found);
    }
    if (order.elements.size() == rows.size() * inBlock * order.blocksPerRow)
      return order;
  }
  return std::nullopt;
}

namespace {

/// What was found for some filters.
struct KnownOrder {
  int64_t height, length;
  std::vector<int16_t> weights;
  std::optional<FieldOrder> order;

  bool isFor(const Filters &filters) const {
    return height == filters.height && length == filters.length &&
           weights == filters.weights;
  }
};

} // namespace

std::optional<FieldOrder> rtwmc::findFieldOrder(const Filters &filters) {
  if (filters.areWide || filters.perChannel() == 0)
    return std::nullopt;
  // A layer's order is asked for whenever its kernel is priced or emitted, and
  // a search takes longer than both. As many are kept as networks have layers.
  constexpr size_t mostKnown = 32;
  static thread_local std::vector<KnownOrder> known;
  static thread_local size_t oldest = 0;
  for (const KnownOrder &each : known)
    if (each.isFor(filters))
      return each.order;
  KnownOrder found{filters.height, filters.length, filters.weights,
                   search(filters)};
  std::optional<FieldOrder> order = found.order;
  if (known.size() < mostKnown) {
    known.push_back(std::move(found));
    return order;
  }
  known[oldest] = std::move(found);
  oldest = (oldest + 1) % mostKnown;
  return order;
}
