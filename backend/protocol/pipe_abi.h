// The pipe backend's text protocol, ABI 1 to 5: lines of fields between tabs.
//
//   HELO  3                                      OK    groupring
//   Q  www.example.org  IN  ANY  1  192.0.2.24   DATA  24  1  www.example.org …
//      192.0.2.1  203.0.113.0/24                 END
#ifndef GROUPRING_BACKEND_PROTOCOL_PIPE_ABI_H_
#define GROUPRING_BACKEND_PROTOCOL_PIPE_ABI_H_

#include <string>
#include <string_view>

#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"

namespace groupring::backend {

// One conversation. It begins with HELO, which settles the version; before
// that, and after a HELO of another version, every question is answered FAIL
// (PowerDNS does not look at the answer to HELO itself).
//
// No I/O, not thread-safe.
class PipeAbi {
 public:
  enum class Outcome {
    kAsk,       // `request` is to be handled, then AppendReply
    kAnswered,  // the whole answer has been appended to `out`
    kGarbage,   // the same, and the line was nothing of this protocol
  };

  // A conversation that goes on where another one was left: `version` is what
  // that one's version() said.
  explicit PipeAbi(int version = 0) : version_(version) {}

  // What HELO settled; 0: nothing yet.
  int version() const { return version_; }

  // Takes a line without its newline.
  Outcome ReadLine(std::string_view line, Request* request, std::string* out);

  // Appends the answer to the request last read: lines that PowerDNS can
  // always parse, or FAIL when a record has no such form.
  void AppendReply(const Request& request, const Reply& reply,
                   std::string* out) const;

 private:
  Outcome ReadHello(std::string_view version, std::string* out);
  bool ReadQuestion(std::string_view fields, Request* request) const;
  bool ReadTransfer(std::string_view fields, Request* request) const;

  int version_;  // 0: none agreed
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_PIPE_ABI_H_
