#include "backend/report/csv_text.h"

#include "absl/strings/str_replace.h"
#include "redis/base/printable.h"

namespace groupring::backend {

std::string CsvQuoted(const std::string& text) {
  return "\"" + absl::StrReplaceAll(Printable(text), {{"\"", "\"\""}}) + "\"";
}

}  // namespace groupring::backend
