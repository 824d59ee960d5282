#include "tests/integration/key_store.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/support/process.h"

namespace groupring::testing {
namespace {

constexpr const char* kZone = "example.org";

std::string Run(const std::vector<std::string>& argv) {
  const CommandResult result = RunCommand(argv);
  if (result.status != 0) {
    throw std::runtime_error(argv[0] + ": " + result.output + result.errors);
  }
  return result.output;
}

}  // namespace

KeyStore::KeyStore(bool narrow) {
  directory_.Write("pdns-keys.conf", "launch=gsqlite3\ngsqlite3-database=" +
                                         file() + "\ngsqlite3-dnssec=yes\n");
  Run({"sh", "-c",
       "sqlite3 \"$0\" "
       "</usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql",
       file()});
  Sign(kZone, narrow);
  TrustNewestKey();
}

void KeyStore::Sign(const std::string& zone, bool narrow) {
  Pdnsutil({"create-secondary-zone", zone, "127.0.0.1"});
  Pdnsutil({"set-kind", zone, "native"});
  if (narrow) Pdnsutil({"set-nsec3", zone, "1 0 0 -", "narrow"});
  Pdnsutil({"secure-zone", zone});
}

std::string KeyStore::AddKey() {
  // "example.org CSK Act Pub 256 ECDSAP256SHA256 1 cryptokeys 1638"
  std::istringstream lines(Pdnsutil({"list-keys", kZone}));
  std::string id;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string zone, type, active, published, size, algorithm;
    words >> zone >> type >> active >> published >> size >> algorithm >> id;
  }
  Pdnsutil({"add-zone-key", kZone, "ksk", "active", "ecdsa256"});
  return id;
}

void KeyStore::RemoveKey(const std::string& id) {
  Pdnsutil({"remove-zone-key", kZone, id});
}

void KeyStore::TrustNewestKey() {
  // "example.org. IN DS 12345 13 2 <hash> ; ( SHA256 digest )"
  std::istringstream lines(Pdnsutil({"export-zone-ds", kZone}));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string owner, in, ds, tag, algorithm, type, hash;
    words >> owner >> in >> ds >> tag >> algorithm >> type >> hash;
    if (ds != "DS" || type != "2") continue;
    ds_ = line.substr(0, line.find(';'));
    anchors_ = directory_.Write(
        "anchors", "trust-anchors { " + owner + " static-ds " + tag + " " +
                       algorithm + " " + type + " \"" + hash + "\"; };\n");
  }
  if (anchors_.empty()) throw std::runtime_error("no DS record");
}

std::vector<std::string> KeyStore::PdnsOptions(const std::string& settings,
                                               bool is_embedded) const {
  std::string added = ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/" + settings);
  const auto replace = [&](const std::string& from, const std::string& to) {
    added.replace(added.find(from), from.size(), to);
  };
  replace("/var/lib/powerdns/keys.db", file());
  if (is_embedded) {  // as the file says
    replace("launch=gsqlite3,remote", "launch=gsqlite3,lua2");
    replace("remote-dnssec=yes", "");
  }
  std::filesystem::create_directories(directory_ / "pdns.d");
  directory_.Write("pdns.d/dnssec.conf", added);
  return {"--include-dir=" + (directory_ / "pdns.d")};
}

std::string KeyStore::Delv(uint16_t port, const std::string& name,
                           const std::string& type) const {
  const CommandResult said =
      RunCommand({"delv", "@127.0.0.1", "-p", std::to_string(port), "-a",
                  anchors_, std::string("+root=") + kZone, name, type});
  std::istringstream lines(said.output + said.errors);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line == "; fully validated" ||
        line == "; negative response, fully validated") {
      return line.substr(2);
    }
    all += line + "\n";
  }
  return all;
}

std::string KeyStore::Pdnsutil(const std::vector<std::string>& words) const {
  std::vector<std::string> argv = {
      "pdnsutil", "--config-dir=" + directory_.path(), "--config-name=keys"};
  argv.insert(argv.end(), words.begin(), words.end());
  return Run(argv);
}

}  // namespace groupring::testing
