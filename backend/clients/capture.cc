#include "backend/clients/capture.h"

#include <pcap/pcap.h>

#include <array>
#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/clients/captured_query.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

struct Close {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};

// What to do about one that ends too early.
constexpr const char* kWholeFile =
    "; end tcpdump by ^C before its file is read or copied, or have it write "
    "each packet at once (-U)";

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
    const bool is_empty = std::feof(stream) != 0;
    static_cast<void>(std::fclose(stream));
    return absl::InvalidArgumentError(Printable(error.data()) +
                                      (is_empty ? kWholeFile : ""));
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
  int read = 0;
  while ((read = pcap_next_ex(capture.get(), &header, &data)) == 1) {
    const CapturedPacket packet = ParseCapturedPacket(
        *link, {reinterpret_cast<const char*>(data), header->caplen},
        header->len);
    for (const CapturedQuery& query : packet.queries) {
      clients->population.Add(query.client, query.is_source, 1);
    }
    clients->queries += packet.queries.size();
    if (packet.is_cut) {
      ++clients->cut;
    } else if (packet.is_piece) {
      ++clients->pieces;
    } else if (packet.queries.empty()) {
      ++clients->others;
    }
  }
  if (read == PCAP_ERROR) clients->torn = Printable(pcap_geterr(capture.get()));
  if (clients->queries > 0) return absl::OkStatus();
  const std::vector<std::string> why = NotCounted(*clients);
  return absl::InvalidArgumentError(
      "it is a capture without a whole DNS query" +
      (why.empty() ? std::string(", of no packets at all")
                   : ": " + absl::StrJoin(why, "; ")) +
      "; expected one like that of `tcpdump -w FILE dst port 53`, read when "
      "tcpdump has ended");
}

std::vector<std::string> NotCounted(const CapturedClients& clients) {
  std::vector<std::string> sentences;
  const auto say = [&](size_t count, const char* what) {
    if (count == 0) return;
    sentences.push_back(Counted(count, "packet") + what);
  };
  say(clients.cut,
      " captured in part and passed over: with `tcpdump -s 0` they are whole");
  say(clients.pieces,
      " with a part of a message only (fragments, pieces of TCP streams) "
      "passed over");
  say(clients.others, " without a DNS query passed over");
  if (!clients.torn.empty()) {
    sentences.push_back(
        "the file ends within a packet, and what is before that counts (" +
        clients.torn + ")" + kWholeFile);
  }
  return sentences;
}

}  // namespace groupring::backend
