// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/world.h"

#include <algorithm>

#include "proto/wire/control_frames.h"

// The cluster itself: building it, its networks, nodes and issuer.

namespace continuo::replica {

Knobs Tight() {
  return {48, FramesOfMs(40), FramesOfMs(20), FramesOfMs(60)};
}
Knobs Narrow() {
  return {48, FramesOfMs(10), FramesOfMs(30), FramesOfMs(26)};
}
Knobs Hasty() {
  return {48, FramesOfMs(2), FramesOfMs(30), FramesOfMs(8)};
}
Knobs Breathless() {
  return {48, FramesOfMs(2), FramesOfMs(60), FramesOfMs(4)};
}
Knobs Loose() {
  return {96, FramesOfMs(300), FramesOfMs(250), FramesOfMs(300)};
}

std::uint64_t Play(std::uint64_t state, PacketIndex k, std::span<const EventId> events) {
  for (const EventId id : events) state = Mix64(state ^ Mix64(id));
  return Mix64(state + static_cast<std::uint64_t>(k));
}

World::World(const Scene& scene) : scene_(scene), knobs_(scene.knobs), dice_(scene.seed) {
  Build();
}

void World::Build() {
  for (Net& net : nets_) {
    net.loss = dice_.Chance(0.5) ? 0.01 : 0.001;
    net.twice = 0.02;
    net.delay = dice_.Between(5, 24);
    net.jitter = dice_.Between(6, 120);  // to 3 ms in all
  }
  const int count = static_cast<int>(scene_.churn ? dice_.Between(4, 6) : dice_.Between(2, 4));
  for (int i = 0; i < std::max(count, 3); ++i) {
    nodes_.emplace_back();
    nodes_.back().id = i;
    nodes_.back().phase = dice_.Below(knobs_.quantum / Calendar::kStep) * Calendar::kStep;
    if (!scene_.churn) continue;
    nodes_.back().skew = dice_.Below(FramesOfMs(3));
    nodes_.back().drift = dice_.Between(-50, 50);
  }
  tasks_.resize(static_cast<std::size_t>(dice_.Between(2, 4)));
  for (std::size_t t = 0; t < tasks_.size(); ++t) {
    std::int64_t redundancy = dice_.Between(2, 3);
    if (scene_.harsh) redundancy = 3;
    tasks_[t].wanted = static_cast<int>(redundancy);
    tasks_[t].witnessed = scene_.churn && dice_.Chance(0.2);
    if (tasks_[t].witnessed) redundancy = 2;
    if (tasks_[t].witnessed) tasks_[t].wanted = 1;
    std::vector<int> seats;
    const std::int64_t first = dice_.Below(static_cast<std::int64_t>(nodes_.size()));
    for (std::int64_t i = 0; i < redundancy; ++i) {
      seats.push_back(static_cast<int>((first + i) % static_cast<std::int64_t>(nodes_.size())));
    }
    Seed(tasks_[t], static_cast<int>(t), seats);
  }
  hostile_ = dice_.Chance(0.5) || scene_.harsh;
  to_all_ = !hostile_ && dice_.Chance(0.5);
  lead_ = knobs_.promise + (hostile_ ? FramesOfMs(1) : dice_.Between(0, FramesOfMs(10)));
  event_rate_ = hostile_ || dice_.Chance(0.3) ? 0.3 : 0.03;
  calm_until_ = FramesOfMs(dice_.Between(100, 1000));
}

Config World::ConfigOf(int task) const {
  Config config;
  config.task = static_cast<std::uint32_t>(task);
  config.quantum = knobs_.quantum;
  config.promise = knobs_.promise;
  config.silence = knobs_.silence;
  return config;
}

void World::Seed(Task& task, int id, const std::vector<int>& nodes) {
  Config config = ConfigOf(id);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    config.members.push_back(static_cast<Incarnation>(i + 1));
  if (task.witnessed) config.witnesses.push_back(config.members.back());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    task.seats.push_back(std::make_unique<Seat>());
    Seat& seat = *task.seats.back();
    seat.task = id;
    seat.node = nodes[i];
    seat.self = config.members[i];
    seat.runs = true;
    seat.grown = true;
    // A source runs ahead as far as it can prove; what has inputs follows real time.
    seat.ahead = dice_.Chance(0.6) ? knobs_.promise : -dice_.Between(0, FramesOfMs(8));
    config.self = seat.self;
    seat.witness = config.witness = task.witnessed && i + 1 == nodes.size();
    seat.replica.Start(config, Clock(NodeOf(seat)));
    NodeOf(seat).seats.push_back(&seat);
  }
  task.slots.resize(static_cast<std::size_t>(scene_.length / knobs_.quantum) + 1);
}

MediaTime World::Clock(const Node& node) const {
  return calendar_.now() + node.skew + calendar_.now() * node.drift / 1'000'000;
}

