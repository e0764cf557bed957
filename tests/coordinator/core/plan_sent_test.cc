// SPDX-License-Identifier: Apache-2.0
// What goes with a plan.
#include <gmock/gmock.h>

#include "coordinator/core/show_start.h"

namespace continuo::coordinator {
namespace {

using ::testing::ElementsAre;

NodeRecord Node(plan::NodeId id, const std::string& address, ConnectionId connection) {
  NodeRecord node;
  node.id = id;
  node.hello.can_compute = true;
  node.hello.asset_address = address;
  node.connection = connection;
  return node;
}

TEST(PlanSent,
     WhoIsNotAttachedYetStillGivesItsStates) {  // [a witness would be without checkpoints]
  Ledger ledger;
  ledger.nodes = {Node(1, "pi-1:1", 11), Node(2, "pi-2:1", 12), Node(3, "pi-3:1", 0)};
  const plan::PlanSent sent = PlanFor(ledger, ledger.nodes[0]);
  EXPECT_THAT(sent.asset_sources, ElementsAre("pi-2:1"));
  ASSERT_EQ(sent.peers.size(), 2u);
  EXPECT_EQ(sent.peers[1].node, 3u);
  EXPECT_EQ(sent.peers[1].address, "pi-3:1");
}

TEST(PlanSent,
     NobodyIsToAskWhoIsProbablyDead) {  // [a joiner would wait for it before it asks another]
  Ledger ledger;
  ledger.nodes = {Node(1, "pi-1:1", 11), Node(2, "pi-2:1", 0), Node(3, "pi-3:1", 0)};
  ledger.nodes[1].doubted = true;
  ledger.nodes[2].dead = true;
  EXPECT_TRUE(PlanFor(ledger, ledger.nodes[0]).peers.empty());
}

}  // namespace
}  // namespace continuo::coordinator
