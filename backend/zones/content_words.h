// The words of a record's content.
#ifndef GROUPRING_BACKEND_ZONES_CONTENT_WORDS_H_
#define GROUPRING_BACKEND_ZONES_CONTENT_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::backend {

// As they stand there; quoted parts may hold blanks. Nothing when a quote stays
// open or a backslash ends the text.
std::optional<std::vector<std::string>> ContentWords(std::string_view content);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_CONTENT_WORDS_H_