Findings World::Run() {
  while (calendar_.now() < scene_.length) {
    const MediaTime now = calendar_.now();
    if (now % FramesOfMs(1) == 0) {
      Disturb();
      Issue();
      if (scene_.churn) Coordinate();
    }
    for (Node& node : nodes_) {
      if (now % knobs_.quantum == node.phase) Wake(node);
    }
    for (Task& task : tasks_) Close(task);
    calendar_.Step();
  }
  for (const Task& task : tasks_) Judge(task);
  if (scene_.churn) {
    for (const Task& task : tasks_) JudgeEnd(task);
  }
  for (const auto& [id, order] : journal_) JudgeVerdict(order);
  return found_;
}

// ---- network

void World::Fly(int from, int to, const Calendar::Action& arrive) {
  if (calendar_.now() < deaf_until_[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)])
    return;
  for (const Net& net : nets_) {
    if (calendar_.now() < net.down_until || dice_.Chance(net.loss)) continue;
    calendar_.In(net.delay + dice_.Below(net.jitter), arrive);
    if (dice_.Chance(net.twice)) calendar_.In(net.delay + dice_.Below(FramesOfMs(6)), arrive);
  }
}

void World::Send(Node& node, int to, Calendar::Action arrive) {
  if (!node.alive) return;
  if (node.fuse >= 0 && node.fuse-- == 0) {
    if (node.strike == Strike::kKill) {
      node.alive = false;
      node.died = calendar_.now();
      node.reborn = calendar_.now() + FramesOfMs(dice_.Between(100, 1500));
      for (Seat* seat : node.seats) seat->runs = false;
      Watch(node);
      return;
    }
    FallAsleep(node);
  }
  if (node.asleep) {
    node.outbox.push_back([this, from = node.id, to, arrive] { Fly(from, to, arrive); });
  } else {
    Fly(node.id, to, arrive);
  }
}

// Something reached the node's sockets; it is handled when the node wakes.
void World::Reach(Node& node, Calendar::Action handle) {
  if (node.alive && node.inbox.size() < node.room) node.inbox.push_back(std::move(handle));
}

// ---- node

void World::Wake(Node& node) {
  if (!node.alive) return Rebirth(node);
  if (node.asleep) {
    if (calendar_.now() < node.wake) return;
    node.asleep = false;
    woke_ = calendar_.now();
    node.room = 3000;
    std::vector<Calendar::Action> late;
    late.swap(node.outbox);
    for (Calendar::Action& send : late) send();  // it goes on where it was stopped
    if (dice_.Chance(0.5)) {
      for (Seat* seat : node.seats) seat->replica.Tick(Clock(node));
    }
  }
  std::vector<Calendar::Action> inbox;
  inbox.swap(node.inbox);
  for (Calendar::Action& handle : inbox) handle();
  for (Seat* seat : node.seats) seat->replica.Tick(Clock(node));
  Watch(node);
  for (Seat* seat : node.seats) Drive(node, *seat);
  for (Seat* seat : node.seats) Compute(node, *seat);
  Talk(node);
  Watch(node);
}

bool World::Press(Replica& replica) {
  const int before = replica.live_members();
  const bool proven = replica.Press();
  if (replica.live_members() < before) {  // also if the proof still waits for the others' word
    ++found_.presses;
    pressed_ = calendar_.now();
  }
  return proven;
}

void World::Compute(Node& node, Seat& seat) {
  Replica& replica = seat.replica;
  const MediaTime now = Clock(node);
  seat.behind = false;
  for (int budget = 8; budget > 0; --budget) {
    const PacketIndex k = replica.next();
    if (now < k * knobs_.quantum - seat.ahead) return;
    if (!replica.Proven()) {
      if (now < (k + 1) * knobs_.quantum + knobs_.playout / 2 || !Press(replica)) return;
    }
    std::array<Event, Replica::kMaxEventsPerPacket> events;
    const int count = replica.EventsOfNext(events);
    std::vector<EventId> ids;
    for (int i = 0; i < count; ++i) ids.push_back(events[static_cast<std::size_t>(i)].id);
    seat.state = Play(seat.state, k, ids);
    seat.applied.push_back(std::move(ids));
    const bool flagged = replica.state() == State::kTainted;
    const bool shadow = replica.state() == State::kLearning;
    if (!flagged && !shadow) seat.clean = k + 1;
    replica.Advance();
    if (replica.WantsHash()) replica.NoteHash(k + 1, seat.state);
    if (shadow) continue;
    found_.unequal += seat.altered && !flagged;
    const auto arrive = [this, task = seat.task, k, sound = seat.state, flagged] {
      OnPacket(task, k, sound, flagged);
    };
    Send(node, kListener, arrive);
    // A copy that both networks lost is asked for again, and comes if its sender is still there.
    calendar_.In(FramesOfMs(8), [this, id = node.id, arrive] {
      const Node& sender = nodes_[static_cast<std::size_t>(id)];
      if (sender.alive && !sender.asleep) arrive();
    });
  }
  seat.behind = true;
}

