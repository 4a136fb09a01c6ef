"""Pictures that are made to harm (BOMBS), and downloads that stall (STALL): what each costs in memory and time."""

import hashlib
import os
import random
import socket
import struct
import time
import zlib

from blog import Blog, Lost, Refused, Server
from rig import percentile, rig

MIB = 1 << 20
# The heaviest picture may take so much beyond the idle program, and so long.
COST_MAX = 96
SECONDS_MAX = 2


def reset_peak(server):
    with open(f"/proc/{server.pid}/clear_refs", "w") as file:
        file.write("5")


def peak(server):
    status = open(f"/proc/{server.pid}/status").read()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


# PNG (its specification, 5).


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def deflated(piece, times):
    """The same bytes so many times, packed."""
    packer = zlib.compressobj(9)
    out = [packer.compress(piece) for _ in range(times)]
    return b"".join(out) + packer.flush()


def png(width, height, row, *more, depth=8, colour=2, interlaced=0):
    about = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + b"".join(more) + chunk(b"IDAT", deflated(row, height)) + chunk(b"IEND", b"")


def small_png(*more):
    return png(64, 64, b"\0" + os.urandom(192), *more)


# JPEG (T.81): codes of one and two bits, so that any bits are pixels.


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_head(width, height, frame=0xC0, sampling=0x11, ac=(0x00, 0x02, 0x03)):
    components = bytes([1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0])
    lengths = bytes([1, 2]) + bytes(14)
    return (b"\xFF\xD8" + segment(0xDB, b"\0" + bytes([8] * 64))
            + segment(frame, struct.pack(">BHHB", 8, height, width, 3) + components)
            + segment(0xC4, b"\x00" + bytes([2]) + bytes(15) + b"\x00\x03")
            + segment(0xC4, b"\x10" + lengths + bytes(ac)))


def scan(components, first=0, last=63, bits=0):
    return segment(0xDA, bytes([len(components)]) + b"".join(bytes([one, 0]) for one in components) + bytes([first, last, bits]))


def jpeg(width, height, data, sampling=0x11, more=b""):
    head = jpeg_head(width, height, sampling=sampling)
    return head[:2] + more + head[2:] + scan((1, 2, 3)) + data + b"\xFF\xD9"


def progressive(width, height, scans, end_of_blocks=0xE0):
    """Brightness and colours of nothing, then scans that bring nothing: their bits are all zero."""
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    runs = blocks * 15 // 16384 // 8 + 4
    out = [jpeg_head(width, height, frame=0xC2, ac=(end_of_blocks, 0x02, 0x03)), scan((1, 2, 3), 0, 0, 0), bytes(blocks * 3 // 8 + 8)]
    for at in range(scans):
        out += [scan((1 + at % 3,), 1, 63, 0), bytes(runs)]
    return b"".join(out) + b"\xFF\xD9"


def noise(size):
    """Bits of a scan without a marker among them."""
    return random.Random(7).randbytes(size).replace(b"\xFF", b"\xFE")


# GIF (its specification of 1989).


class Bits:
    """From the least significant on."""

    def __init__(self):
        self.value = 0
        self.count = 0
        self.out = bytearray()

    def put(self, value, number):
        self.value |= value << self.count
        self.count += number
        while self.count >= 8:
            self.out.append(self.value & 255)
            self.value >>= 8
            self.count -= 8

    def done(self):
        return bytes(self.out) + (bytes([self.value & 255]) if self.count else b"")


def lzw(pixels):
    """So many pixels of the first colour."""
    bits = Bits()
    bits.put(4, 3)
    width, free, run = 3, 6, 0
    code = 0
    while pixels > 0:
        run = min(run + 1, 4091)
        bits.put(code, width)
        pixels -= run
        code = min(free if code == 0 else code + 1, 4095)
        if code >= (1 << width) and width < 12:
            width += 1
    bits.put(5, width)
    return bits.done()


def gif(width, height, frames=1, frame=None):
    frame = frame or (width, height)
    data = lzw(frame[0] * frame[1])
    blocks = b"".join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255)) + b"\0"
    one = b"\x2C" + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02" + blocks
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xFF\xFF\xFF" + one * frames + b"\x3B"


# WebP (RFC 9649).


