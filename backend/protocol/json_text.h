// Writes JSON strings by appending.
#ifndef GROUPRING_BACKEND_PROTOCOL_JSON_TEXT_H_
#define GROUPRING_BACKEND_PROTOCOL_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace groupring::backend {

// Appends `text` as it stands between the quotes of a JSON string. Control
// characters, quotes and backslashes are escaped; bytes that are no UTF-8
// become U+FFFD, so that the result is always valid.
void AppendJsonText(std::string_view text, std::string* out);

// The same with the quotes.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_JSON_TEXT_H_
