// Whether this thread waits for what a server has to say: to be imported before anything connects.
/** Sockets that connect or have sent something, and how much they had read by then. */
const asking = new Map();
const { Socket } = process.getBuiltinModule('node:net');
const { connect, write } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  asking.set(this, -1);
  return connect.apply(this, args);
};
Socket.prototype.write = function (...args) {
  asking.set(this, this.bytesRead);
  return write.apply(this, args);
};

export function isAsking() {
  for (const [socket, bytesRead] of asking) {
    if (socket.destroyed || (!socket.connecting && socket.bytesRead > bytesRead)) {
      asking.delete(socket);
    }
  }
  return asking.size > 0;
}
