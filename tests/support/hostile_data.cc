#include "tests/support/hostile_data.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace groupring::testing {
namespace {

// One line for redis-cli: each word as it is given.
std::string Command(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += RedisQuoted(word) + " ";
  return line + "\n";
}

// As it stands within a JSON string; bytes that are no ASCII as they are.
std::string JsonEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    std::array<char, 8> code{};
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      std::snprintf(code.data(), code.size(), "\\u%04x",
                    static_cast<unsigned char>(c));
      escaped += code.data();
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

// A RECORDS whose every member of every entry has the text in it.
std::string Records(const std::string& text) {
  const std::string bad = JsonEscaped(text);
  return R"([{"name":"www","type":"A","content":"192.0.2.80"},)"
         R"({"name":"x)" +
         bad +
         R"(","type":"A","content":"192.0.2.80"},)"
         R"({"name":"y","type":"TXT)" +
         bad +
         R"(","content":"192.0.2.80"},)"
         R"({"name":"txt","type":"TXT","content":"x)" +
         bad +
         R"("},)"
         R"({"name":"z","type":"A","content":"1","k)" +
         bad +
         R"(":"v"},)"
         R"({"name":"ttl","type":"A","content":"192.0.2.1","ttl":"1)" +
         bad + R"("}])";
}

std::string AboutGroup(const std::string& bad) {
  const std::string group = "g" + bad;
  return Command({"SADD", "files.example.org:GROUPS", group}) +
         Command({"HSET", "files.example.org:WEIGHTS", group, "1" + bad}) +
         Command({"HSET", group + ":STATE", "state", "disabled", "reason",
                  "r" + bad, "by", "b" + bad, "since", "1" + bad, "until",
                  "1" + bad, "start", "1" + bad, "duration", "1" + bad,
                  "f" + bad, "v" + bad}) +
         Command({"SADD", group + ":A", "10.9.9.9" + bad, bad}) +
         Command({"SADD", group + ":AAAA", "2001:db8:f::9" + bad, bad}) +
         Command({"HSET", group + ":DISABLED", "10.9.9.9" + bad, bad,
                  "192.0.2.9",
                  "until=1" + bad + " by=b" + bad + " reason=r" + bad});
}

std::string AboutName(size_t number, const std::string& bad) {
  const std::string name = "n" + std::to_string(number) + ".example.org";
  return Command({"HSET", name + ":CONFIG", "ANSWER", "random" + bad, "TTL",
                  "60" + bad, "ANSWERS", "1" + bad, "ON_EMPTY",
                  "servfail" + bad, "x" + bad, "y" + bad}) +
         Command({"SADD", name + ":A", "192.0.2.9" + bad, "192.0.2.9"}) +
         Command({"SADD", name + ":A:SKIPLIST", "192.0.2.1" + bad}) +
         Command({"SADD", name + ":AAAA", "2001:db8::9%" + bad}) +
         // A key that is no name's, or one in which bytes count.
         Command({"SADD", "k" + bad + ":GROUPS", "alpha"}) +
         Command({"HSET", "k" + bad + ".example.org:CONFIG", "SOA", bad}) +
         // A zone of its own, with nothing else that is right.
         Command({"HSET", "z" + std::to_string(number) + ".test:CONFIG", "SOA",
                  "ns1" + bad + " h" + bad + " 1" + bad + " 2 3 4 5", "NS",
                  "ns1" + bad + ",ns2", "RECORDS", Records(bad), "TTL", bad});
}

std::string AboutSampleData(const std::string& bad) {
  return Command({"SADD", "alpha:A", "10.1.0.1" + bad}) +
         Command({"SADD", "alpha:AAAA", "2001:db8:a::1" + bad}) +
         Command({"HSET", "bravo:STATE", "reason" + bad, "x"}) +
         Command({"HSET", "charlie:STATE", "state", "enabled", "reason", bad,
                  "by", bad}) +
         Command({"SADD", "example.org:A:SKIPLIST", bad}) +
         Command({"HSET", "example.org:CONFIG", "x" + bad, bad}) +
         Command({"HSET", "groupring:node:node" + bad, "version", bad,
                  "trouble", "t" + bad, "seen", "1" + bad, "names", bad}) +
         Command({"ZADD", "groupring:nodes", "1", "node" + bad}) +
         Command({"XADD", "groupring:audit", "*", "who", "w" + bad, "what", bad,
                  "target", bad, "reason", bad, "before", bad, "after", bad,
                  "generation", "1" + bad, "x" + bad, bad});
}

}  // namespace

std::vector<std::string> HostileTexts() {
  return {
      "\n",
      "\nEND",
      "\nEND\n",
      "\nFAIL\n",
      "\nDATA\t24\t1\tevil.test\tIN\tA\t60\t1\t192.0.2.66\nEND\n",
      "\nDATA\tevil.test\tIN\tA\t60\t1\t192.0.2.66\nEND\n",
      "\n{\"result\":[]}\n",
      "\t",
      "\t\t192.0.2.66",
      "\r\n",
      "\r",
      "\v\f",
      " ",
      "\"",
      "\",\"evil\":\"1",
      "\"},{\"qtype\":\"A\",\"content\":\"192.0.2.66",
      "\\",
      "\\\\",
      "\\\"",
      "\\n",
      "\\009",
      "\\010DATA",
      "\\999",
      "\\0",
      "\\u000a",
      "%s%n%d",
      "$(reboot)`reboot`",
      "';--",
      "<script>",
      std::string(1, '\0'),
      std::string("\0x", 2),
      "\x01\x1f\x7f",
      "\x1b[31m",
      "\x1b]0;title\x07",
      "\x1b[2J\x1b[H",
      "\xc2\x9b"
      "31m",           // CSI as one character
      "\xc2\x85",      // next line
      "\xe2\x80\xa8",  // line separator
      "\xe2\x80\xae"
      "gro",  // right to left from here on
      "\xff\xfe",
      "\xc0\x8a",      // a newline, overlong
      "\xed\xa0\x80",  // half a surrogate pair
      "\xf0\x9f\x98",  // cut off
      "\x9b"
      "31m",  // CSI as one byte
      std::string(300, 'x'),
      std::string(70000, 'y'),
  };
}

std::string RedisQuoted(std::string_view bytes) {
  std::string quoted = "\"";
  for (const char c : bytes) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                       (c >= 'A' && c <= 'Z') || c == ':' || c == '.';
    if (plain) {
      quoted.push_back(c);
      continue;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\x%02x",
                  static_cast<unsigned char>(c));
    quoted += code.data();
  }
  return quoted + "\"";
}

std::string HostileData() {
  std::string commands;
  std::string servers = "ns1.example.org,ns2.example.org";
  const std::vector<std::string> texts = HostileTexts();
  for (size_t i = 0; i < texts.size(); ++i) {
    commands += AboutGroup(texts[i]) + AboutName(i, texts[i]) +
                AboutSampleData(texts[i]);
    servers += ",ns" + texts[i] + "," + texts[i];
  }
  commands += Command({"HSET", "example.org:CONFIG", "NS", servers});
  return commands;
}

}  // namespace groupring::testing
