#include "backend/snapshot/complaint_book.h"

#include <algorithm>

namespace groupring::backend {

void ComplaintBook::Set(ComplaintKind kind, const std::string& subject,
                        Sentences sentences) {
  NameMap<Sentences>& book = book_[static_cast<size_t>(kind)];
  const auto found = book.find(subject);
  if (found == book.end()) {
    if (sentences.empty()) return;
    for (const std::string& sentence : sentences) Count(sentence, 1);
    book.emplace(subject, std::move(sentences));
    return;
  }
  if (found->second == sentences) return;
  for (const std::string& sentence : sentences) Count(sentence, 1);
  for (const std::string& sentence : found->second) Count(sentence, -1);
  if (sentences.empty()) {
    book.erase(found);
  } else {
    found->second = std::move(sentences);
  }
}

void ComplaintBook::Clear(ComplaintKind kind) {
  NameMap<Sentences>& book = book_[static_cast<size_t>(kind)];
  for (const auto& [subject, sentences] : book) {
    for (const std::string& sentence : sentences) Count(sentence, -1);
  }
  book.clear();
}

void ComplaintBook::Count(const std::string& sentence, int change) {
  const auto found = counts_.try_emplace(sentence, 0).first;
  if (before_.try_emplace(sentence, found->second > 0).second) {
    changed_.push_back(sentence);
  }
  found->second += change;
  if (found->second == 0) counts_.erase(found);
}

bool ComplaintBook::Report() {
  bool news = false;
  for (const std::string& sentence : changed_) {
    if (before_[sentence] || !counts_.contains(sentence)) continue;
    log_(Severity::kWarning, sentence);
    news = true;
  }
  for (const std::string& sentence : changed_) {
    if (!before_[sentence] || counts_.contains(sentence)) continue;
    log_(Severity::kInfo, "settled: " + sentence);
    news = true;
  }
  changed_.clear();
  before_.clear();
  return news;
}

std::shared_ptr<const ComplaintBook::Sentences> ComplaintBook::Sorted(
    bool shortcomings) const {
  Sentences all;
  for (size_t kind = 0; kind < kComplaintKinds; ++kind) {
    const bool is_one = kind == static_cast<size_t>(ComplaintKind::kNameServer);
    if (is_one != shortcomings) continue;
    for (const auto& [subject, sentences] : book_[kind]) {
      all.insert(all.end(), sentences.begin(), sentences.end());
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return std::make_shared<const Sentences>(std::move(all));
}

std::shared_ptr<const ComplaintBook::Sentences> ComplaintBook::Complaints()
    const {
  return Sorted(false);
}

std::shared_ptr<const ComplaintBook::Sentences> ComplaintBook::Shortcomings()
    const {
  return Sorted(true);
}

}  // namespace groupring::backend
