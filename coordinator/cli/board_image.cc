// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_image.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "dsp/base/bytes.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::uint32_t kKiB = 1024, kMiB = 1024 * kKiB;
constexpr std::string_view kElfMagic(
    "\x7f"
    "ELF",
    4);

std::string RangeText(std::uint32_t first, std::uint32_t bytes) {
  return HexText(first) + " to " + HexText(std::uint64_t{first} + bytes - 1);
}

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// System V ABI, ELF-32: what of a program header says where its bytes belong.
struct Segment {
  std::uint32_t type = 0, offset = 0, at = 0, bytes = 0;
};

std::string ReadSegments(std::string_view file, std::vector<Segment>& segments) {
  constexpr std::uint16_t kArm = 40;
  constexpr std::size_t kHeader = 52, kProgramHeader = 32;
  if (file.size() < kHeader) return "it is cut off: shorter than the head of an ELF";
  if (file[4] != 1 || file[5] != 1) return "it is no 32-bit little-endian ELF: not for a Cortex-M";
  ByteReader head(BytesOf(file).subspan(16));
  head.Le<std::uint16_t>();  // type
  const auto machine = head.Le<std::uint16_t>();
  if (machine != kArm) {
    return "it is an ELF for another CPU (machine " + std::to_string(machine) +
           ", Arm is 40): build it with deploy/build-firmware";
  }
  head.View(8);  // version, entry
  const auto offset = head.Le<std::uint32_t>();
  head.View(4 + 4 + 2);  // sections, flags, size of this head
  const auto size = head.Le<std::uint16_t>(), count = head.Le<std::uint16_t>();
  if (size < kProgramHeader || offset + std::uint64_t{size} * count > file.size()) {
    return "it is cut off: its program headers are not in it";
  }
  for (std::size_t i = 0; i < count; ++i) {
    ByteReader in(BytesOf(file).subspan(offset + i * size, kProgramHeader));
    Segment segment;
    segment.type = in.Le<std::uint32_t>();
    segment.offset = in.Le<std::uint32_t>();
    in.View(4);  // where it is when it runs
    segment.at = in.Le<std::uint32_t>();
    segment.bytes = in.Le<std::uint32_t>();
    if (segment.type != 1 || segment.bytes == 0) continue;
    if (segment.offset + std::uint64_t{segment.bytes} > file.size()) {
      return "it is cut off: " + std::to_string(segment.bytes) + " bytes for " +
             HexText(segment.at) + " are not in it";
    }
    segments.push_back(segment);
  }
  return segments.empty() ? "it holds nothing that would be written" : "";
}

std::string Flatten(std::string_view file, const BoardKind& board, BoardImage& image) {
  std::vector<Segment> segments;
  if (std::string wrong = ReadSegments(file, segments); !wrong.empty()) return wrong;
  std::uint64_t end = board.flash;
  for (const Segment& segment : segments) {
    const std::uint64_t last = std::uint64_t{segment.at} + segment.bytes;
    if (segment.at < board.flash || last > std::uint64_t{board.flash} + board.flash_bytes) {
      return "it wants " + std::to_string(segment.bytes) + " bytes at " + HexText(segment.at) +
             ", and the flash of a " + board.name + " is " +
             RangeText(board.flash, board.flash_bytes) + ": it was built for another board";
    }
    end = std::max(end, last);
  }
  image.bytes.assign(end - board.flash, '\xff');  // as erased flash is
  for (const Segment& segment : segments) {
    file.copy(image.bytes.data() + (segment.at - board.flash), segment.bytes, segment.offset);
  }
  return {};
}

std::string CheckVectors(const BoardKind& board, BoardImage& image) {
  if (image.bytes.size() < 8) return "it is too short for a vector table: 8 bytes at least";
  ByteReader in(BytesOf(image.bytes));
  image.stack = in.Le<std::uint32_t>();
  image.reset = in.Le<std::uint32_t>();
  const std::uint64_t ram_end = std::uint64_t{board.ram} + board.ram_bytes;
  if (image.stack <= board.ram || image.stack > ram_end || image.stack % 8 != 0) {
    return "its initial stack pointer is " + HexText(image.stack) + ", and the RAM of a " +
           board.name + " is " + RangeText(board.ram, board.ram_bytes) + " (in steps of 8)";
  }
  if (image.reset % 2 == 0) {
    return "its reset vector is " + HexText(image.reset) +
           ", which is even: a Cortex-M knows Thumb code alone, whose addresses are odd there";
  }
  if (image.reset < image.at || image.reset - image.at >= image.bytes.size()) {
    return "its reset vector is " + HexText(image.reset) + ", which is not in it (" +
           RangeText(image.at, static_cast<std::uint32_t>(image.bytes.size())) + ")";
  }
  return {};
}

}  // namespace

std::string HexText(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%08llx", static_cast<unsigned long long>(value));
  return text;
}

const std::vector<BoardKind>& BoardKinds() {
  static const std::vector<BoardKind> kinds = {
      {"mps2-an386", "Cortex-M4F", 0, 4 * kMiB, 0x20000000, 4 * kMiB, nullptr, false, true, true},
      {"mps2-an500", "Cortex-M7", 0, 4 * kMiB, 0x20000000, 4 * kMiB, nullptr, false, true, true},
      {"netduinoplus2", "STM32F405", 0x08000000, kMiB, 0x20000000, 128 * kKiB, nullptr, true, true,
       false},
      {"nucleo-f767zi", "STM32F767", 0x08000000, 2 * kMiB, 0x20000000, 512 * kKiB,
       "board/st_nucleo_f7.cfg", true, false, false}};
  return kinds;
}

const BoardKind* FindBoardKind(std::string_view name) {
  const auto& kinds = BoardKinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [name](const BoardKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

std::string ReadBoardImage(std::string_view file, const BoardKind& board, BoardImage& image) {
  image = {};
  image.at = board.flash;
  image.elf = file.starts_with(kElfMagic);
  if (image.elf) {
    if (std::string wrong = Flatten(file, board, image); !wrong.empty()) return wrong;
  } else {
    image.bytes = file;
  }
  const std::uint32_t room = board.flash_bytes - 4096;
  if (image.bytes.size() > room) {
    return "it takes " + std::to_string(image.bytes.size()) + " bytes, and the flash of a " +
           board.name + " has " + std::to_string(room) + " beside the page of its key";
  }
  return CheckVectors(board, image);
}

}  // namespace continuo::coordinator::cli
