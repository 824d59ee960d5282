#include "backend/protocol/url_text.h"

#include <algorithm>
#include <optional>

namespace groupring::backend {

bool ForEachFormField(
    std::string_view form,
    const std::function<void(std::string_view, std::string_view)>& field) {
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const auto name = PercentDecode(pair.substr(0, equals), PlusSign::kSpace);
    const auto value = PercentDecode(
        equals == pair.npos ? std::string_view() : pair.substr(equals + 1),
        PlusSign::kSpace);
    if (!name || !value) return false;
    field(*name, *value);
  }
  return true;
}

}  // namespace groupring::backend
