// Files of pdns-config/ as they were when the program was built. The build
// makes texts.cc of them, so that they cannot differ.
#ifndef GROUPRING_BACKEND_SETUP_TEXTS_H_
#define GROUPRING_BACKEND_SETUP_TEXTS_H_

namespace groupring::backend {

extern const char* const kSampleSettings;  // groupring.toml
extern const char* const kBesideConf;      // beside.conf

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SETUP_TEXTS_H_
