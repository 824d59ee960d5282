/* groupring inside another program: the C interface of libgroupring.so.
 *
 * A process has one engine for each settings file, however many sessions ask;
 * it lives until the process ends. Its work with Redis is on threads of its
 * own, with all signals blocked. A session belongs to one thread at a time and
 * never waits for Redis; only the opening of the first waits, a little, for
 * the first load.
 *
 * Nothing here throws, exits or aborts on bad data. Text is given as C strings
 * and returned with its length, not terminated by NUL; what a function returns
 * stays until the next call with the same session. After fork, sessions of the
 * parent go on in the child with an engine of the child's own.
 */
#ifndef GROUPRING_H_
#define GROUPRING_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GROUPRING_API __attribute__((visibility("default")))

/* Raised whenever a structure or the meaning of a function changes; functions
 * are only ever added without. */
#define GROUPRING_API_VERSION 1
GROUPRING_API uint32_t groupring_api_version(void);

/* The release, "0.1.0". Never NULL. */
GROUPRING_API const char* groupring_version(void);

typedef struct groupring_session groupring_session;

typedef struct groupring_text {
  const char* data;
  size_t size;
} groupring_text;

typedef struct groupring_record {
  groupring_text name;    /* of a lookup as it was asked, with its last dot;
                             of a list as it is stored, without one */
  groupring_text type;    /* "A"; empty for an empty non-terminal */
  groupring_text content; /* presentation format */
  uint32_t ttl;           /* seconds */
  uint16_t type_code;     /* 1 for "A"; 0 for types that are only text here */
  uint8_t scope_mask;     /* bits of the client's network; 0: for everybody */
  uint8_t is_delegated;   /* 1: a delegation to other name servers, or below
                             one, and never signed; else 0 */
} groupring_record;

typedef struct groupring_domain {
  groupring_text zone; /* ends in a dot */
  int32_t id;
} groupring_domain;

/* A session with the engine of that settings file, which is started if this is
 * the first; NULL or "" is /etc/groupring/groupring.toml, or defaults if there
 * is none. NULL on failure, with the reason in `error`, cut to fit and
 * terminated by NUL. */
GROUPRING_API groupring_session* groupring_open(const char* settings_file,
                                                char* error, size_t error_size);
GROUPRING_API void groupring_close(
    groupring_session* session); /* NULL: no-op */

/* What the functions below return instead of a count when the question has to
 * fail; groupring_error says why. An answer of no records is no error. */
#define GROUPRING_FAILED (-1)
GROUPRING_API groupring_text groupring_error(const groupring_session* session);

/* The records at a name: their number. `remote` is the address that asks and
 * `client` its network or itself, "198.51.100.0/24"; both NULL or "" when
 * nobody asks but the server itself. `domain_id` -1: of any zone. */
GROUPRING_API int32_t groupring_lookup(groupring_session* session,
                                       const char* type, const char* name,
                                       int32_t domain_id, const char* remote,
                                       const char* client);

/* All records of a zone, for a transfer; GROUPRING_NO_ZONE for one that is not
 * ours. */
#define GROUPRING_NO_ZONE (-2)
GROUPRING_API int32_t groupring_list(groupring_session* session,
                                     const char* zone, int32_t domain_id);

/* The records of the last lookup or list, and the zone that they belong to. */
GROUPRING_API const groupring_record* groupring_records(
    const groupring_session* session);
GROUPRING_API int32_t groupring_domain_id(const groupring_session* session);

/* All zones; the zone of that name, 1 or 0. Then where they are. */
GROUPRING_API int32_t groupring_all_domains(groupring_session* session);
GROUPRING_API int32_t groupring_find_domain(groupring_session* session,
                                            const char* zone);
GROUPRING_API const groupring_domain* groupring_domains(
    const groupring_session* session);

/* Of the zone that groupring_find_domain has found: higher with each change of
 * what is answered. */
GROUPRING_API uint32_t groupring_serial(const groupring_session* session);

/* Between which names of a zone a name stands in the order of RFC 4034, 6.1:
 * 1, or 0 if no zone has that number. `name` is relative to the zone, "." its
 * apex. Then what they are: relative, empty at the apex; the first is the name
 * itself where it exists, and behind the last comes the apex. The very first
 * question sorts all names: 0.4 s for 100,000 of them. */
GROUPRING_API int32_t groupring_find_neighbours(groupring_session* session,
                                                int32_t domain_id,
                                                const char* name);
GROUPRING_API groupring_text groupring_before(const groupring_session* session);
GROUPRING_API groupring_text groupring_after(const groupring_session* session);

/* "status", "explain NAME CLIENT" and the other questions that PowerDNS'
 * backend-cmd answers: their text, also when nothing is loaded yet. */
GROUPRING_API groupring_text groupring_command(groupring_session* session,
                                               const char* command);

#ifdef __cplusplus
}
#endif

#endif /* GROUPRING_H_ */
