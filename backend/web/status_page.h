// The page for people: what a node answers from, and how the service stands,
// as HTML that needs no script.
#ifndef GROUPRING_BACKEND_WEB_STATUS_PAGE_H_
#define GROUPRING_BACKEND_WEB_STATUS_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "backend/report/health_report.h"
#include "backend/report/service_report.h"
#include "backend/report/status_report.h"
#include "redis/model/service_records.h"

namespace groupring::backend {

// What was asked in the box that explains an answer. All empty: nothing.
struct ExplainQuestion {
  std::string name;
  std::string client;
  std::string resolver;  // may be empty

  bool is_asked() const { return !name.empty() || !client.empty(); }
};

// What the page shows. The pointers outlive the call.
struct StatusPage {
  std::string node;
  StatusReport status;    // of this node
  ServiceReport service;  // nodes are those of `records`
  HealthView health;
  const redis::ServiceRecords* records = nullptr;
  // Answers with addresses of each group, since this process began to answer.
  std::map<std::string, uint64_t> answers;
  int64_t started_unix_millis = 0;
  int64_t unix_millis = 0;
  ExplainQuestion question;
  std::string explanation;    // as `groupring explain` prints it
  std::string explain_error;  // why there is none
  // So many groups, nodes, checkers and entries of the audit at most. Groups
  // that need attention come first.
  size_t limit = 200;
  // The page loads itself again after this many seconds; 0: it does not.
  int refresh_seconds = 0;
};

std::string StatusPageHtml(const StatusPage& page);

// The page of a node that has nothing to answer from.
std::string NotReadyPageHtml(const std::string& node,
                             const std::vector<std::string>& reasons);

// What both look like: /style.css.
std::string_view PageStyle();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_WEB_STATUS_PAGE_H_
