// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "dsp/base/bytes.h"
#include "proto/session/timeline.h"

namespace continuo::session {

/// A segment as snapshots and the control stream hold it: 48 bytes, little-endian. Real-time safe.
inline constexpr std::size_t kSegmentBytes = 48;
void WriteSegment(const Segment& segment, ByteWriter& out);
/// False if the bytes run out or a field is out of range (IsValid); `segment` is then unspecified.
bool ReadSegment(ByteReader& in, Segment& segment);

}  // namespace continuo::session
