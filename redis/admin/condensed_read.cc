#include "redis/admin/condensed_read.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "redis/base/status_macros.h"
#include "redis/load/discovery.h"
#include "redis/load/existing_keys.h"
#include "redis/load/key_reader.h"
#include "redis/load/mirror.h"
#include "redis/load/own_values.h"

namespace groupring::redis {
namespace {

constexpr size_t kNamesPerBatch = 256;

// The names that a walk has found, each once, without an object for each.
class FoundNames {
 public:
  void Add(std::string_view name) {
    if (!known_.insert(HashOf(name)).second) return;
    if (pieces_.empty() || pieces_.back().size() + name.size() >= kPiece) {
      pieces_.emplace_back().reserve(kPiece);
    }
    pieces_.back().append(name).push_back('\n');
  }

  size_t size() const { return known_.size(); }
  bool MayContain(std::string_view name) const {
    return known_.contains(HashOf(name));
  }

  // Forgets the names that it returns; none: there are no more.
  std::vector<std::string> TakeSome(size_t most) {
    std::vector<std::string> names;
    while (names.size() < most && !pieces_.empty()) {
      std::string& piece = pieces_.back();
      while (names.size() < most && !piece.empty()) {
        piece.pop_back();
        const size_t before = piece.rfind('\n');
        const size_t begin = before == piece.npos ? 0 : before + 1;
        names.push_back(piece.substr(begin));
        piece.resize(begin);
      }
      if (piece.empty()) pieces_.pop_back();
    }
    return names;
  }

 private:
  static constexpr size_t kPiece = size_t{1} << 16;

  static size_t HashOf(std::string_view name) {
    return absl::HashOf(absl::string_view(name.data(), name.size()));
  }

  absl::flat_hash_set<size_t> known_;
  std::vector<std::string> pieces_;  // names, each followed by a newline
};

// Keys matter only if something is wrong with them.
void DropGoodKeys(Findings* findings) {
  absl::flat_hash_set<std::string> bad(findings->unreadable.begin(),
                                       findings->unreadable.end());
  for (const Complaint& complaint : findings->complaints) {
    bad.insert(complaint.key);
  }
  findings->keys.assign(bad.begin(), bad.end());
}

class CondensedReader {
 public:
  CondensedReader(const CondenseOptions& options, Connection* connection,
                  Findings* findings)
      : options_(options), connection_(connection), findings_(findings) {}

  absl::StatusOr<CondensedNames> Read() {
    RETURN_IF_ERROR(Find());
    const size_t total = found_.size();
    size_t read = 0;
    while (true) {
      const std::vector<std::string> names = found_.TakeSome(kNamesPerBatch);
      if (names.empty()) break;
      RETURN_IF_ERROR(
          ReadNames(names, [&](const auto& name) { condenser_.Add(name); }));
      read += names.size();
      if (options_.progress) options_.progress(read, total);
    }
    RETURN_IF_ERROR(TakeOutStaticNames());
    return condenser_.Take();
  }

 private:
  using See = std::function<void(const std::shared_ptr<const NameData>&)>;

  absl::Status Find() {
    const auto see = [&](std::string_view key) {
      existing_.Add(key);
      FoundKey found = ClassifyKey(key);
      // A newline is in no name that DNS can ask for.
      if (!found.name.empty()) found_.Add(found.name);
      if (!found.complaint) return;
      findings_->keys.emplace_back(key);
      findings_->complaints.push_back(*std::move(found.complaint));
    };
    return Discovery(Schema::kGroupring, Discovery::Keys::kAll)
        .Walk(connection_, see);
  }

  absl::Status ReadNames(const std::vector<std::string>& names,
                         const See& see) {
    KeySelection selection;
    for (const std::string& name : names) {
      selection.names[name] = NameParts::All();
    }
    ASSIGN_OR_RETURN(const Readings readings,
                     ReadKeys(selection, connection_, &existing_));
    Findings findings;
    for (const NameReading& reading : readings.names) {
      const auto name = BuildName(reading, nullptr, &lists_, &findings);
      if (name != nullptr) see(name);
    }
    DropGoodKeys(&findings);
    const auto add = [](auto& from, auto* to) {
      to->insert(to->end(), std::make_move_iterator(from.begin()),
                 std::make_move_iterator(from.end()));
    };
    add(findings.keys, &findings_->keys);
    add(findings.complaints, &findings_->complaints);
    add(findings.unreadable, &findings_->unreadable);
    return absl::OkStatus();
  }

  absl::Status TakeOutStaticNames() {
    if (!options_.static_names) return absl::OkStatus();
    std::vector<std::string> names;
    for (const auto& zone : condenser_.alone()) {
      if (!zone->config.is_zone) continue;
      for (std::string& name : options_.static_names(*zone)) {
        if (found_.MayContain(name)) names.push_back(std::move(name));
      }
    }
    // Their complaints are known already.
    const Findings before = *findings_;
    RETURN_IF_ERROR(
        ReadNames(names, [&](const auto& name) { condenser_.TakeOut(name); }));
    *findings_ = before;
    return absl::OkStatus();
  }

  const CondenseOptions& options_;
  Connection* const connection_;
  Findings* const findings_;
  ExistingKeys existing_;
  FoundNames found_;
  GroupLists lists_;
  NameCondenser condenser_;
};

}  // namespace

absl::StatusOr<bool> IsToBeCondensed(const CondenseOptions& options,
                                     Connection* connection) {
  ASSIGN_OR_RETURN(const Reply size, connection->Command({"DBSIZE"}));
  return size.type == Reply::Type::kInteger &&
         size.integer >= options.from_keys;
}

absl::StatusOr<Dataset> ReadCondensed(const CondenseOptions& options,
                                      Connection* connection,
                                      const BeforeRead& before_read,
                                      AlikeNames* alike, Findings* findings) {
  Staged staged;
  ASSIGN_OR_RETURN(staged.generation,
                   ReadGeneration(connection, &staged.findings));
  std::optional<CondensedNames> condensed;
  if (options.ask) {
    absl::StatusOr<CondensedNames> told = options.ask(*staged.generation);
    if (told.ok()) {
      condensed = *std::move(told);
    } else if (options.not_told) {
      options.not_told(told.status());
    }
  }
  if (!condensed) {
    ASSIGN_OR_RETURN(
        condensed,
        CondensedReader(options, connection, &staged.findings).Read());
  }
  Dataset dataset;
  for (auto& name : condensed->names) dataset.names.Set(std::move(name));
  *alike = std::move(condensed->alike);
  Mirror mirror;
  mirror.Adopt(dataset);
  KeySelection rest = mirror.GroupsOf(staged, /*all=*/true);
  rest.affinity = true;
  RETURN_IF_ERROR(
      Loader(&mirror, connection, {before_read}).Stage(rest, &staged));
  // What is known of keys that were not read here.
  const absl::flat_hash_set<std::string> read(staged.findings.keys.begin(),
                                              staged.findings.keys.end());
  for (Complaint& complaint : condensed->complaints) {
    if (read.contains(complaint.key)) continue;
    staged.findings.keys.push_back(complaint.key);
    staged.findings.complaints.push_back(std::move(complaint));
  }
  mirror.Commit(staged);
  *findings = std::move(staged.findings);
  return mirror.dataset();
}

}  // namespace groupring::redis
