"""Receives what programs say by syslog(3) at the socket named, and prints it."""

import os
import re
import socket
import sys

log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
while True:
    text = log.recv(65536).decode("utf-8", "replace").rstrip("\0\n")
    print(re.sub(r"^<\d+>", "", text))