def riff(*parts):
    content = b"WEBP" + b"".join(kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for kind, part in parts)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def lossless(groups, width=8, height=8, head=True):
    """A picture whose head names so many groups of codes, each of eleven symbols that lead to a large table."""
    order = (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    bits = Bits()
    if head:
        for value, number in ((0x2F, 8), (width - 1, 14), (height - 1, 14), (0, 4)):
            bits.put(value, number)
    for value, number in ((0, 1), (0, 1), (1, 1), (7, 3), (0, 1)):
        bits.put(value, number)
    for symbol in ((groups - 1) & 255, (groups - 1) >> 8, 0, 255, 0):
        bits.put(0b101, 3)
        bits.put(symbol, 8)
    for _ in range(groups * 5):
        bits.put(0, 1)
        bits.put(15, 4)
        for length in order:
            bits.put(4 if 0 <= length <= 15 else 0, 3)
        bits.put(1, 1)
        bits.put(2, 3)
        bits.put(9, 6)
        for length in (*range(1, 11), 10):
            for bit in range(3, -1, -1):
                bits.put(length >> bit & 1, 1)
    return bits.done() + bytes(64)


def vp8(width, height):
    """The head of a lossy picture, and no pixels."""
    return struct.pack("<I", 0x10 | 200 << 5)[:3] + b"\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(400)


def extended(width, height, flags=0):
    return b"VP8X", bytes([flags, 0, 0, 0]) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]


