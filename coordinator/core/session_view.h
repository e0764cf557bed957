// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "coordinator/core/ledger.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator {

/// What the conductor plays, as far as verdicts are known: the plan's first segment and one for each committed
/// change, in order of time. The conductor's own code computes it, so it cannot differ. The plan must be dated.
std::vector<session::Segment> CommittedSegments(const Ledger& ledger);

/// The one in force at `n`. `segments` is not empty.
const session::Segment& SegmentAt(const std::vector<session::Segment>& segments, MediaTime n);

/// The first sample at or after `from` at which the session stands at or after that position; none if it never gets
/// there (it is stopped, or past it).
std::optional<MediaTime> WhenAt(const std::vector<session::Segment>& segments,
                                const session::BarBeat& position, MediaTime from);

/// "17.3".
std::string ToText(const session::BarBeat& position);

}  // namespace continuo::coordinator
