// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/plan/plan.h"
#include "proto/plan/routes.h"
#include "proto/transport/datagram_port.h"

// What one node has to do to play its part of a plan: a function of (plan, node), so two nodes that
// hold the same plan cannot disagree about who sends what to whom. Plain values, made off the audio
// thread.

namespace continuo::agent::rt {

using plan::StreamSpec;

/// A replica of a task. All of them may send the task's streams: a witness does when it has resumed
/// it.
struct Producer {
  Incarnation incarnation = 0;
  plan::NodeId node = 0;
  bool founder = true;
  bool witness = false;
  bool operator==(const Producer&) const = default;
};

struct Peer {
  plan::NodeId node = 0;
  FixedVector<transport::Address, plan::kMaxNetworks> networks;  ///< ip 0: not on that network
};

struct ReceivedSpec {
  StreamSpec stream;
  /// A task with one replica hears it, whose witness must be able to go back to its checkpoint: it
  /// is kept four times as long. Of a stream that is taken over, the predecessor's word counts.
  bool for_witness = false;
  std::vector<Producer> producers;
  PacketIndex first = 0, end = 0;  ///< packets that exist; see Program
  /// Who needs it first on this node goes on without packet k at the end of k plus this. 0: nobody needs it here.
  Frames needed_after = 0;
};

struct SentSpec {
  StreamSpec stream;
  int local = -1;  ///< index of this stream among the received ones, if this node consumes it
  std::vector<Peer> receivers;  ///< other nodes
};

/// The groups of one task's output among the received streams: first, first + 1 ...
struct Feed {
  int first = 0;
  int groups = 0;
  int channels = 0;
};

struct ReplicaSpec {
  int task = 0;  ///< index into Plan::tasks
  Incarnation self = 0;
  std::vector<Producer> members;  ///< all replicas of the task, self included
  plan::Origin origin = plan::Origin::kFounder;
  plan::Role role = plan::Role::kCompute;
  bool leaving = false;
  bool others_leave = false;  ///< one of its fellows does
  int wanted = 1;             ///< computing replicas that must be left when one leaves
  /// It has lived in an earlier process of this node, and cannot begin anew.
  bool lived_before = false;
  PacketIndex first = 0, end = 0;  ///< packets that it computes
  int control = -1;            ///< received stream of the conductor; -1 for the conductor itself
  std::vector<Feed> wires;     ///< in the order of the task's wires
  std::vector<SentSpec> sent;  ///< one per channel group
  bool feeds_output = false;   ///< an output somewhere plays this task
  /// An input of packet k that is still missing at the end of k plus this is concealed. Grows along
  /// the chain, so that what one task concealed still reaches the next in time.
  Frames hold = 0;
  /// A packet k that leaves later than the end of k plus this comes too late for some consumer.
  Frames due = 0;
};

struct OutputSpec {
  struct Source {
    dsp::Wire wire;
    Feed feed;
  };
  std::uint32_t id = 0;
  std::string
      name;  ///< "<task's output name>-<feed>" is made by the shell; this is the feed's name
  plan::TaskId from = 0;
  Frames offset = 0;  ///< sample n of the task is sample n + offset here
  std::vector<Source>
      sources;  ///< more than one while it moves from task to task; of equal channels
  const Feed& feed() const { return sources.back().feed; }
};

struct Program {
  plan::NodeId self = 0;
  plan::Plan plan;
  PacketIndex first = 0;  ///< of every stream that was there from the beginning
  PacketIndex end = 0;    ///< one past the last packet; a huge number if the show has no end
  std::vector<ReceivedSpec> received;
  std::vector<ReplicaSpec> replicas;  ///< topological order
  std::vector<OutputSpec> outputs;
  std::vector<Peer> peers;  ///< all nodes of the plan, self included
};

/// Empty text if it worked, else a sentence that says what is wrong with the plan.
std::string DeriveProgram(const plan::Plan& plan, plan::NodeId self, Program& program);

// What becomes of a program's parts when the next plan of the same performance takes its place. A
// part is the same if these are equal; it then lives on in the successor as it is.

bool SamePart(const ReceivedSpec& a, const ReceivedSpec& b);
bool SamePart(const Program& of_a, const ReplicaSpec& a, const Program& of_b, const ReplicaSpec& b);
bool SamePart(const OutputSpec& a, const OutputSpec& b);

/// Empty text if `after` may succeed `before` without changing a sample, else a sentence.
std::string CheckSuccession(const Program& before, const Program& after);

}  // namespace continuo::agent::rt
