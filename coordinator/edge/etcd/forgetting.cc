// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/etcd/forgetting.h"

#include <chrono>

namespace continuo::coordinator {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

Forgetting::~Forgetting() {
  for (const std::unique_ptr<Question>& question : under_way_) question->context.TryCancel();
  answers_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (answers_.Next(&tag, &ok)) continue;
}

void Forgetting::Ask(etcdserverpb::KV::Stub& kv, Revision revision) {
  DropAnswered();
  Question& question = *under_way_.emplace_back(std::make_unique<Question>());
  question.context.set_deadline(std::chrono::system_clock::now() + kPatience);
  etcdserverpb::CompactionRequest request;
  request.set_revision(revision);
  question.answer = kv.AsyncCompact(&question.context, request, &answers_);
  question.answer->Finish(&question.response, &question.status, &question);
}

void Forgetting::DropAnswered() {
  void* tag = nullptr;
  bool ok = false;
  while (answers_.AsyncNext(&tag, &ok, std::chrono::system_clock::time_point{}) ==
         grpc::CompletionQueue::GOT_EVENT) {
    std::erase_if(under_way_, [tag](const auto& question) { return question.get() == tag; });
  }
}

}  // namespace continuo::coordinator
