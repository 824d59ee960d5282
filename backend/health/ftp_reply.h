// Replies of FTP servers (RFC 959, 4.2), of bytes that arrive in any pieces.
#ifndef GROUPRING_BACKEND_HEALTH_FTP_REPLY_H_
#define GROUPRING_BACKEND_HEALTH_FTP_REPLY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::backend {

struct FtpReply {
  int code = 0;  // 100…659
  // As they arrived, without line ends. Lines between the first and the last
  // need not begin with the code.
  std::vector<std::string> lines;

  // What all lines say, in one: "530 Sorry, the maximum number …".
  std::string Text() const;
};

// Not thread-safe. Holds no more than one reply may have.
class FtpReplyReader {
 public:
  // What a line and a reply may have at most, in bytes.
  static constexpr size_t kMaxLineSize = 4096;
  static constexpr size_t kMaxReplySize = size_t{32} * 1024;

  // Takes the bytes in. After an error they are ignored.
  void Feed(std::string_view bytes);

  // The next whole reply, once. Nothing: more has to be read, or error() says
  // why there will be none.
  std::optional<FtpReply> Next();

  // "line of more than 4096 bytes", "a line without a code"; "" if nothing is
  // wrong. The replies before can still be taken.
  const std::string& error() const { return error_; }

  // Whether bytes have arrived that belong to no reply returned so far.
  bool HasMore() const { return !rest_.empty() || reply_.has_value(); }
  // The bytes of the unfinished reply, as they arrived.
  std::string_view Unfinished() const;

 private:
  // Whether the line ends the reply.
  bool AddLine(std::string_view line);

  std::string rest_;
  std::optional<FtpReply> reply_;  // of which the last line is missing
  size_t reply_size_ = 0;
  std::string error_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_FTP_REPLY_H_
