// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/lives.h"
#include "proto/plan/link.h"

// What happens to, and what is to be done about, replicas that come to their state from a member: joiners and
// witnesses. Plain values; joins.h decides.

namespace continuo::agent::core {

// ---- inputs: what happened ----

/// What the audio thread says of a replica of this node, several times a second.
struct ReplicaSeen {
  ReplicaKey replica;
  plan::ReplicaState state = plan::ReplicaState::kEmpty;
  PacketIndex behind = 0;    ///< joiner: packets to the head of the members
  MediaTime in_sync_at = 0;  ///< joiner: not 0 once it is admitted
  bool failed = false;       ///< joiner: has given up by itself, and said why
};

/// Some of a state has come.
struct StateProgressed {
  std::uint32_t fetch = 0;  ///< FetchState::fetch
  std::uint64_t bytes = 0, total = 0;
};
/// The state is here, whole, with the right hash, and fit to be taken; or it is not.
struct StateFetched {
  std::uint32_t fetch = 0;
  std::string error;  ///< empty: it is here. Else a sentence without the donor's name
  bool busy = false;  ///< the donor gives to too many already: no fault of anybody
  PacketIndex next = 0;
  std::uint64_t bytes = 0;
};
/// A replica was given what LearnState, KeepCheckpoint or ResumeTask said.
struct StateLearned {
  ReplicaKey replica;
  bool taken = false;
  bool checkpoint = false;  ///< by KeepCheckpoint
};
/// A witness has found that nobody computes its task any more.
struct ResumeWanted {
  ReplicaKey replica;
};

// ---- effects: what the shell is to do, in this order ----

/// Get the state of the task from a member, check it, and report StateFetched.
struct FetchState {
  ReplicaKey replica;       ///< for whom
  std::uint32_t fetch = 0;  ///< names it; never used twice
  std::uint16_t generation = 0;
  plan::NodeId donor = 0;
  std::string address;         ///< host:port of the donor
  PacketIndex not_before = 0;  ///< what is older does not help
  bool may_be_tainted = false;
  bool checkpoint = false;  ///< for a witness
};
/// Nobody waits for it any more: end it; no report is needed.
struct AbandonFetch {
  std::uint32_t fetch = 0;
};
/// Give the joiner what this fetch brought; report StateLearned.
struct LearnState {
  ReplicaKey replica;
  std::uint32_t fetch = 0;
};
/// Give the witness what this fetch brought, and report StateLearned. If it is taken, keep it in place of the
/// checkpoint before: from then on its fellows forget what is older.
struct KeepCheckpoint {
  ReplicaKey replica;
  std::uint32_t fetch = 0;
  PacketIndex next = 0;
};
/// Let the witness go on from its checkpoint; report StateLearned.
struct ResumeTask {
  ReplicaKey replica;
};
/// What a donor gave, or that it gave nothing, does not help; another one is asked. Tell the operator.
struct StateRefused {
  ReplicaKey replica;
  plan::NodeId donor = 0;
  std::string error;  ///< a sentence without the donor's name
};
/// The join has failed for good; tell the operator.
struct GiveUp {
  ReplicaKey replica;
  std::string error;  ///< a sentence
};

using JoinEffect = std::variant<FetchState, AbandonFetch, LearnState, KeepCheckpoint, ResumeTask,
                                StateRefused, GiveUp>;

/// Whom a replica may ask for its task's state.
struct Donor {
  plan::NodeId node = 0;
  std::string address;
  bool operator==(const Donor&) const = default;
};

/// Best first: who stays before who leaves, then whose node has fewer replicas to compute, then the older. Nodes
/// without an address give nothing, nor do witnesses; but a witness asks the others last, since one of them may have
/// taken the task up, and no coordinator be there to say so.
std::vector<Donor> DonorsOf(const plan::Plan& plan, plan::TaskId task, plan::NodeId self,
                            const std::vector<plan::Peer>& peers, bool to_witness = false);

}  // namespace continuo::agent::core
