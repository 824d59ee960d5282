#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/program/commands.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

int PriorityOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return LOG_DEBUG;
    case spdlog::level::info:
      return LOG_INFO;
    case spdlog::level::warn:
      return LOG_WARNING;
    default:
      return LOG_ERR;
  }
}

// The priority prefix that the journal reads, sd-daemon(3).
class PriorityFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    const std::string priority =
        absl::StrFormat("<%d>", PriorityOf(line.level));
    out.append(priority.data(), priority.data() + priority.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<PriorityFlag>();
  }
};

// Whether standard error is connected to the journal, systemd.exec(5).
bool JournalReadsStderr() {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat err {};
  return stream != nullptr && fstat(STDERR_FILENO, &err) == 0 &&
         absl::StrFormat("%d:%d", err.st_dev, err.st_ino) == stream;
}

std::unique_ptr<spdlog::formatter> LineFormatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(
      spdlog::pattern_time_type::utc);
  formatter->add_flag<PriorityFlag>('*');
  // The journal adds the time. It does not know the process after a
  // replacement.
  formatter->set_pattern(JournalReadsStderr()
                             ? "%*groupring[%P] %l: %v"
                             : "%Y-%m-%dT%H:%M:%S.%eZ groupring[%P] %l: %v");
  return formatter;
}

}  // namespace

LogSink StderrLog(Severity level) {
  auto logger = std::make_shared<spdlog::logger>(
      "groupring", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(LineFormatter());
  logger->set_level(LevelOf(level));
  logger->flush_on(spdlog::level::debug);
  return
      [logger = std::move(logger)](Severity severity, const std::string& line) {
        // Text from Redis must not break the line.
        logger->log(LevelOf(severity),
                    spdlog::string_view_t(Printable(line, kMaxLine)));
      };
}

}  // namespace groupring::backend
