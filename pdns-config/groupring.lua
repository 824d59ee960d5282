-- For embedded.conf. Copy to /etc/powerdns/groupring.lua.

groupring = {
  settings = "/etc/groupring/groupring.toml",
  -- A path, when it is in no folder of the library path.
  library = "libgroupring.so.1",
}

dofile("/usr/share/groupring/groupring.lua")
