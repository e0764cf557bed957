// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/learned.h"

#include <utility>

namespace continuo::agent::rt {

std::unique_ptr<Learned> Learned::MakeCheckpoint(const Program& program, plan::TaskId task,
                                                 Incarnation incarnation,
                                                 std::vector<std::uint8_t> image,
                                                 std::string& error) {
  auto learned = std::make_unique<Learned>();
  learned->task = task;
  learned->incarnation = incarnation;
  learned->bytes = std::move(image);
  const char* const wrong = handoff::ParseImage(learned->bytes, learned->image);
  error = wrong == nullptr ? "" : wrong;
  const plan::Task* const planned = plan::FindTask(program.plan, task);
  if (error.empty() && planned == nullptr) error = "the task is not in the plan";
  if (!error.empty()) return nullptr;
  const handoff::ImageHead& head = learned->image.head;
  if (head.task != task || head.generation != planned->generation) {
    error = "the image is of another task";
    return nullptr;
  }
  return learned;
}

std::unique_ptr<Learned> Learned::Make(const Program& program, plan::TaskId task,
                                       Incarnation incarnation, std::vector<std::uint8_t> image,
                                       const Material& material, std::string& error) {
  const plan::Task* const planned = plan::FindTask(program.plan, task);
  if (planned == nullptr) {
    error = "the task is not in the plan";
    return nullptr;
  }
  std::unique_ptr<TaskBody> body = TaskBody::Make(program.plan, *planned, material, error);
  if (body == nullptr) return nullptr;
  return Make(program, task, incarnation, std::move(image), std::move(body), error);
}

std::unique_ptr<Learned> Learned::Make(const Program& program, plan::TaskId task,
                                       Incarnation incarnation, std::vector<std::uint8_t> image,
                                       std::unique_ptr<TaskBody> body, std::string& error) {
  auto learned = MakeCheckpoint(program, task, incarnation, std::move(image), error);
  if (learned == nullptr) return nullptr;
  learned->body = std::move(body);
  ByteReader in(learned->image.body);
  if (learned->body->Restore(in)) return learned;
  error = "the image is damaged, or of another build";
  return nullptr;
}

}  // namespace continuo::agent::rt
