-- groupring inside PowerDNS: for its Lua2 backend (launch=lua2, LuaJIT).
--
-- Run it from a file that says where things are (pdns-config/groupring.lua):
--
--   groupring = { settings = "/etc/groupring/groupring.toml" }
--   dofile("/usr/share/groupring/groupring.lua")
--
-- All there is here is the way between PowerDNS' tables and the C interface of
-- libgroupring.so (groupring.h).

local ffi = require("ffi")

local options = groupring or {}

-- Of a heap as small as this one garbage is seldom worth looking for; it would
-- be, by default, every few queries.
collectgarbage("setpause", 400)

ffi.cdef [[
typedef struct groupring_session groupring_session;
typedef struct { const char* data; size_t size; } groupring_text;
typedef struct {
  groupring_text name, type, content;
  uint32_t ttl;
  uint16_t type_code;
  uint8_t scope_mask, is_delegated;
} groupring_record;
typedef struct { groupring_text zone; int32_t id; } groupring_domain;
uint32_t groupring_api_version(void);
groupring_session* groupring_open(const char*, char*, size_t);
void groupring_close(groupring_session*);
groupring_text groupring_error(const groupring_session*);
int32_t groupring_lookup(groupring_session*, const char*, const char*, int32_t,
                         const char*, const char*);
int32_t groupring_list(groupring_session*, const char*, int32_t);
const groupring_record* groupring_records(const groupring_session*);
int32_t groupring_domain_id(const groupring_session*);
int32_t groupring_all_domains(groupring_session*);
int32_t groupring_find_domain(groupring_session*, const char*);
const groupring_domain* groupring_domains(const groupring_session*);
uint32_t groupring_serial(const groupring_session*);
int32_t groupring_find_neighbours(groupring_session*, int32_t, const char*);
groupring_text groupring_before(const groupring_session*);
groupring_text groupring_after(const groupring_session*);
groupring_text groupring_command(groupring_session*, const char*);
]]

local C = ffi.load(options.library or "libgroupring.so.1")
if C.groupring_api_version() ~= 1 then
  error("groupring.lua and libgroupring.so are not of the same release: "
    .. "interface 1 here, " .. C.groupring_api_version() .. " there")
end
if not pcall(function() return C.groupring_find_neighbours end) then
  error("groupring.lua and libgroupring.so are not of the same release: the "
    .. "library is older, restart PowerDNS when both are installed")
end

local function text(of)
  return ffi.string(of.data, of.size)
end

-- One session per Lua state, which PowerDNS makes for each of its threads.
local session
do
  local why = ffi.new("char[?]", 512)
  local opened = C.groupring_open(options.settings or "", why, 512)
  if opened == nil then error("groupring: " .. ffi.string(why)) end
  session = ffi.gc(opened, C.groupring_close)
end

-- To PowerDNS an error is SERVFAIL, which nobody remembers.
local function fail()
  error("groupring: " .. text(C.groupring_error(session)), 0)
end

-- rows[n]: a result of n rows. PowerDNS copies what it is given before it asks
-- again, so the tables serve for all questions.
local rows = setmetatable({}, {
  __index = function(all, count)
    local result = {}
    for i = 1, count do result[i] = {} end
    if count <= 16 then all[count] = result end
    return result
  end
})

-- The records of the last question, under the name `owner` or their own.
local function take_records(count, owner)
  local result = rows[count]
  local records = C.groupring_records(session)
  local has_delegated = false
  local domain_id = C.groupring_domain_id(session)
  for i = 1, count do
    local record, row = records[i - 1], result[i]
    row.type = record.type_code
    -- An empty non-terminal has no type, and to PowerDNS that is 0 as well.
    if row.type == 0 and record.type.size > 0 then
      row.type = text(record.type)
    end
    row.name = owner or text(record.name)
    row.content = text(record.content)
    row.ttl = record.ttl
    row.domain_id = domain_id
    row.scopeMask = record.scope_mask
    if record.is_delegated ~= 0 then has_delegated = true end
  end
  if not has_delegated then return result end
  -- A table of its own: those of `rows` never say "auth".
  local all = {}
  for i = 1, count do
    local row = { auth = records[i - 1].is_delegated == 0 }
    for key, value in pairs(result[i]) do row[key] = value end
    all[i] = row
  end
  return all
end

local function lookup(qtype, name, domain_id, remote, client, owner)
  local count = C.groupring_lookup(session, qtype, name, domain_id, remote,
    client)
  if count < 0 then fail() end
  return take_records(count, owner)
end

-- What PowerDNS asks for, most of all.
local type_name = { [6] = "SOA", [255] = "ANY" }

function dns_lookup(qtype, qname, domain_id, context)
  return lookup(type_name[qtype:getCode()] or qtype:getName(), qname:toString(),
    domain_id, context.source_address, context.real_source_address, qname)
end

-- PowerDNS makes its objects a metatable each, to which LuaJIT would compile
-- one trace after another that never fits again. What is called above has none
-- of them and is compiled.
require("jit").off(dns_lookup)

function dns_list(zone, domain_id)
  local count = C.groupring_list(session, zone:toString(), domain_id)
  if count == -2 then return false end
  if count < 0 then fail() end
  return take_records(count)
end

local function describe(domain, serial)
  return { kind = "native", id = domain.id, serial = serial }
end

function dns_get_all_domains()
  local count = C.groupring_all_domains(session)
  if count < 0 then fail() end
  local domains, result = C.groupring_domains(session), {}
  for i = 0, count - 1 do
    result[newDN(text(domains[i].zone))] = describe(domains[i], 0)
  end
  return result
end

function dns_get_domaininfo(zone)
  local count = C.groupring_find_domain(session, zone:toString())
  if count < 0 then fail() end
  if count == 0 then return false end
  return describe(C.groupring_domains(session)[0],
    C.groupring_serial(session))
end

-- How PowerDNS is to sign zones of ours, if it has keys for them: as
-- getAllDomainMetadata of the remote backend says it.
local signing = { NSEC3PARAM = { "1 0 0 -" }, NSEC3NARROW = { "1" } }

local function is_ours(zone)
  local count = C.groupring_find_domain(session, zone:toString())
  if count < 0 then fail() end
  return count > 0
end

function dns_get_domain_metadata(zone, kind)
  return is_ours(zone) and signing[kind] or false
end

function dns_get_all_domain_metadata(zone)
  return is_ours(zone) and signing or {}
end

-- PowerDNS 5.1 asks for no NSEC record without this. Keys are in a second
-- backend, and never here.
dns_dnssec = true

function dns_get_domain_keys()
  return false
end

-- For NSEC records, where the key store does not say NSEC3.
function dns_get_before_and_after_names_absolute(domain_id, name)
  local count = C.groupring_find_neighbours(session, domain_id,
    name:toString())
  if count < 0 then fail() end
  if count == 0 then return false end
  local before = text(C.groupring_before(session))
  return { before = before, after = text(C.groupring_after(session)),
    unhashed = before }
end

-- `pdnsutil backend-cmd lua2 'explain NAME CLIENT'`: PowerDNS calls the global
-- function that the first word names.
for _, word in ipairs({ "status", "explain", "group", "name", "help" }) do
  _G[word] = function(rest)
    return text(C.groupring_command(session, word .. " " .. rest))
  end
end
