#include "backend/doctor/dns_message.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeOpt = 41;
constexpr uint16_t kClassIn = 1;
constexpr uint16_t kOptionEcs = 8;
constexpr uint16_t kFamilyIpv4 = 1;
constexpr uint8_t kSubnetPrefix = 24;
constexpr uint16_t kUdpPayload = 1232;
constexpr size_t kHeader = 12;

void Put16(uint16_t value, std::string* out) {
  out->push_back(static_cast<char>(value >> 8));
  out->push_back(static_cast<char>(value & 0xff));
}

void PutName(std::string_view name, std::string* out) {
  while (!name.empty()) {
    const size_t dot = std::min(name.find('.'), name.size());
    out->push_back(static_cast<char>(dot));
    out->append(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out->push_back('\0');
}

// Reads within the message only; `ok` turns false beyond its end.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }
  void MoveTo(size_t at) { at_ = at; }

  uint8_t Get8() {
    if (at_ >= message_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<uint8_t>(message_[at_++]);
  }
  uint16_t Get16() {
    const uint16_t high = Get8();
    return static_cast<uint16_t>(high << 8 | Get8());
  }
  void SkipName() {
    while (ok_) {
      const uint8_t length = Get8();
      if (length == 0) return;
      if ((length & 0xc0) == 0xc0) {  // a pointer ends the name
        Get8();
        return;
      }
      at_ += length;
    }
  }

 private:
  std::string_view message_;
  size_t at_ = 0;
  bool ok_ = true;
};

void ReadOptions(Reader* reader, size_t end, DnsAnswer* answer) {
  while (reader->ok() && reader->at() + 4 <= end) {
    const uint16_t code = reader->Get16();
    const uint16_t size = reader->Get16();
    const size_t next = reader->at() + size;
    if (code == kOptionEcs && size >= 4) {
      reader->Get16();  // family
      reader->Get8();   // source prefix
      answer->ecs_scope = reader->Get8();
    }
    reader->MoveTo(next);
  }
}

void ReadRecord(Reader* reader, DnsAnswer* answer) {
  reader->SkipName();
  const uint16_t type = reader->Get16();
  reader->Get16();  // class
  reader->Get16();  // TTL, high
  reader->Get16();  // TTL, low
  const uint16_t size = reader->Get16();
  const size_t end = reader->at() + size;
  if (type == kTypeA && size == 4) {
    const int a = reader->Get8();
    const int b = reader->Get8();
    const int c = reader->Get8();
    const int d = reader->Get8();
    if (reader->ok()) {
      answer->a.push_back(absl::StrFormat("%d.%d.%d.%d", a, b, c, d));
    }
  } else if (type == kTypeOpt) {
    ReadOptions(reader, end, answer);
  }
  reader->MoveTo(end);
}

}  // namespace

std::string EncodeQuery(uint16_t id, std::string_view name,
                        const std::array<uint8_t, 3>& subnet) {
  std::string query;
  Put16(id, &query);
  Put16(0, &query);  // a plain query
  Put16(1, &query);  // one question
  Put16(0, &query);
  Put16(0, &query);
  Put16(1, &query);  // OPT
  PutName(name, &query);
  Put16(kTypeA, &query);
  Put16(kClassIn, &query);
  query.push_back('\0');  // OPT's owner is the root
  Put16(kTypeOpt, &query);
  Put16(kUdpPayload, &query);
  Put16(0, &query);
  Put16(0, &query);
  Put16(11, &query);  // the option: 4 bytes of its own and 7 of data
  Put16(kOptionEcs, &query);
  Put16(7, &query);
  Put16(kFamilyIpv4, &query);
  query.push_back(static_cast<char>(kSubnetPrefix));
  query.push_back('\0');
  for (const uint8_t byte : subnet) query.push_back(static_cast<char>(byte));
  return query;
}

std::optional<DnsAnswer> DecodeAnswer(uint16_t id, std::string_view message) {
  if (message.size() < kHeader) return std::nullopt;
  Reader reader(message);
  if (reader.Get16() != id) return std::nullopt;
  const uint16_t flags = reader.Get16();
  if ((flags & 0x8000) == 0) return std::nullopt;
  const int questions = reader.Get16();
  int records = reader.Get16();
  records += reader.Get16();
  records += reader.Get16();
  DnsAnswer answer;
  answer.rcode = flags & 0xf;
  answer.authoritative = (flags & 0x0400) != 0;
  for (int i = 0; i < questions && reader.ok(); ++i) {
    reader.SkipName();
    reader.Get16();
    reader.Get16();
  }
  for (int i = 0; i < records && reader.ok(); ++i) {
    ReadRecord(&reader, &answer);
  }
  if (!reader.ok()) return std::nullopt;
  return answer;
}

std::string RcodeName(int rcode) {
  switch (rcode) {
    case 0:
      return "NOERROR";
    case 2:
      return "SERVFAIL";
    case 3:
      return "NXDOMAIN";
    case 5:
      return "REFUSED";
    default:
      return absl::StrFormat("RCODE %d", rcode);
  }
}

}  // namespace groupring::backend
