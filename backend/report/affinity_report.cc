#include "backend/report/affinity_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/resolver/client.h"
#include "hashing/label_key.h"
#include "hashing/ring.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/schema/affinity.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;
using redis::AffinityEntries;
using redis::AffinityEntry;

bool IsOf(const AffinityEntry& entry, const std::string& label) {
  return label.empty() || entry.label.name == label;
}

bool IsForSourcesOnly(const AffinityEntry& entry) {
  return entry.prefix_length > (entry.family == redis::Family::kA ? 24 : 48);
}

ordered_json EntryJson(const AffinityEntry& entry) {
  return {{"prefix", entry.text},
          {"label", entry.label.name},
          {"keys", entry.label.parts},
          {"sources_only", IsForSourcesOnly(entry)}};
}

std::string EntryWords(const AffinityEntry& entry) {
  return absl::StrFormat("%s -> %s", Printable(entry.text),
                         Printable(AffinityValue(entry.label)));
}

// What a whole address is asked about as its resolver sends it on.
hashing::ClientSubnet SentOn(hashing::ClientSubnet subnet) {
  subnet.source_prefix_length =
      std::min(subnet.source_prefix_length, subnet.key.prefix_length());
  return subnet;
}

}  // namespace

std::string AffinityListText(const AffinityEntries& entries,
                             const std::string& label) {
  Table table({"PREFIX", "LABEL", "KEYS", "FOR"}, {2});
  size_t shown = 0;
  std::set<std::string> labels;
  for (const AffinityEntry& entry : entries) {
    if (!IsOf(entry, label)) continue;
    table.Add({Printable(entry.text), Printable(entry.label.name),
               std::to_string(entry.label.parts),
               IsForSourcesOnly(entry) ? "who asks from there" : "all"});
    labels.insert(entry.label.name);
    ++shown;
  }
  if (shown == 0) {
    return label.empty()
               ? std::string("no network has a label\n")
               : "no network has the label " + Printable(label) + "\n";
  }
  return table.Text() + absl::StrFormat("%s, %s\n", Counted(shown, "network"),
                                        Counted(labels.size(), "label"));
}

std::string AffinityListJson(const AffinityEntries& entries,
                             const std::string& label) {
  ordered_json list = ordered_json::array();
  for (const AffinityEntry& entry : entries) {
    if (IsOf(entry, label)) list.push_back(EntryJson(entry));
  }
  return JsonText(Versioned({{"entries", std::move(list)}}));
}

absl::StatusOr<AffinityOfClient> AffinityOf(const Snapshot& snapshot,
                                            std::string_view client) {
  const auto subnet = hashing::ParseClientSubnet(client);
  if (!subnet) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is no address; expected one like 203.0.113.7, 203.0.113.0/24 "
        "or 2001:db8::/48",
        Printable(client)));
  }
  AffinityOfClient of;
  of.client = std::string(client);
  of.subnet = hashing::SubnetText(subnet->key);
  const auto add = [&](const hashing::ClientSubnet& asked, bool is_source) {
    const AffinityTable::Row* row = nullptr;
    const hashing::SubnetKey key =
        KeyOf(asked, is_source, snapshot.affinity.get(), &row);
    AffinityOfClient::Way way;
    way.is_source = is_source;
    way.slot = hashing::SlotOf(key);
    way.scope_mask = subnet->key.prefix_length();
    if (row != nullptr) {
      way.entry = row->entry;
      way.part = hashing::LabelPart(asked.key, row->parts);
      if (row->prefix_length > way.scope_mask) {
        way.scope_mask = subnet->key.is_ipv4() ? 32 : 128;
      }
    }
    of.ways.push_back(way);
    return row;
  };
  const bool is_whole =
      subnet->source_prefix_length == (subnet->key.is_ipv4() ? 32 : 128);
  const AffinityTable::Row* innermost = nullptr;
  if (is_whole) innermost = add(*subnet, true);
  const AffinityTable::Row* const sent_on = add(SentOn(*subnet), false);
  if (!is_whole) innermost = sent_on;
  while (innermost != nullptr) {
    of.around.push_back(innermost->entry);
    innermost = snapshot.affinity->Around(*subnet, *innermost);
  }
  return of;
}

std::string AffinityText(const AffinityOfClient& of) {
  std::string text =
      absl::StrFormat("%s, subnet %s\n", Printable(of.client), of.subnet);
  for (const AffinityOfClient::Way& way : of.ways) {
    text += way.is_source ? "asks itself    " : "sent on (ECS)  ";
    if (way.entry == nullptr) {
      text += "no label";
    } else {
      text +=
          absl::StrFormat("label %s, by %s", Printable(way.entry->label.name),
                          Printable(way.entry->text));
      if (way.entry->label.parts > 1) {
        text += absl::StrFormat(", key %d of %d", way.part + 1,
                                way.entry->label.parts);
      }
    }
    text += absl::StrFormat("; slot %d, scope /%d\n", way.slot, way.scope_mask);
  }
  if (!of.around.empty()) {
    text += "entries around it\n";
    for (const AffinityEntry* entry : of.around) {
      text += "  " + EntryWords(*entry) + "\n";
    }
  }
  return text;
}

std::string AffinityJson(const AffinityOfClient& of) {
  ordered_json ways = ordered_json::array();
  for (const AffinityOfClient::Way& way : of.ways) {
    ordered_json entry;  // null
    if (way.entry != nullptr) entry = EntryJson(*way.entry);
    ways.push_back({{"asks_itself", way.is_source},
                    {"entry", std::move(entry)},
                    {"key", way.entry == nullptr ? 0 : way.part + 1},
                    {"slot", way.slot},
                    {"scope_mask", way.scope_mask}});
  }
  ordered_json around = ordered_json::array();
  for (const AffinityEntry* entry : of.around) {
    around.push_back(EntryJson(*entry));
  }
  return JsonText(Versioned({{"client", of.client},
                             {"subnet", of.subnet},
                             {"ways", std::move(ways)},
                             {"around", std::move(around)}}));
}

}  // namespace groupring::backend
