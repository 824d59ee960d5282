// Values of comma-separated lines (RFC 4180).
#ifndef GROUPRING_BACKEND_REPORT_CSV_TEXT_H_
#define GROUPRING_BACKEND_REPORT_CSV_TEXT_H_

#include <string>

namespace groupring::backend {

// The text in quotes, as Printable writes it.
std::string CsvQuoted(const std::string& text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_CSV_TEXT_H_