void World::Talk(Node& node) {
  for (Node& peer : nodes_) {
    if (&peer == &node) continue;
    auto frame = std::make_shared<std::vector<std::uint8_t>>(1400);
    wire::FellowFrameWriter writer(*frame, static_cast<std::uint16_t>(node.id));
    const auto post = [&] {
      if (writer.empty()) return;
      frame->resize(writer.size());
      Send(node, peer.id,
           [this, &peer, frame] { Reach(peer, [this, &peer, frame] { OnFrame(peer, *frame); }); });
      frame = std::make_shared<std::vector<std::uint8_t>>(1400);
      writer = wire::FellowFrameWriter(*frame, static_cast<std::uint16_t>(node.id));
    };
    for (Seat* seat : node.seats) {
      for (const Incarnation fellow : seat->replica.Fellows()) {
        const Task& task = tasks_[static_cast<std::size_t>(seat->task)];
        wire::FellowMessage message;
        if (task.seats[fellow - 1]->node != peer.id || !seat->replica.MessageFor(fellow, message))
          continue;
        if (writer.Add(message)) continue;
        post();
        writer.Add(message);
      }
    }
    post();
  }
}

void World::OnFrame(Node& node, const std::vector<std::uint8_t>& frame) {
  wire::FellowFrameReader reader(frame);
  wire::FellowMessage message;
  while (reader.Next(message)) {
    for (Seat* seat : node.seats) seat->replica.OnFellow(message, Clock(node));
  }
}

void World::OnSubmit(Node& node, int task, const Event& event) {
  for (Seat* seat : node.seats) {
    if (seat->task != task) continue;
    seat->replica.Submit(event, Clock(node));
    const Verdict verdict = seat->replica.VerdictOf(event.id, event.at);
    if (verdict == Verdict::kNone) continue;
    Send(node, kListener, [this, id = event.id, verdict] { OnVerdict(id, verdict); });
  }
}

// ---- issuer

void World::Issue() {
  const MediaTime now = calendar_.now();
  if (now < issuer_down_until_) return;
  if (dice_.Chance(event_rate_) && now < scene_.length - FramesOfMs(1200)) {
    const int task = static_cast<int>(dice_.Below(static_cast<std::int64_t>(tasks_.size())));
    const Frames lead =
        dice_.Chance(0.1) ? FramesOfMs(600) : lead_ + dice_.Below(FramesOfMs(hostile_ ? 4 : 20));
    const double bunches = scene_.harsh ? 0.3 : 0.02;
    for (int bunch = hostile_ && dice_.Chance(bunches) ? 30 : 1; bunch > 0; --bunch)
      Place(task, lead + (scene_.harsh ? 8 : 1) * bunch);
  }
  if (scene_.churn && storm_ == 0 && dice_.Chance(0.0005)) {
    ++found_.storms;
    storm_ = static_cast<int>(dice_.Between(1, 30));
  }
  if (storm_ > 0 && now < scene_.length - FramesOfMs(1200)) {
    --storm_;
    for (int i = 0; i < 12; ++i) Place(0, lead_ + dice_.Below(FramesOfMs(400)));
  }
  std::erase_if(open_, [this](EventId id) { return journal_[id].verdict != Verdict::kNone; });
  for (const EventId id : open_) {
    Order& order = journal_[id];
    if (now >= order.retry) Distribute(order);
    if (now < issuer_down_until_) return;
  }
}

void World::Place(int task, Frames lead) {
  Order order;
  order.task = task;
  order.event.id = next_id_++;
  order.event.at = calendar_.now() + lead;
  journal_[order.event.id] = order;
  open_.push_back(order.event.id);
}

// For a while all at one replica; at one that leaves, if there is one.
std::size_t World::Aim(const std::vector<std::unique_ptr<Seat>>& seats) const {
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (seats[i]->listed && seats[i]->leaving) return i;
  }
  return static_cast<std::size_t>(calendar_.now() / FramesOfMs(16)) % seats.size();
}

void World::Distribute(Order& order) {
  order.retry = calendar_.now() + FramesOfMs(dice_.Between(3, 50));
  const auto& seats = tasks_[static_cast<std::size_t>(order.task)].seats;
  auto first = static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(seats.size())));
  if (scene_.harsh) first = Aim(seats);
  for (std::size_t i = 0; i < (to_all_ ? seats.size() : 1); ++i) {
    if (issuer_fuse_ >= 0 && issuer_fuse_-- == 0) {
      ++found_.crashes;
      issuer_down_until_ = calendar_.now() + FramesOfMs(dice_.Between(50, 1500));
      return;
    }
    const Seat& seat = *seats[(first + i) % seats.size()];
    if (!seat.listed) continue;
    Node& node = NodeOf(seat);
    calendar_.In(dice_.Between(6, FramesOfMs(4)),
                 [this, &node, task = order.task, event = order.event] {
                   Reach(node, [this, &node, task, event] { OnSubmit(node, task, event); });
                 });
  }
}

void World::OnVerdict(EventId id, Verdict verdict) {
  if (calendar_.now() < issuer_down_until_) return;
  Order& order = journal_[id];
  if (order.verdict != Verdict::kNone && order.verdict != verdict) ++found_.two_verdicts;
  order.verdict = verdict;
}

}  // namespace continuo::replica
