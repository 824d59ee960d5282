// A key store of PowerDNS for signed zones, and delv, which validates them.
#ifndef GROUPRING_TESTS_INTEGRATION_KEY_STORE_H_
#define GROUPRING_TESTS_INTEGRATION_KEY_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/temp_directory.h"

namespace groupring::testing {

// Holds a key for example.org, made by the steps of DNSSEC.md.
class KeyStore {
 public:
  // `narrow`: told to the store, for modes that have no metadata.
  explicit KeyStore(bool narrow);

  // PowerDNS reads that file of pdns-config, with this key store, behind the
  // mode's file.
  std::vector<std::string> PdnsOptions(
      const std::string& settings = "dnssec.conf",
      bool is_embedded = false) const;

  // A key for one more zone.
  void Sign(const std::string& zone, bool narrow);

  // A second key that signs; the ID of the first.
  std::string AddKey();
  void RemoveKey(const std::string& id);
  // Has Delv trust the key that was made last.
  void TrustNewestKey();

  // The DS record, as a line of a zone file: what validators trust.
  const std::string& ds() const { return ds_; }

  // What delv says of the answer: "fully validated", "negative response, fully
  // validated", or why not.
  std::string Delv(uint16_t port, const std::string& name,
                   const std::string& type) const;

 private:
  std::string file() const { return directory_ / "keys.db"; }
  std::string Pdnsutil(const std::vector<std::string>& words) const;

  TempDirectory directory_;
  std::string ds_;
  std::string anchors_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_INTEGRATION_KEY_STORE_H_
