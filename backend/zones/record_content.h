// The content of a static record, in presentation format.
//
// PowerDNS fails every question at a name if it cannot read one of its records,
// so no record that it refuses may reach it. What it reads was tested with
// version 4.7; later versions read the same.
#ifndef GROUPRING_BACKEND_ZONES_RECORD_CONTENT_H_
#define GROUPRING_BACKEND_ZONES_RECORD_CONTENT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace groupring::backend {

// The content as PowerDNS reads it: `content` itself wherever it does, another
// form of the same where it does not (unquoted texts, names of SvcParams that
// came later, `\#` of types that it knows). Otherwise the status says what is
// wrong and what was expected, as the end of a sentence that begins with
// "RECORDS entry 3". `type` is in upper case.
absl::StatusOr<std::string> ReadableContent(std::string_view type,
                                            const std::string& content);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_RECORD_CONTENT_H_
