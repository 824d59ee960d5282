// A change, and what speaks against it, in words.
#ifndef GROUPRING_BACKEND_REPORT_CHANGE_WORDS_H_
#define GROUPRING_BACKEND_REPORT_CHANGE_WORDS_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "backend/change/change.h"
#include "backend/change/objection.h"
#include "backend/report/colour.h"

namespace groupring::backend {

// "g1", "g1 of ftp.example.org".
std::string TargetWords(const Change& change);

// "DISABLED until 2026-10-07T13:12:03Z", "weight 100", "TTL=60, ANSWERS=1".
std::string StandingWords(const Standing& standing);
Tone ToneOf(const Standing& standing);

// A sentence without a full stop. `remark` is one of the change's.
std::string RemarkText(const Remark& remark, const Change& change);

// A sentence without a full stop.
std::string ObjectionText(const Objection& objection);

// The group that answers, "nobody" for "".
std::string GroupWord(const std::string& group);

// ": g1 -> g2 16.7%, g1 -> g3 8.3%, and 2 more", the largest first; "" without
// any. Each of `moves`, from one group to another, is divided by `whole`.
std::string MovesWords(
    const std::map<std::pair<std::string, std::string>, double>& moves,
    double whole);

// "ftp.example.org and 2 more names": the first of some, which stand for `more`
// others.
std::string FirstOf(const std::vector<std::string>& names);
std::string FirstOf(const std::vector<std::string>& names, size_t more);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_CHANGE_WORDS_H_
