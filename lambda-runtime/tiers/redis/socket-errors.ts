import StandaloneConnector from 'iovalkey/built/connectors/StandaloneConnector.js';

/**
 * The client listens for the first error of a socket. A socket may have another, of a write that was under way when TLS met
 * garbage; it would be nobody's, and Node.js ends the process for such an error.
 */
const { connect } = StandaloneConnector.prototype;

StandaloneConnector.prototype.connect = async function (...args) {
  const socket = await connect.apply(this, args);
  socket.on('error', () => {});
  return socket;
};
