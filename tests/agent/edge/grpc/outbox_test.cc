// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/grpc/outbox.h"

#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

plan::Incident Numbered(MediaTime n) {
  plan::Incident incident;
  incident.n = n;
  return incident;
}

plan::Status At(MediaTime now) {
  plan::Status status;
  status.now = now;
  return status;
}

TEST(Outbox, OfStatusOnlyTheNewestWaits) {
  Outbox outbox;
  outbox.Put(At(1));
  outbox.Put(plan::VerdictReached{1, 2, Verdict::kCommitted});
  outbox.Put(At(3));
  outbox.Open();
  EXPECT_EQ(outbox.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<plan::VerdictReached>(*outbox.Take()));
  EXPECT_EQ(std::get<plan::Status>(*outbox.Take()).now, 3);
}

TEST(Outbox, AVerdictIsNeverDropped) {
  Outbox outbox;
  for (EventId id = 1; id <= 2000; ++id) {
    outbox.Put(plan::VerdictReached{1, id, Verdict::kExpired});
  }
  EXPECT_EQ(outbox.size(), 2000u);
}

TEST(Outbox, TheOldestIncidentGoesFirstAndIsCounted) {
  Outbox outbox;
  for (MediaTime n = 0; n <= static_cast<MediaTime>(Outbox::kIncidentsKept); ++n) {
    outbox.Put(Numbered(n));
  }
  outbox.Open();
  EXPECT_EQ(outbox.size(), Outbox::kIncidentsKept);
  EXPECT_EQ(outbox.incidents_dropped(), 1u);
  EXPECT_EQ(std::get<plan::Incident>(*outbox.Take()).n, 1);
}

TEST(Outbox, WhatCouldNotBeSentGoesFirstAgain) {
  Outbox outbox;
  outbox.Put(plan::PlanPrepared{1, 1, ""});
  outbox.Put(plan::PlanPrepared{1, 2, ""});
  outbox.Open();
  outbox.Return(*outbox.Take());
  EXPECT_EQ(std::get<plan::PlanPrepared>(*outbox.Take()).version, 1u);
}

TEST(Outbox, AStatusThatCouldNotBeSentIsStale) {
  Outbox outbox;
  outbox.Open();
  outbox.Return(At(1));
  EXPECT_EQ(outbox.size(), 0u);
}

TEST(Outbox, ShutItGivesNothingAndKeepsAll) {
  Outbox outbox;
  outbox.Put(Numbered(1));
  EXPECT_FALSE(outbox.Take().has_value());
  outbox.Open();
  EXPECT_TRUE(outbox.Take().has_value());
}

}  // namespace
}  // namespace continuo::agent
