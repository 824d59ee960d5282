#include "tests/program/lookups.h"

#include <nlohmann/json.hpp>

#include "tests/support/sample_data.h"
#include "tests/support/unix_stream.h"

namespace groupring::testing {

std::string SampleDataWithShortTtls() {
  return SampleData(false) +
         "HSET files.example.org:CONFIG TTL 1\n"
         "HSET upload.example.org:CONFIG TTL 1\n"
         "HSET ftp.eu.west.example.org:CONFIG TTL 1\n"
         "HSET example.net:CONFIG TTL 1\n";
}

std::set<int> ClientsOf(const GroupringServer& node, const std::string& name,
                        const std::string& group, int clients) {
  UnixStream stream(node.settings().remote_socket());
  std::set<int> met;
  for (int i = 0; i < clients; ++i) {
    const nlohmann::json question = {
        {"method", "lookup"},
        {"parameters",
         {{"qname", name + "."},
          {"qtype", "A"},
          {"remote", "127.0.0.1"},
          {"local", "127.0.0.1"},
          {"real-remote", "10." + std::to_string(i) + ".3.0/24"},
          {"zone-id", -1}}}};
    stream.lines().Send(question.dump() + "\n");
    const auto answer = nlohmann::json::parse(*stream.lines().ReadLine());
    for (const auto& record : answer["result"]) {
      if (GroupOf(record["content"].get<std::string>()) == group) met.insert(i);
    }
  }
  return met;
}

}  // namespace groupring::testing
