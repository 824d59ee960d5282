"""One DNS question with EDNS Client Subnet, for single measurements."""
import socket
import struct

TYPES = {"A": 1, "SOA": 6, "AAAA": 28}


def question(name, qtype, subnet=None, identity=1):
    labels = b"".join(bytes([len(label)]) + label.encode()
                      for label in name.split(".") if label) + b"\0"
    option = b""
    if subnet:
        address, length = subnet.split("/")
        octets = socket.inet_aton(address)[:int(length) // 8]
        data = struct.pack("!HBB", 1, int(length), 0) + octets
        option = struct.pack("!HH", 8, len(data)) + data
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0, len(option)) + option
    return struct.pack("!6H", identity, 0, 1, 0, 0, 1) + labels + \
        struct.pack("!HH", TYPES[qtype], 1) + opt


class Client:
    """Asks one server over one socket."""

    def __init__(self, port, timeout=1.0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))

    def ask(self, packet):
        """(rcode, the rdata of the first answer), or nothing."""
        try:
            self.socket.send(packet)
            reply = self.socket.recv(4096)
        except OSError:
            return None
        answers = struct.unpack("!H", reply[6:8])[0]
        rdata = b""
        if answers:
            at = reply.index(b"\0", 12) + 5
            size = struct.unpack("!H", reply[at + 10:at + 12])[0]
            rdata = reply[at + 12:at + 12 + size]
        return reply[3] & 15, rdata
