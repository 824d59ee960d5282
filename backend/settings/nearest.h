// What a word that is not known was most likely meant to be.
#ifndef GROUPRING_BACKEND_SETTINGS_NEAREST_H_
#define GROUPRING_BACKEND_SETTINGS_NEAREST_H_

#include <string>
#include <string_view>
#include <vector>

namespace groupring::backend {

// The known word that `word` was most likely meant to be, by the least number
// of letters to insert, delete or replace (Levenshtein 1966); "" when none is
// near: more than a third of the letters would have to change.
std::string Nearest(std::string_view word,
                    const std::vector<std::string>& known);

// "; did you mean g1?", on one line whatever the word is; "" when none is near.
std::string DidYouMean(std::string_view word,
                       const std::vector<std::string>& known);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SETTINGS_NEAREST_H_
