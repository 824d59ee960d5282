// Clients as lists and logs write them, one a line.
#ifndef GROUPRING_BACKEND_CLIENTS_CLIENT_LINES_H_
#define GROUPRING_BACKEND_CLIENTS_CLIENT_LINES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/clients/population.h"

namespace groupring::backend {

enum class ClientFormat {
  kList,      // "203.0.113.0/24", or with a weight: "203.0.113.0/24 12.5"
  kPowerDns,  // PowerDNS' log with log-dns-queries, with or without syslog
  kXferlog,   // of ProFTPD, vsftpd and wu-ftpd
  kPureFtpd,  // its own log by syslog, `-O clf:` or `-O stats:`
  kHaproxy,   // `option tcplog` or `option httplog`
};

// "PowerDNS' query log".
std::string_view FormatName(ClientFormat format);

struct ClientLine {
  std::string_view client;  // address or prefix, part of the line
  bool is_source = true;    // false: a subnet that a resolver has sent on
  double weight = 1;
};

// nullopt if the line does not have that format, or names no client.
std::optional<ClientLine> ParseClientLine(ClientFormat format,
                                          std::string_view line);

// Collects clients line by line. The first line that has one of the formats
// decides the format of all later lines. Not thread-safe.
class ClientCollector {
 public:
  void Add(std::string_view line);

  // kInvalidArgument: no line names a client; the error says what was expected.
  absl::Status Check() const;

  const Population& population() const { return population_; }
  std::optional<ClientFormat> format() const { return format_; }
  size_t counted() const { return counted_; }
  // Lines that are neither empty nor comments and name no client.
  size_t passed_over() const { return passed_over_; }
  // The first of these, printable, and its number from 1.
  const std::string& first_passed_over() const { return first_passed_over_; }
  size_t first_passed_over_at() const { return first_passed_over_at_; }

 private:
  Population population_;
  std::optional<ClientFormat> format_;
  size_t counted_ = 0;
  size_t passed_over_ = 0;
  size_t lines_ = 0;
  std::string first_passed_over_;
  size_t first_passed_over_at_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_CLIENT_LINES_H_
