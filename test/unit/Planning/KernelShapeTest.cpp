//===- KernelShapeTest.cpp - What layers need besides their maps ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/KernelShape.h"
#include "gtest/gtest.h"

using namespace rtwmc;
using namespace rtwmc::planning;

/// SonicNet-A's second convolution: 14x14x20 to 10x10x80.
static KernelShape makeConvolution() {
  KernelShape shape;
  shape.kind = KernelKind::Convolution;
  shape.kernelHeight = shape.kernelWidth = 5;
  shape.mixesChannels = true;
  shape.input = {14, 14, 20};
  shape.output = {10, 10, 80};
  return shape;
}

static int64_t packedScratch(const KernelShape &shape,
                             StreamOrder order = StreamOrder::NHWC) {
  KernelInput input{shape.input, /*isReshaped=*/false, order};
  return describeKernel(shape, {&input, 1}, StreamOrder::NHWC)
      .inputs[0]
      .packedScratch;
}

TEST(KernelShape, LineBehindSumsWithoutRoomForAWindow) {
  KernelShape shape = makeConvolution();
  EXPECT_EQ(packedScratch(shape), 4 * 16 + 5 * 20);
  // Of a row that is packed on its own a cursor for each row of the window.
  KernelInput input{shape.input};
  EXPECT_EQ(describeKernel(shape, {&input, 1}, StreamOrder::NHWC)
                .inputs[0]
                .packedRowScratch,
            4 * 5 + 4 * 16 + 5 * 20);
  shape.output.channels = 7;
  EXPECT_EQ(packedScratch(shape), 4 * 7 + 5 * 20);
}

TEST(KernelShape, WindowWhereThereIsRoom) {
  KernelShape shape = makeConvolution();
  shape.holdsInputWindow = true;
  EXPECT_EQ(packedScratch(shape), 5 * 5 * 20);
}

TEST(KernelShape, WindowWhereLinesCannotBe) {
  int64_t window = 5 * 5 * 20;
  KernelShape whole = makeConvolution();
  whole.scratch = 4000;
  EXPECT_EQ(packedScratch(whole), window);
  KernelShape depthwise = makeConvolution();
  depthwise.mixesChannels = false;
  EXPECT_EQ(packedScratch(depthwise), window);
  KernelShape pool = makeConvolution();
  pool.kind = KernelKind::MaxPool;
  EXPECT_EQ(packedScratch(pool), window);
  EXPECT_EQ(packedScratch(makeConvolution(), StreamOrder::NCHW), window);
}

TEST(KernelShape, WindowThatIsHardlyMoreThanALine) {
  KernelShape shape = makeConvolution();
  shape.input.channels = 5;
  shape.output.channels = 9;
  // 36 bytes of sums and 25 of a line, of 125: 64 are saved.
  EXPECT_EQ(packedScratch(shape), 36 + 25);
  shape.output.channels = 10;
  EXPECT_EQ(packedScratch(shape), 125);
}

TEST(KernelShape, PatchOfPaddedWindows) {
  KernelShape shape = makeConvolution();
  shape.pad = {2, 2, 2, 2};
  shape.output = {14, 14, 80};
  EXPECT_EQ(packedScratch(shape), 0);
  KernelInput input{shape.input};
  EXPECT_EQ(describeKernel(shape, {&input, 1}, StreamOrder::NHWC).scratch,
            5 * 5 * 20);
}
