// Clients that ask without pause while something goes wrong, and judge every
// answer.
#ifndef GROUPRING_TESTS_SUPPORT_STEADY_LOAD_H_
#define GROUPRING_TESTS_SUPPORT_STEADY_LOAD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hashing/ring.h"
#include "tests/support/dns_client.h"
#include "tests/support/expectations.h"

namespace groupring::testing {

// What became of the questions. A good answer is NOERROR with one address,
// which is of the group that the ring says.
struct LoadReport {
  size_t asked = 0;
  size_t failed = 0;  // no reply, or another status than NOERROR
  size_t empty = 0;
  size_t wrong = 0;                   // of another group, or of none
  std::vector<std::string> examples;  // the first few that were not good

  bool Flawless() const { return asked > 0 && failed + empty + wrong == 0; }
  std::string Text() const;
};

// Asks for A and AAAA of a name of the sample data on behalf of many subnets,
// from several threads, from its making until it is stopped.
class SteadyLoad {
 public:
  struct Options {
    std::string name = "files.example.org";
    int threads = 3;
    int clients = 600;               // half of them IPv4 /24s, half IPv6 /48s
    std::vector<std::string> out{};  // the groups out of service at the start
  };
  // `port` is PowerDNS'.
  explicit SteadyLoad(uint16_t port) : SteadyLoad(port, Options()) {}
  SteadyLoad(uint16_t port, Options options);
  ~SteadyLoad();

  // From now on an answer is right if it is right with these groups out of
  // service; questions that are under way may be answered as at any moment
  // since they were asked.
  void Expect(const std::vector<std::string>& out);

  // From now on right with these out, or with those; while a change is on its
  // way.
  void ExpectEither(const std::vector<std::string>& out,
                    const std::vector<std::string>& or_out);

  // Waits for that many answers more.
  void Await(size_t more) const;

  size_t asked() const { return asked_; }
  // So far.
  LoadReport Report() const;
  // Ends it.
  LoadReport Stop();

 private:
  Expectations::Groups GroupsWithout(const std::vector<std::string>& out) const;
  void Run(uint16_t port, size_t first);
  void AskFor(size_t client, DnsClient* dns);

  const Options options_;
  std::shared_ptr<const hashing::Ring> ring_;
  std::vector<DnsQuestion> questions_;  // one for each client
  std::atomic<bool> stop_{false};
  std::atomic<size_t> asked_{0};
  Expectations expected_;
  mutable std::mutex mutex_;
  LoadReport report_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_STEADY_LOAD_H_
