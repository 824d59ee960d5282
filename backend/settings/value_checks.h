// What values of settings look like. "": none, where that is allowed.
#ifndef GROUPRING_BACKEND_SETTINGS_VALUE_CHECKS_H_
#define GROUPRING_BACKEND_SETTINGS_VALUE_CHECKS_H_

#include <string>

namespace groupring::backend {

bool Anything(const std::string& text);
bool IsPathOrEmpty(const std::string& text);
bool IsUrl(const std::string& text);
bool IsUrlOrEmpty(const std::string& text);
bool IsHostPort(const std::string& text);
bool IsWord(const std::string& text);
bool IsHostName(const std::string& text);
bool IsAddress(const std::string& text);
bool IsAddressWithPort(const std::string& text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SETTINGS_VALUE_CHECKS_H_
