// What a person can be shown without harm: the tests' own idea of it, apart
// from the code that makes texts so.
#ifndef GROUPRING_TESTS_SUPPORT_UTF8_H_
#define GROUPRING_TESTS_SUPPORT_UTF8_H_

#include <string_view>

namespace groupring::testing {

// Whether the text is well-formed UTF-8 without control characters (C0, DEL,
// C1), line or paragraph separators, and marks that turn the direction of
// writing.
bool IsPlainText(std::string_view text);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_UTF8_H_
