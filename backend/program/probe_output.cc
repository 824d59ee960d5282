#include "backend/program/probe_output.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/change/exit_status.h"
#include "backend/health/address_check.h"
#include "backend/health/probe_runner.h"
#include "backend/program/console.h"
#include "backend/report/verdict_words.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/schema/check.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using std::chrono::steady_clock;

// Of a group as many addresses are probed at a time: a host may have several
// of them, and limits connections by where they come from.
constexpr size_t kAtATime = 4;

double Seconds(steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

void SetSource(const std::optional<redis::AddressRange>& source,
               ProbeRequest* request) {
  request->source.reset();
  if (source && source->family == request->family) {
    request->source = source->first;
  }
}

// ": what the server said", if it said anything.
std::string WhyOf(const ProbeResult& result) {
  std::string why(ReasonWords(result.reason));
  if (!result.text.empty()) why += ": " + result.text;
  return why;
}

void PrintWarnings(const ProbeResult& result, std::string_view indent) {
  for (const ProbeWarning& warning : result.warnings) {
    Print(absl::StrFormat("%swarning: %s\n", indent, warning.text));
  }
}

Trace PrintDialogue(const Clock& clock) {
  return [&clock, start = clock.Steady()](TraceKind kind,
                                          std::string_view line) {
    const char* mark = "*";
    if (kind == TraceKind::kSent) mark = ">";
    if (kind == TraceKind::kReceived) mark = "<";
    Print(absl::StrFormat("%7.3f s  %s %s\n", Seconds(clock.Steady() - start),
                          mark, Printable(line, kMaxLine)));
  };
}

// All addresses of a group, a line for each in their order.
class GroupProbe {
 public:
  GroupProbe(std::vector<redis::AddressRange> addresses, ProbeRequest request,
             std::optional<redis::AddressRange> source, const TlsContext* tls,
             const Clock* clock)
      : addresses_(std::move(addresses)),
        request_(std::move(request)),
        source_(std::move(source)),
        results_(addresses_.size()),
        runner_(clock, tls) {
    for (const redis::AddressRange& address : addresses_) {
      width_ = std::max(width_, Printable(address.text, kMaxLine).size());
    }
  }

  int Run() {
    while (printed_ < addresses_.size()) {
      while (runner_.running() < kAtATime && started_ < addresses_.size()) {
        StartNext();
      }
      for (; printed_ < started_ && results_[printed_]; ++printed_) {
        PrintResult(addresses_[printed_], *results_[printed_]);
      }
      runner_.Run(steady_clock::time_point::max());
    }
    return all_up_ ? kExitDone : kExitFailed;
  }

 private:
  void StartNext() {
    const size_t index = started_++;
    const redis::AddressRange& address = addresses_[index];
    if (!address.is_single()) {
      results_[index] = CheckResult{ProbeResult(), {}};
      return;
    }
    request_.family = address.family;
    request_.address = address.first;
    SetSource(source_, &request_);
    StartAddressCheck(request_, &runner_, [this, index](CheckResult result) {
      results_[index] = std::move(result);
    });
  }

  void PrintResult(const redis::AddressRange& address,
                   const CheckResult& check) {
    const std::string head =
        absl::StrFormat("%-*s  ", width_, Printable(address.text, kMaxLine));
    if (!address.is_single()) {
      Print(head + "unchecked            ranges are not probed\n");
      return;
    }
    if (!check.result.ok()) {
      all_up_ = false;
      Print(absl::StrFormat("%sunknown              %s: %s\n", head,
                            redis::ToText(check.probe),
                            check.result.status().message()));
      return;
    }
    const ProbeResult& result = *check.result;
    all_up_ = all_up_ && result.verdict() == redis::Verdict::kUp;
    const std::string verdict(redis::ToText(result.verdict()));
    Print(absl::StrFormat(
        "%s%s%s  %7.3f s  %s: %s\n", head,
        PaintedVerdict(result.verdict(), OutputColours()),
        std::string(9 - std::min<size_t>(9, verdict.size()), ' '),
        Seconds(result.elapsed), redis::ToText(check.probe), WhyOf(result)));
    PrintWarnings(result, std::string(width_ + 2, ' '));
  }

  const std::vector<redis::AddressRange> addresses_;
  ProbeRequest request_;
  const std::optional<redis::AddressRange> source_;
  std::vector<std::optional<CheckResult>> results_;
  ProbeRunner runner_;
  size_t width_ = 0;
  size_t started_ = 0;
  size_t printed_ = 0;
  bool all_up_ = true;
};

}  // namespace

int ProbeOne(const ProbeRequest& request, const TlsContext& tls,
             const Clock& clock) {
  Print(absl::StrFormat("%s%s to %s, %s at most\n",
                        redis::ToText(request.probe.kind), request.probe.path,
                        EndpointText(request.target()),
                        Counted(request.check.timeout.count(), "second")));
  ProbeRunner runner(&clock, &tls);
  int status = kExitFailed;
  runner.Start(
      request,
      [&status](const absl::StatusOr<ProbeResult>& result) {
        if (!result.ok()) {
          Fail(absl::UnavailableError(absl::StrFormat(
              "the probe could not be made, which says nothing about the "
              "server: %s",
              result.status().message())));
          return;
        }
        Print(
            absl::StrFormat("%s after %.3f s: %s\n",
                            PaintedVerdict(result->verdict(), OutputColours()),
                            Seconds(result->elapsed), WhyOf(*result)));
        PrintWarnings(*result, "");
        if (result->verdict() == redis::Verdict::kUp) status = kExitDone;
      },
      PrintDialogue(clock));
  while (runner.running() > 0) runner.Run(steady_clock::time_point::max());
  return status;
}

int ProbeAll(std::vector<redis::AddressRange> addresses,
             const ProbeRequest& request,
             const std::optional<redis::AddressRange>& source,
             const TlsContext& tls, const Clock& clock) {
  return GroupProbe(std::move(addresses), request, source, &tls, &clock).Run();
}

}  // namespace groupring::backend
