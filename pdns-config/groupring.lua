-- For embedded.conf. Copy to /etc/powerdns/groupring.lua.

groupring = {
  settings = "/etc/groupring/groupring.toml",
  -- A path, when libgroupring.so is in no folder of the library path.
  library = "groupring",
}

dofile("/usr/share/groupring/groupring.lua")
