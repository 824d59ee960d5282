// What is said between the process that serves, its successor, and a command
// that asks for one. README.md beside this file is the page.
#ifndef GROUPRING_BACKEND_HANDOVER_MESSAGES_H_
#define GROUPRING_BACKEND_HANDOVER_MESSAGES_H_

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace groupring::backend {

// A command asks: "replace 1 <milliseconds to be ready in>".
inline constexpr std::string_view kReplace = "replace 1";
inline constexpr std::string_view kReplaced = "replaced";  // <process id>
// A command asks for what holds on this node alone: "disable-here 1 <group>
// <seconds> <who> <reason>" and "enable-here 1 <group>", in which group and who
// have no blanks.
inline constexpr std::string_view kDisableHere = "disable-here 1";
inline constexpr std::string_view kEnableHere = "enable-here 1";
inline constexpr std::string_view kDone = "done";  // <what it was and is>
// A command asks what this process answers by: "show 1 <read command>". The
// answer comes beside `shown`, as a memory file.
inline constexpr std::string_view kShow = "show 1";
inline constexpr std::string_view kShown = "shown";
// Instead of a read command: "show 1 names 1 <generation>". The memory file
// holds the names as they are with that generation or later, condensed
// (state/condensed_json.h). "behind" begins the reason for a refusal that may
// pass within milliseconds.
inline constexpr std::string_view kTellNames = "names 1";
inline constexpr std::string_view kBehind = "behind";
// A successor asks; with its request the conversation's version is settled.
inline constexpr std::string_view kTakeOver = "takeover 1";
// Its answers, each with descriptors.
inline constexpr std::string_view kListener = "listener";  // <setting> <ours>
inline constexpr std::string_view kDataset = "dataset";
inline constexpr std::string_view kOffered = "offered";  // <follows Redis>
inline constexpr std::string_view kReady = "ready";
inline constexpr std::string_view kRecord = "record";
inline constexpr std::string_view kSockets = "sockets";
inline constexpr std::string_view kMore = "more";
inline constexpr std::string_view kAll = "all";
inline constexpr std::string_view kTaken = "taken";
// To both: with the reason.
inline constexpr std::string_view kRefusedWord = "refused";
inline constexpr std::string_view kFailedWord = "failed";

// How long each step of the exchange of connections may take. Nobody answers
// queries meanwhile, and PowerDNS waits a second for an answer.
inline constexpr std::chrono::milliseconds kStepLimit{1000};

// "verb the rest" → "verb" and "the rest". Verbs are of one word here.
inline std::pair<std::string_view, std::string_view> SplitVerb(
    std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank == text.npos) return {text, {}};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_MESSAGES_H_