def bombs(short):
    """A name, and what makes the picture: made one by one, since some are large."""
    zeros = bytes(MIB)
    packed = deflated(zeros, 100 if short else 400)
    # A build without optimisation, as `make test` has it, takes thirty times as long for each pixel.
    wide, high = (1080, 720) if short else (8660, 5780)
    size = f"{wide * high // 1_000_000 or 1} MP"
    many = 20 if short else 1
    yield "PNG, a profile of 400 MB", lambda: small_png(chunk(b"iCCP", b"x\0\0" + packed))
    yield "PNG, zTXt of 400 MB", lambda: small_png(chunk(b"zTXt", b"x\0\0" + packed))
    yield "PNG, iTXt of 400 MB", lambda: small_png(chunk(b"iTXt", b"x\0\1\0\0\0" + packed))
    yield "PNG, 9 MB of EXIF", lambda: small_png(chunk(b"eXIf", os.urandom(9 * MIB)))
    yield f"PNG, {size}", lambda: png(wide, high, b"\0" + os.urandom(30) * (wide // 10))
    if not short:
        yield "PNG, 50 MP of 16 bits and transparent", lambda: png(wide, high, b"\0" + os.urandom(80) * (wide // 10), depth=16, colour=6)
        yield "PNG, one bit, 50 MP", lambda: png(wide, high, b"\0" + os.urandom((wide + 7) // 8), depth=1, colour=0)
    yield "PNG, interlaced, 50 MP", lambda: png(8660, 5780, b"\0" + bytes(3 * 8660), interlaced=1)
    if not short:
        yield "PNG, a drawing of 9 MP", lambda: png(2560, 3500, b"\0" + (b"\0" * 90 + b"\xFF" * 60) * 51 + bytes(30))
        yield "PNG, a drawing of 3 MP", lambda: png(2000, 1500, b"\0" + (b"\0" * 90 + b"\xFF" * 60) * 40)
    yield f"JPEG, {size}", lambda: jpeg(wide, high, noise(9 * MIB) + bytes(4 * MIB // 8))
    yield f"JPEG, {size}, 4:2:0", lambda: jpeg(wide, high, noise(9 * MIB) + bytes(4 * MIB // 8), sampling=0x22)
    yield "JPEG, 9 MB of notes", lambda: jpeg(640, 480, bytes(60_000), more=segment(0xE1, b"Exif\0\0" + os.urandom(65_000)) * 140)
    yield "JPEG, a profile of 9 MB", lambda: jpeg(640, 480, bytes(60_000), more=segment(0xE2, b"ICC_PROFILE\0\1\1" + os.urandom(65_000)) * 140)
    yield f"JPEG, progressive, {size}", lambda: progressive(wide, high, 12)
    if not short:
        yield "JPEG, progressive, 13 MP", lambda: progressive(2928, 4440, 12)
    yield "JPEG, progressive, thousands of scans", lambda: progressive(8664, 5776, 20_000) if not short else progressive(1080, 720, 20_000)
    yield "JPEG, thousands of tables", lambda: jpeg(640, 480, bytes(60_000), more=segment(0xC4, b"\x00" + bytes([2]) + bytes(15) + b"\x00\x03") * (400_000 // many))
    if not short:
        yield "GIF, 16 MP", lambda: gif(4000, 4000)
    yield "GIF, frames of 65,535 on a side", lambda: gif(100, 100, 2, (65_535, 65_535) if not short else (8000, 8000))
    yield "GIF, 390 MP in frames", lambda: gif(1000, 1000, 390)
    yield "WebP, 60,000 groups of codes", lambda: riff((b"VP8L", lossless(4000 if short else 60_000)))
    yield "WebP, transparency of as many", lambda: riff(extended(8, 8, 0x10), (b"ALPH", b"\1" + lossless(4000 if short else 60_000, head=False)), (b"VP8 ", vp8(8, 8)))
    yield "WebP, 268 MP that say they are one", lambda: riff(extended(1, 1), (b"VP8 ", vp8(16_383, 16_383)))
    yield "WebP, frames of 268 MP that say they are one", lambda: riff(
        extended(1, 1, 2), (b"ANIM", bytes(6)), *[(b"ANMF", bytes(16) + b"VP8 " + struct.pack("<I", 410) + vp8(16_383, 16_383))] * 2)
    yield "WebP, 9 MB of EXIF", lambda: riff(extended(8, 8, 8), (b"VP8 ", vp8(8, 8)), (b"EXIF", os.urandom(9 * MIB)))
    yield "AVIF", lambda: b"\0\0\0\x20ftypavif" + os.urandom(9 * MIB)


@rig("BOMBS", f"pictures made to harm: at most {COST_MAX} MiB and {SECONDS_MAX} s each, or refused", seconds=900)
def pictures(found):
    blog = Blog.new(found.place)
    worst = (0, "")
    slowest = (0, "")
    taken = refused = 0
    with Server(blog.home) as server:
        client = server.client(blog.cookie, timeout=60)
        client.upload(small_png(), blog.csrf)
        for name, make in bombs(found.short):
            sent = make()
            # What the test itself made is no matter of the server's; 10 MiB is what it takes.
            found.promise(len(sent) <= 10 * MIB, f"{name}: {len(sent)} bytes are too many for the rig")
            time.sleep(0.6)
            reset_peak(server)
            idle = peak(server)
            begun = time.monotonic()
            try:
                status = client.upload(sent, blog.csrf).status
            except (Lost, Refused) as error:
                status = type(error).__name__
            took, cost = time.monotonic() - begun, peak(server) - idle if server.process.poll() is None else float("inf")
            taken += status == 200
            refused += status == 422
            worst, slowest = max(worst, (cost, name)), max(slowest, (took, name))
            print(f"    {name}: {len(sent) / MIB:.1f} MiB sent, {status}, {cost:.0f} MiB, {took:.2f} s", flush=True)
            found.promise(status in (200, 422), f"{name}: taken, or refused in words: {status}")
            found.promise(cost <= COST_MAX, f"{name}: at most {COST_MAX} MiB: {cost:.0f} MiB")
            if not found.short:
                found.promise(took <= SECONDS_MAX, f"{name}: at most {SECONDS_MAX} s: {took:.2f} s")
            if f"{'1' if found.short else '50'} MP" in name and "interlaced" not in name:
                found.promise(status == 200, f"{name}: is taken: {status}")
    found.figure(f"{taken} taken, {refused} refused; at most {worst[0]:.0f} MiB ({worst[1]}) and {slowest[0]:.1f} s ({slowest[1]})")


@rig("STALL", "200 downloads of 9 MB that stall", seconds=300, short=True)
def stall(found):
    blog = Blog.new(found.place)
    content = os.urandom(9_000_000)
    name = hashlib.sha256(content).hexdigest()[:32] + ".gif"
    folder = blog.home.data / "media" / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    path = blog.home.rows("select path from posts where state = 'published' order by id limit 1")[0][0]
    with Server(blog.home) as server:
        client = server.client()
        answer = client.get(f"/media/{name}")
        found.promise(answer.body == content, "the file comes whole")
        part = client.get(f"/media/{name}", Range="bytes=8999990-")
        found.promise(part.status == 206 and part.body == content[-10:], f"and in part: {part.status}")
        time.sleep(1)
        reset_peak(server)
        idle = peak(server)
        streams = []
        for _ in range(200):
            stream = socket.socket()
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stream.connect(server.address)
            stream.sendall(client.head("GET", f"/media/{name}", None, 0))
            streams.append(stream)
        times = []
        statuses = set()
        until = time.monotonic() + (3 if found.short else 15)
        while time.monotonic() < until:
            reader = server.client(timeout=30)
            begun = time.monotonic()
            statuses.add(reader.get(path).status)
            times.append(time.monotonic() - begun)
            reader.close()
        statuses.add(server.client().ask("HEAD", f"/media/{name}").status)
        statuses.add(server.client().get(f"/media/{name}").status)
        cost, most = peak(server) - idle, peak(server)
        slow = percentile(times, 0.99)
        found.promise(statuses == {200}, f"readers are served, the same file too: {statuses}")
        found.promise(most <= 256, f"at most 256 MiB: {most:.0f} MiB")
        found.promise(cost <= 48, f"at most 48 MiB more than before: {cost:.0f} MiB")
        if not found.short:
            found.promise(slow <= 0.1, f"a reader's p99 is at most 100 ms: {slow * 1000:.0f} ms")
            open_before = server.descriptors()
            deadline = time.monotonic() + 60
            while server.descriptors() > open_before - 190 and time.monotonic() < deadline:
                time.sleep(0.5)
            found.promise(server.descriptors() <= open_before - 190, "who takes nothing is cut off within a minute")
        for stream in streams:
            stream.close()
    found.figure(f"200 stalled: {cost:.0f} MiB more than idle, {most:.0f} MiB in all; {len(times)} reads meanwhile, p99 {slow * 1000:.1f} ms")
