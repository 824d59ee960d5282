// Properties that fuzz targets state.
#ifndef GROUPRING_TESTS_FUZZ_CHECK_H_
#define GROUPRING_TESTS_FUZZ_CHECK_H_

#include <string>
#include <string_view>

namespace groupring::fuzz {

// Prints the property and aborts unless it holds.
void Check(bool holds, std::string_view property);

// That the text is one JSON value, strictly: UTF-8, nothing behind it.
void CheckJson(const std::string& text);

// That the text is one line of one JSON value, newline and all.
void CheckJsonLine(const std::string& text);

// That a terminal shows the text as it stands: UTF-8 without control
// characters, C1 and direction marks included; newlines end lines, and there
// is one at the end.
void CheckTerminalText(const std::string& text);

// That the text is one line that a log or a terminal can take, without a
// newline.
void CheckLogLine(const std::string& text);

// That these are the lines of one answer in the pipe ABI: DATA lines of all
// their fields up to END, or FAIL. `free_text`: lines of any kind up to END.
void CheckPipeAnswer(std::string_view answer, int version, bool free_text);

}  // namespace groupring::fuzz

#endif  // GROUPRING_TESTS_FUZZ_CHECK_H_
