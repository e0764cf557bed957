// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <regex>
#include <sstream>

#include "coordinator/cli/flash_plan.h"
#include "dsp/base/bytes.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Words32(std::initializer_list<std::uint32_t> words) {
  std::string bytes(words.size() * 4, '\0');
  ByteWriter out({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  for (const std::uint32_t word : words) out.Le(word);
  return bytes;
}

/// Of an STM32F405, with that vector table.
std::string Raw(std::uint32_t stack = 0x2000c000, std::uint32_t reset = 0x08000009) {
  return Words32({stack, reset, 0xdeadbeef, 0xdeadbeef});
}

/// With one segment for `at`.
std::string Elf(const std::string& content, std::uint32_t at, std::uint16_t machine = 40) {
  std::string file(52 + 32, '\0');
  ByteWriter head({reinterpret_cast<std::uint8_t*>(file.data()), file.size()});
  head.Bytes(
      "\x7f"
      "ELF\x01\x01\x01\0\0\0\0\0\0\0\0\0",
      16);
  for (const std::uint16_t half : {std::uint16_t{2}, machine}) head.Le(half);
  for (const std::uint32_t word : {1u, 0u, 52u, 0u, 0u}) head.Le(word);
  for (const std::uint16_t half : {52, 32, 1, 40, 0, 0}) head.Le(half);
  const auto size = static_cast<std::uint32_t>(content.size());
  for (const std::uint32_t word : {1u, 84u, 0x20000000u, at, size, size, 5u, 4u}) head.Le(word);
  return file + content;
}

std::string Wrong(const std::string& file, const char* board = "netduinoplus2") {
  BoardImage image;
  return ReadBoardImage(file, *FindBoardKind(board), image);
}

TEST(BoardImageTest, BytesAndElfAreTheSameImage) {
  BoardImage raw, elf;
  const BoardKind& board = *FindBoardKind("netduinoplus2");
  EXPECT_EQ(ReadBoardImage(Raw(), board, raw), "");
  EXPECT_EQ(ReadBoardImage(Elf(Raw(), 0x08000000), board, elf), "");
  EXPECT_EQ(raw.bytes, elf.bytes);
  EXPECT_EQ(elf.at, 0x08000000u);
  EXPECT_EQ(elf.stack, 0x2000c000u);
  EXPECT_EQ(elf.reset, 0x08000009u);
  EXPECT_TRUE(elf.elf);
  EXPECT_FALSE(raw.elf);
}

TEST(BoardImageTest, WhatCannotBeginIsRefusedByItsVectorTable) {
  EXPECT_THAT(Wrong(Raw(0x10000000)), HasSubstr("initial stack pointer is 0x10000000"));
  EXPECT_THAT(Wrong(Raw(0x20020008)), HasSubstr("0x20000000 to 0x2001ffff"));
  EXPECT_THAT(Wrong(Raw(0x2000c002)), HasSubstr("steps of 8"));
  EXPECT_THAT(Wrong(Raw(0x2000c000, 0x08000008)), HasSubstr("which is even"));
  EXPECT_THAT(Wrong(Raw(0x2000c000, 0x08000011)), HasSubstr("not in it"));
  EXPECT_THAT(Wrong(Raw(0x2000c000, 0x00000009)), HasSubstr("not in it"));
  EXPECT_THAT(Wrong("short"), HasSubstr("too short"));
  EXPECT_EQ(Wrong(Raw(0x20020000)), "") << "the end of RAM is where a stack begins";
}

TEST(BoardImageTest, WhatIsForAnotherBoardOrCpuIsRefused) {
  EXPECT_THAT(Wrong(Elf(Raw(), 0x00000000)), HasSubstr("built for another board"));
  EXPECT_THAT(Wrong(Elf(Raw(), 0x08000000, 62)), HasSubstr("machine 62, Arm is 40"));
  EXPECT_THAT(Wrong(Elf(Raw(), 0x080ffff8)), HasSubstr("built for another board"));
  EXPECT_THAT(Wrong(Raw() + std::string(1020 * 1024, '\0')),
              HasSubstr("beside the page of its key"));
  EXPECT_THAT(Wrong(Elf(Raw(), 0x08000000).substr(0, 90)), HasSubstr("cut off"));
  EXPECT_THAT(Wrong(Elf(Raw(), 0x08000000).substr(0, 60)), HasSubstr("cut off"));
  EXPECT_THAT(Wrong(Elf(Raw(), 0x08000000).substr(0, 20)), HasSubstr("cut off"));
  EXPECT_THAT(Wrong(Elf("", 0x08000000)), HasSubstr("nothing that would be written"));
  std::string wide = Elf(Raw(), 0x08000000);
  wide[4] = 2;
  EXPECT_THAT(Wrong(wide), HasSubstr("no 32-bit"));
}

TEST(BoardImageTest, BoardsAreAsTheirLinkerScriptsSay) {
  for (const BoardKind& board : BoardKinds()) {
    std::ifstream file(std::string(BOARDS) + "/" + board.name + "/linker.ld");
    std::stringstream text;
    text << file.rdbuf();
    std::smatch found;
    const std::string script = text.str();
    const std::regex flash(R"(FLASH \(rx\) : ORIGIN = (0x[0-9A-Fa-f]+), LENGTH = (\d+)M)");
    ASSERT_TRUE(std::regex_search(script, found, flash)) << board.name;
    EXPECT_EQ(std::stoul(found[1], nullptr, 16), board.flash);
    EXPECT_EQ(std::stoul(found[2]) << 20, board.flash_bytes);
    const std::regex ram(R"(RAM \(rwx\) : ORIGIN = (0x[0-9A-Fa-f]+))");
    ASSERT_TRUE(std::regex_search(script, found, ram)) << board.name;
    EXPECT_EQ(std::stoul(found[1], nullptr, 16), board.ram);
  }
}

BoardImage ImageOf(const BoardKind& board, const std::string& file) {
  BoardImage image;
  EXPECT_EQ(ReadBoardImage(file, board, image), "");
  return image;
}

TEST(FlashPlanTest, TheDebuggerGetsTheKeyFirstAndStartsTheBoardAtTheEnd) {
  const BoardKind& board = *FindBoardKind("nucleo-f767zi");
  const BoardImage image = ImageOf(board, Elf(Raw(), 0x08000000));
  const auto commands = FlashCommands(board, image, {.image = "my image", .key = "mcu-1.page"});
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_THAT(commands[0], ElementsAre("openocd", "-f", "board/st_nucleo_f7.cfg", "-c",
                                       "program {mcu-1.page} 0x081ff000 verify exit"));
  EXPECT_EQ(commands[1].back(), "program {my image} verify reset exit");
  const auto raw = FlashCommands(board, ImageOf(board, Raw()), {.image = "a.bin"});
  EXPECT_EQ(raw.front().back(), "program {a.bin} 0x08000000 verify reset exit");
}

TEST(FlashPlanTest, TheBootLoaderIsGreetedOnce) {
  const BoardKind& board = *FindBoardKind("netduinoplus2");
  const BoardImage image = ImageOf(board, Raw());
  const auto commands = FlashCommands(
      board, image,
      {.way = FlashWay::kStm32flash, .image = "a.bin", .key = "k.page", .serial = "/dev/ttyUSB0"});
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_THAT(commands[0], ElementsAre("stm32flash", "-f", "-w", "k.page", "-v", "-S", "0x080ff000",
                                       "/dev/ttyUSB0"));
  EXPECT_THAT(commands[1], Contains("-c"));
  EXPECT_EQ(commands[1].back(), "/dev/ttyUSB0");
  EXPECT_THAT(FlashCommands(board, image, {.way = FlashWay::kStm32flash})[0],
              testing::Not(Contains("-c")));
}

TEST(FlashPlanTest, AWayThatABoardHasNotIsRefusedWithAnotherOne) {
  EXPECT_THAT(WrongWay(*FindBoardKind("mps2-an386"), {}), HasSubstr("--emulate"));
  EXPECT_THAT(WrongWay(*FindBoardKind("netduinoplus2"), {}), HasSubstr("--serial"));
  EXPECT_EQ(WrongWay(*FindBoardKind("netduinoplus2"), {.openocd = "mine.cfg"}), "");
  EXPECT_EQ(WrongWay(*FindBoardKind("netduinoplus2"), {.way = FlashWay::kStm32flash}), "");
  EXPECT_EQ(WrongWay(*FindBoardKind("nucleo-f767zi"), {}), "");
}

TEST(FlashPlanTest, AnEmulatedBoardHasItsSocketAndItsKey) {
  const std::string text = ShellText(
      EmulatorCommand(*FindBoardKind("mps2-an386"), "an image", "k.page", "127.0.1.9:5004"));
  EXPECT_THAT(text, HasSubstr("-kernel 'an image'"));
  EXPECT_THAT(text, HasSubstr("hostfwd=udp:127.0.1.9:5004-10.0.2.15:5004"));
  EXPECT_THAT(text, HasSubstr("loader,file=k.page,addr=0x003ff000,force-raw=on"));
  EXPECT_THAT(ShellText(EmulatorCommand(*FindBoardKind("netduinoplus2"), "i", "", "")),
              HasSubstr("-nic none"));
  EXPECT_EQ(ShellText({"a", "", "it's"}), "a '' 'it'\\''s'");
}

}  // namespace
}  // namespace continuo::coordinator::cli
