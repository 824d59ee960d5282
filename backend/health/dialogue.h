// What a probe says to a server and how it judges the answers: a state machine
// over bytes and events. Its owner has the connections, TLS and the clock
// (probe_connection.h).
#ifndef GROUPRING_BACKEND_HEALTH_DIALOGUE_H_
#define GROUPRING_BACKEND_HEALTH_DIALOGUE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "backend/health/certificate.h"
#include "backend/health/probe.h"

namespace groupring::backend {

// What the owner is to do next, in this order.
struct DialogueAction {
  enum class Kind : uint8_t {
    kSend,         // `bytes`, within TLS once that stands
    kStartTls,     // a handshake; then Secured or TlsFailed
    kConnectData,  // to `port` of `address`; then DataConnected
    kClose,        // nothing more will be said
  };

  Kind kind = Kind::kClose;
  std::string bytes;
  uint16_t port = 0;
  redis::AddressBytes address{};  // of the family of the request

  bool operator==(const DialogueAction&) const = default;
};

// Call Start first, and take the actions after each call. Not thread-safe.
class Dialogue {
 public:
  // The request outlives it. `trace` may be empty.
  Dialogue(const ProbeRequest& request, Trace trace);
  virtual ~Dialogue() = default;

  // The connection is established, and the PROXY header, if the check wants
  // one, has been sent.
  void Start();
  // The handshake is done, at that time.
  void Secured(const TlsFacts& facts, int64_t unix_seconds);
  // The handshake has failed, or TLS has broken later on.
  void TlsFailed(std::string_view why);
  // Bytes from the server, in pieces of any size; decrypted once TLS is
  // established.
  void Receive(std::string_view bytes);
  // The server will send nothing more. `error`: "Connection reset by peer";
  // "": it has closed the connection.
  void End(std::string_view error);
  // TIMEOUT is over.
  void Expire();
  // The data connection was made and closed again, or could not be made.
  void DataConnected(const absl::Status& status);

  std::vector<DialogueAction> TakeActions();

  // Whether the result is certain. From then on the dialogue only says
  // good-bye.
  bool has_result() const { return result_.has_value(); }
  // REQUIRES: has_result(). `elapsed` is the owner's to fill in.
  const ProbeResult& result() const { return *result_; }

 protected:
  // The reasons and the text if the dialogue ends at the current step.
  struct Missing {
    redis::VerdictReason when_ended;
    redis::VerdictReason when_expired;
    std::string what;  // "reply to PASS"; "": the reasons say it all
  };

  const ProbeRequest& request() const { return request_; }

  // Sends `line` and its line end; the trace shows `shown` instead of it.
  void Say(std::string_view line, std::string_view shown);
  void Say(std::string_view line) { Say(line, line); }
  void Note(TraceKind kind, std::string_view line) const;
  void Act(DialogueAction action);
  void StartTls();
  void Close();
  void Warn(ProbeWarning warning);
  bool closed() const { return closed_; }
  // Sets the result; later calls have no effect. `text` is made printable and
  // short.
  void Conclude(redis::VerdictReason reason, std::string_view text);

 private:
  // Implemented by each protocol. After Conclude they only say good-bye.
  virtual void Begin() = 0;
  virtual void AfterTls() = 0;  // only where the dialogue asked for TLS itself
  virtual void Read(std::string_view bytes) = 0;
  virtual void AfterData(const absl::Status& status) { (void)status; }
  virtual Missing Lacks() const = 0;
  // After a verdict on what the handshake showed: say good-bye, or Close.
  virtual void Leave() { Close(); }

  Missing MissingNow() const;

  enum class Tls : uint8_t { kNone, kHandshake, kStands };

  const ProbeRequest& request_;
  const Trace trace_;
  Tls tls_ = Tls::kNone;
  bool begun_ = false;
  bool closed_ = false;
  std::vector<DialogueAction> actions_;
  std::vector<ProbeWarning> warnings_;
  std::optional<int64_t> certificate_not_after_;
  std::optional<ProbeResult> result_;
};

// The dialogue of the request's protocol. REQUIRES: its kind is not kHeartbeat,
// which has no connection. The request outlives it.
std::unique_ptr<Dialogue> MakeDialogue(const ProbeRequest& request,
                                       Trace trace);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_DIALOGUE_H_
