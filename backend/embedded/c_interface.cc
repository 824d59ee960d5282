// The functions of groupring.h: no exception and no C++ type leaves them.
#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "backend/embedded/groupring.h"
#include "backend/embedded/session.h"
#include "backend/node/options.h"

using groupring::backend::Session;

struct groupring_session {
  std::unique_ptr<Session> session;
};

namespace {

std::string_view View(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

groupring_text Text(std::string_view text) {
  return {text.data(), text.size()};
}

void CopyText(std::string_view text, char* to, size_t size) {
  if (to == nullptr || size == 0) return;
  const size_t length = std::min(text.size(), size - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

// The count that `ask` returns; running out of memory fails the question.
template <typename Ask>
int32_t Guarded(groupring_session* session, Ask ask) noexcept {
  if (session == nullptr) return GROUPRING_FAILED;
  try {
    return ask(session->session.get());
  } catch (const std::exception& exception) {
    return session->session->Fail(exception.what());
  } catch (...) {
    return session->session->Fail("an unknown exception");
  }
}

}  // namespace

uint32_t groupring_api_version(void) { return GROUPRING_API_VERSION; }

const char* groupring_version(void) { return groupring::backend::kVersion; }

groupring_session* groupring_open(const char* settings_file, char* error,
                                  size_t error_size) {
  try {
    auto opened = Session::Open(std::string(View(settings_file)));
    if (opened.ok()) {
      return new groupring_session{*std::move(opened)};
    }
    CopyText(std::string(opened.status().message()), error, error_size);
  } catch (const std::exception& exception) {
    CopyText(exception.what(), error, error_size);
  } catch (...) {
    CopyText("an unknown exception", error, error_size);
  }
  return nullptr;
}

void groupring_close(groupring_session* session) { delete session; }

groupring_text groupring_error(const groupring_session* session) {
  return session == nullptr ? Text("no session")
                            : Text(session->session->error());
}

int32_t groupring_lookup(groupring_session* session, const char* type,
                         const char* name, int32_t domain_id,
                         const char* remote, const char* client) {
  return Guarded(session, [&](Session* asked) {
    return asked->Lookup({.type = View(type),
                          .name = View(name),
                          .remote = View(remote),
                          .client = View(client),
                          .domain_id = domain_id});
  });
}

int32_t groupring_list(groupring_session* session, const char* zone,
                       int32_t domain_id) {
  return Guarded(session, [&](Session* asked) {
    return asked->List(View(zone), domain_id);
  });
}

const groupring_record* groupring_records(const groupring_session* session) {
  return session == nullptr ? nullptr : session->session->records();
}

int32_t groupring_domain_id(const groupring_session* session) {
  return session == nullptr ? -1 : session->session->domain_id();
}

int32_t groupring_all_domains(groupring_session* session) {
  return Guarded(session, [](Session* asked) { return asked->AllDomains(); });
}

int32_t groupring_find_domain(groupring_session* session, const char* zone) {
  return Guarded(session,
                 [&](Session* asked) { return asked->FindDomain(View(zone)); });
}

const groupring_domain* groupring_domains(const groupring_session* session) {
  return session == nullptr ? nullptr : session->session->domains();
}

uint32_t groupring_serial(const groupring_session* session) {
  return session == nullptr ? 0 : session->session->serial();
}

int32_t groupring_find_neighbours(groupring_session* session, int32_t domain_id,
                                  const char* name) {
  return Guarded(session, [&](Session* asked) {
    return asked->FindNeighbours(domain_id, View(name));
  });
}

groupring_text groupring_before(const groupring_session* session) {
  return Text(session == nullptr ? "" : session->session->before());
}

groupring_text groupring_after(const groupring_session* session) {
  return Text(session == nullptr ? "" : session->session->after());
}

groupring_text groupring_command(groupring_session* session,
                                 const char* command) {
  std::string_view text;
  Guarded(session, [&](Session* asked) {
    text = asked->Command(View(command));
    return 0;
  });
  return text.data() == nullptr ? groupring_error(session) : Text(text);
}
