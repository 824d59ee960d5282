#include "backend/zones/svc_params.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/zones/content_words.h"
#include "redis/base/dns_name.h"
#include "redis/model/address.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::ParseWholeNumber;
using redis::Quoted;

enum class ParamForm {
  kKeys,  // a list of keys
  kAlpn,  // a list of protocols
  kFlag,  // no value
  kPort,
  kIpv4,  // a list of addresses
  kIpv6,
  kBase64,
  kDohPath,  // a template of a URI (RFC 9461)
  kGroups,   // a list of 16-bit numbers
};

struct Param {
  std::string_view name;
  int key;
  ParamForm form;
  bool known_to_pdns;  // by this name, in 4.7
};

constexpr Param kParams[] = {
    {"mandatory", 0, ParamForm::kKeys, true},
    {"alpn", 1, ParamForm::kAlpn, true},
    {"no-default-alpn", 2, ParamForm::kFlag, true},
    {"port", 3, ParamForm::kPort, true},
    {"ipv4hint", 4, ParamForm::kIpv4, true},
    {"ech", 5, ParamForm::kBase64, true},
    {"ipv6hint", 6, ParamForm::kIpv6, true},
    {"dohpath", 7, ParamForm::kDohPath, false},
    {"ohttp", 8, ParamForm::kFlag, false},
    {"tls-supported-groups", 9, ParamForm::kGroups, false},
};

struct Given {
  int key = 0;
  std::optional<std::string> value;  // without quotes, escapes as they are
};

absl::Status Fault(const std::string& text) {
  return absl::InvalidArgumentError(text);
}

// The key of "alpn", "key7"; nothing for another word.
std::optional<int> KeyOf(std::string_view name) {
  for (const Param& param : kParams) {
    if (name == param.name) return param.key;
  }
  if (!name.starts_with("key")) return std::nullopt;
  const std::string_view digits = name.substr(3);
  if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
  if (const auto key = ParseWholeNumber(digits, 0, 65535)) {
    return static_cast<int>(*key);
  }
  return std::nullopt;
}

const Param* ParamOf(int key) {
  const auto* const found =
      std::find_if(std::begin(kParams), std::end(kParams),
                   [key](const Param& param) { return param.key == key; });
  return found == std::end(kParams) ? nullptr : found;
}

std::vector<std::string_view> Items(std::string_view list) {
  std::vector<std::string_view> items;
  while (true) {
    const size_t comma = list.find(',');
    items.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    list.remove_prefix(comma + 1);
  }
}

bool AreAddresses(Family family, std::string_view list) {
  if (list == "auto") return true;
  for (const std::string_view item : Items(list)) {
    const auto address = redis::ParsePrefix(family, item);
    if (!address || !address->is_single() ||
        item.find('/') != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool IsBase64(std::string_view text) {
  size_t padding = 0;
  for (const char c : text) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (c == '=') {
      ++padding;
    } else if (!letter || padding > 0) {
      return false;
    }
  }
  return !text.empty() && text.size() % 4 == 0 && padding <= 2;
}

bool Fits(ParamForm form, const std::optional<std::string>& value) {
  if (form == ParamForm::kFlag) return !value || value->empty();
  if (!value || value->empty()) return false;
  switch (form) {
    case ParamForm::kKeys:
      return std::ranges::all_of(Items(*value), [](std::string_view name) {
        return KeyOf(name).value_or(0) != 0;
      });
    case ParamForm::kAlpn:
      return std::ranges::none_of(Items(*value), [](std::string_view item) {
        return item.empty() || item.size() > 255;
      });
    case ParamForm::kPort:
      return ParseWholeNumber(*value, 0, 65535).has_value();
    case ParamForm::kIpv4:
      return AreAddresses(Family::kA, *value);
    case ParamForm::kIpv6:
      return AreAddresses(Family::kAaaa, *value);
    case ParamForm::kBase64:
      return IsBase64(*value);
    case ParamForm::kGroups:
      return std::ranges::all_of(Items(*value), [](std::string_view item) {
        return ParseWholeNumber(item, 0, 65535).has_value();
      });
    case ParamForm::kDohPath:
      return value->find("{?dns") != std::string::npos;
    case ParamForm::kFlag:
      break;
  }
  return true;
}

std::string Escaped16(int64_t number) {
  return absl::StrFormat("\\%03d\\%03d", number >> 8, number & 0xff);
}

// The parameter in a form that PowerDNS reads.
std::string Written(const Param* param, const Given& given) {
  if (param == nullptr || !param->known_to_pdns) {
    std::string value = given.value.value_or("");
    if (param != nullptr && param->form == ParamForm::kGroups) {
      std::string bytes;
      for (const std::string_view item : Items(value)) {
        bytes += Escaped16(*ParseWholeNumber(item, 0, 65535));
      }
      value = bytes;
    }
    return absl::StrFormat("key%d=\"%s\"", given.key, value);
  }
  if (param->form == ParamForm::kFlag) return std::string(param->name);
  const bool quotes = param->form == ParamForm::kAlpn;
  return std::string(param->name) + "=" + (quotes ? "\"" : "") + *given.value +
         (quotes ? "\"" : "");
}

absl::StatusOr<Given> ParseParam(const std::string& word) {
  const size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const std::optional<int> key = KeyOf(name);
  if (!key) {
    return Fault(
        absl::StrFormat("has the unknown SvcParam %s; keys without a "
                        "name here are written key65280=\"…\"",
                        Quoted(name)));
  }
  Given given{*key, std::nullopt};
  if (equals == std::string::npos) return given;
  std::string value = word.substr(equals + 1);
  const bool quoted =
      value.size() >= 2 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      ++i;
    } else if (value[i] == '"' || value[i] == ' ' || value[i] == '\t') {
      return Fault(
          absl::StrFormat("has the value %s of the SvcParam %s, with a "
                          "quote or a blank in it",
                          Quoted(value), name));
    }
  }
  given.value = std::move(value);
  return given;
}

