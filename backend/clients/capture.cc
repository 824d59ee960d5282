#include "backend/clients/capture.h"

#include <pcap/pcap.h>

#include <array>
#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "backend/clients/captured_query.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

struct Close {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};

std::optional<LinkType> LinkTypeOf(int number) {
  switch (number) {
    case DLT_EN10MB:
      return LinkType::kEthernet;
    case DLT_LINUX_SLL:
      return LinkType::kLinuxCooked;
    case DLT_LINUX_SLL2:
      return LinkType::kLinuxCooked2;
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return LinkType::kRaw;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool IsCapture(std::string_view begin) {
  constexpr std::array<std::string_view, 5> kBegins = {
      std::string_view("\xd4\xc3\xb2\xa1", 4),   // microseconds
      std::string_view("\xa1\xb2\xc3\xd4", 4),   // from the other byte order
      std::string_view("\x4d\x3c\xb2\xa1", 4),   // nanoseconds
      std::string_view("\xa1\xb2\x3c\x4d", 4),   //
      std::string_view("\x0a\x0d\x0d\x0a", 4)};  // pcapng
  for (const std::string_view known : kBegins) {
    if (begin.substr(0, kCaptureMagic) == known) return true;
  }
  return false;
}

absl::Status ReadCapture(std::FILE* stream, CapturedClients* clients) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, Close> capture(
      pcap_fopen_offline(stream, error.data()));
  if (capture == nullptr) {
    static_cast<void>(std::fclose(stream));
    return absl::InvalidArgumentError(Printable(error.data()));
  }
  const int number = pcap_datalink(capture.get());
  const std::optional<LinkType> link = LinkTypeOf(number);
  if (!link) {
    const char* const name = pcap_datalink_val_to_name(number);
    return absl::InvalidArgumentError(absl::StrFormat(
        "it is a capture of %s; expected one of Ethernet, of `tcpdump -i any` "
        "(Linux cooked), or of plain IP",
        name == nullptr ? absl::StrFormat("link type %d", number)
                        : std::string(name)));
  }
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(capture.get(), &header, &data) == 1) {
    const auto query = ParseCapturedQuery(
        *link, {reinterpret_cast<const char*>(data), header->caplen});
    if (!query) {
      ++clients->passed_over;
      continue;
    }
    ++clients->queries;
    clients->population.Add(query->client, query->is_source, 1);
  }
  if (clients->queries > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("it is a capture of %d packets without a DNS query over "
                      "UDP; expected one "
                      "like that of `tcpdump -w FILE udp dst port 53`",
                      clients->passed_over));
}

}  // namespace groupring::backend
