#include "backend/engine/table_worker.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

using hashing::OwnerTable;
using hashing::Ring;

// How many groups both rings have with the same weight.
size_t Common(const Ring& a, const Ring& b) {
  size_t common = 0;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const int order = a.name(i).compare(b.name(j));
    if (order == 0) {
      if (a.weight(i) == b.weight(j)) ++common;
      ++i;
      ++j;
    } else if (order < 0) {
      ++i;
    } else {
      ++j;
    }
  }
  return common;
}

}  // namespace

TableWorker::TableWorker(Listener listener) : listener_(std::move(listener)) {}

TableWorker::~TableWorker() { Stop(); }

void TableWorker::Start() {
  thread_.Start([this] { Run(); });
}

void TableWorker::Stop() { thread_.Stop(); }

void TableWorker::Want(const RingView& view) {
  if (view.table != nullptr ||
      view.ring->size() < OwnerTable::kWorthwhileGroups) {
    return;
  }
  {
    const MutexLock lock(&mutex_);
    // A table is made only of a ring's newest state.
    std::erase_if(jobs_, [&](const Job& job) { return job.ring == view.ring; });
    if (jobs_.size() >= kMaxTables) return;
    jobs_.push_back({view.ring, view.eligible});
  }
  thread_.Wake();
}

void TableWorker::Run() {
  while (!thread_.stopping()) {
    std::optional<Job> job = NextJob();
    if (job) {
      listener_(Make(*std::move(job)));
    } else {
      thread_.Wait();
    }
  }
}

std::optional<TableWorker::Job> TableWorker::NextJob() {
  const MutexLock lock(&mutex_);
  if (jobs_.empty()) return std::nullopt;
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

std::shared_ptr<const OwnerTable> TableWorker::Make(Job job) {
  const auto nearest = std::max_element(
      made_.begin(), made_.end(), [&](const auto& a, const auto& b) {
        return Common(*a->ring(), *job.ring) < Common(*b->ring(), *job.ring);
      });
  std::shared_ptr<const OwnerTable> table;
  // An update pays as long as most of the groups are the same.
  if (nearest != made_.end() &&
      Common(*(*nearest)->ring(), *job.ring) * 2 > job.ring->size()) {
    table = OwnerTable::Update(**nearest, job.ring, job.enabled);
  } else {
    table = OwnerTable::Build(job.ring, job.enabled);
  }
  std::erase_if(made_,
                [&](const auto& old) { return old->ring() == job.ring; });
  made_.push_back(table);
  if (made_.size() > kMaxTables) made_.pop_front();
  return table;
}

}  // namespace groupring::backend