absl::Status CheckTogether(const std::vector<Given>& params) {
  const auto has = [&](int key) {
    return std::any_of(params.begin(), params.end(),
                       [key](const Given& one) { return one.key == key; });
  };
  for (size_t i = 0; i < params.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (params[i].key == params[j].key) {
        return Fault("has a SvcParam twice");
      }
    }
  }
  constexpr int kMandatory = 0;
  constexpr int kAlpn = 1;
  constexpr int kNoDefaultAlpn = 2;
  if (has(kNoDefaultAlpn) && !has(kAlpn)) {
    return Fault("has no-default-alpn without alpn");
  }
  for (const Given& one : params) {
    if (one.key != kMandatory) continue;
    // The items are views of it.
    const std::string names = one.value.value_or("");
    for (const std::string_view name : Items(names)) {
      if (!has(KeyOf(name).value_or(-1))) {
        return Fault(
            absl::StrFormat("makes the SvcParam %s mandatory, which "
                            "it does not have",
                            Quoted(name)));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadableSvcParams(std::string_view content) {
  const auto words = ContentWords(content);
  if (!words) return Fault("has a quote that stays open");
  if (words->size() < 2) return Fault("lacks a priority and a target");
  const auto priority = ParseWholeNumber((*words)[0], 0, 65535);
  if (!priority) return Fault("has a priority that is none of 0 to 65535");
  if ((*words)[1] != "." && !IsValidName(CanonicalName((*words)[1]))) {
    return Fault("has a target that is no name");
  }
  if (*priority == 0 && words->size() > 2) {
    return Fault("has SvcParams beside priority 0, which makes an alias");
  }
  std::vector<Given> params;
  std::string text = (*words)[0] + " " + (*words)[1];
  for (size_t i = 2; i < words->size(); ++i) {
    absl::StatusOr<Given> given = ParseParam((*words)[i]);
    if (!given.ok()) return given.status();
    const Param* const param = ParamOf(given->key);
    const bool by_number = (*words)[i].starts_with("key");
    if (param != nullptr && !by_number && !Fits(param->form, given->value)) {
      return Fault(
          absl::StrFormat("has a value of the SvcParam %s that does "
                          "not fit",
                          param->name));
    }
    if (by_number && param != nullptr && param->form == ParamForm::kDohPath &&
        !Fits(param->form, given->value)) {
      return Fault(absl::StrFormat("has a value of key%d that does not fit",
                                   param->key));
    }
    if (by_number && param != nullptr && param->known_to_pdns) {
      return Fault(absl::StrFormat("has key%d, which is written %s", param->key,
                                   param->name));
    }
    text += " " + Written(by_number ? nullptr : param, *given);
    params.push_back(*std::move(given));
  }
  const absl::Status together = CheckTogether(params);
  if (!together.ok()) return together;
  return text;
}

}  // namespace groupring::backend
