// `ftp`, `ftps` and `ftps-implicit`, as far as the check goes:
//
//   greeting 220 · [AUTH TLS 234, handshake] · [PBSZ 0, PROT P] ·
//   [USER, PASS] · [PASV, data connection · EPSV, data connection] · QUIT 221
//
// TLS comes before USER always, where the check wants TLS. IPv6 is asked by
// EPSV only: servers answer PASV there with nonsense.
#ifndef GROUPRING_BACKEND_HEALTH_FTP_DIALOGUE_H_
#define GROUPRING_BACKEND_HEALTH_FTP_DIALOGUE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/health/dialogue.h"
#include "backend/health/ftp_reply.h"

namespace groupring::backend {

class FtpDialogue : public Dialogue {
 public:
  using Dialogue::Dialogue;

 private:
  // What is waited for. The order is that of the dialogue.
  enum class Step : uint8_t {
    kGreeting,
    kAuthTls,
    kHandshake,
    kProtectionSize,
    kProtectionLevel,
    kUser,
    kPassword,
    kPasv,
    kPasvData,
    kEpsv,
    kEpsvData,
    kQuit,
  };

  void Begin() override { step_ = Step::kGreeting; }
  void AfterTls() override { SecureData(); }
  void Read(std::string_view bytes) override;
  void AfterData(const absl::Status& status) override;
  Missing Lacks() const override;
  void Leave() override { Quit(); }

  void Take(const FtpReply& reply);
  void TakeGreeting(const FtpReply& reply);
  // Takes a reply that refuses the command of the current step.
  void Refuse(const FtpReply& reply);
  void Malformed();

  void Command(Step step, std::string_view line);
  void SecureData();
  void LogIn();
  void AskPassive();
  void AskExtendedPassive();
  void CheckPasv(const FtpReply& reply);
  void CheckPort(const redis::AddressBytes& address, uint16_t port,
                 Step data_step);
  void Done();
  void Fail(redis::VerdictReason reason, std::string_view text);
  void Quit();

  Step step_ = Step::kGreeting;
  FtpReplyReader reader_;
  std::string not_ready_;  // what 120 said
  uint16_t data_port_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_FTP_DIALOGUE_H_
