#!/bin/sh
# memcached 1.6.18: an `append` that would make an item larger than the limit replies NOT_STORED, the same as if there were no item.
# `set` of as many bytes replies `SERVER_ERROR object too large for cache`, and deletes the item. So code that appends, or else adds, seems to
# find no item and then an existing one: `add` replies NOT_STORED too, and the item stays unchanged.
# Expected before the first run: the SERVER_ERROR.
# Fails if memcached's behaviour has changed.
set -eu
if ! command -v memcached > /dev/null; then
  echo 'There is no memcached: install it.' >&2
  exit 77
fi
python3 - <<'PYTHON'
import socket
import subprocess
import time

print(subprocess.run(['memcached', '--version'], capture_output=True, text=True).stdout.strip())
with socket.socket() as probe:
    probe.bind(('127.0.0.1', 0))
    port = probe.getsockname()[1]
server = subprocess.Popen(['memcached', '-u', 'nobody', '-l', '127.0.0.1', '-p', str(port), '-U', '0'])
try:
    for _ in range(200):
        try:
            connection = socket.create_connection(('127.0.0.1', port))
            break
        except OSError:
            time.sleep(0.05)
    replies = connection.makefile('rb')

    def store(command, key, length):
        connection.sendall(f'{command} {key} 0 0 {length}\r\n{"x" * length}\r\n'.encode())
        reply = replies.readline().decode().strip()
        print(f'{command} of {length} bytes to {key!r}:'.ljust(42), reply)
        return reply

    seen = [
        store('append', 'none', 600_000),
        store('set', 'item', 600_000),
        store('append', 'item', 600_000),
        store('add', 'item', 1),
        store('set', 'item', 1_200_000),
        store('add', 'item', 1),
    ]
    too_large = 'SERVER_ERROR object too large for cache'
    assert seen == ['NOT_STORED', 'STORED', 'NOT_STORED', 'NOT_STORED', too_large, 'STORED'], 'memcached has changed'
finally:
    server.terminate()
    server.wait()
PYTHON
