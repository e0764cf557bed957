// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/kernels/kernel.h"
#include "proto/session/note_file.h"

// The canonical form of an asset: decoded and resampled once, at import, so that nobody decodes again and its
// SHA-256 can be its name. Little-endian, 32 bytes of header, then the material:
//
//   audio  "CAUD", u32 version, u32 rate (48000), u32 channels, u64 frames, u32 zones, u32 0; then interleaved
//          float32; then, where the recording is that of a kit, its zones (dsp/kernels/zone.h), 68 bytes each
//   notes  "CMID", u32 version, u32 ticks per beat (983040), u32 count, i64 length in ticks, u64 0; then count
//          records of 16 bytes: i64 tick, u8 on, u8 channel, u8 key, u8 velocity, u32 0

namespace continuo::dsp {

inline constexpr std::size_t kCanonicalHeaderBytes = 32;
inline constexpr std::uint32_t kCanonicalVersion = 1;

/// Views over the file's bytes, without copying; the bytes must be aligned to 16 and outlive the view. nullptr if the
/// bytes are what they should be, else what is wrong. Little-endian machines only.
const char* ViewAudio(std::span<const std::uint8_t> file, AudioAsset& audio);
const char* ViewNotes(std::span<const std::uint8_t> file, session::NoteFile& notes);

/// The header of a canonical file, for the importer.
void WriteAudioHeader(int channels, Frames frames,
                      std::span<std::uint8_t, kCanonicalHeaderBytes> out, std::uint32_t zones = 0);
void WriteNotesHeader(std::uint32_t count, session::Ticks length,
                      std::span<std::uint8_t, kCanonicalHeaderBytes> out);

}  // namespace continuo::dsp
