#include "tests/program/lookups.h"

#include <nlohmann/json.hpp>

#include "tests/support/sample_data.h"

namespace groupring::testing {

std::string SampleDataWithShortTtls() {
  return SampleData(false) +
         "HSET files.example.org:CONFIG TTL 1\n"
         "HSET upload.example.org:CONFIG TTL 1\n"
         "HSET ftp.eu.west.example.org:CONFIG TTL 1\n"
         "HSET example.net:CONFIG TTL 1\n";
}

std::vector<std::string> AnswersTo(int client, const std::string& name,
                                   UnixStream* node) {
  const nlohmann::json question = {
      {"method", "lookup"},
      {"parameters",
       {{"qname", name + "."},
        {"qtype", "A"},
        {"remote", "127.0.0.1"},
        {"local", "127.0.0.1"},
        {"real-remote", "10." + std::to_string(client) + ".3.0/24"},
        {"zone-id", -1}}}};
  node->lines().Send(question.dump() + "\n");
  const auto answer = nlohmann::json::parse(*node->lines().ReadLine());
  std::vector<std::string> addresses;
  for (const auto& record : answer["result"]) {
    addresses.push_back(record["content"]);
  }
  return addresses;
}

std::set<int> ClientsOf(const GroupringServer& node, const std::string& name,
                        const std::string& group, int clients) {
  UnixStream stream(node.settings().remote_socket());
  std::set<int> met;
  for (int i = 0; i < clients; ++i) {
    for (const std::string& address : AnswersTo(i, name, &stream)) {
      if (GroupOf(address) == group) met.insert(i);
    }
  }
  return met;
}

}  // namespace groupring::testing
