// Node's tls as a peer: one connection as client or server, joined with standard input and output,
// or repeated with --echo. What was negotiated goes to standard error as a line of JSON.
'use strict';
const fs = require('node:fs');
const tls = require('node:tls');
const { parseArgs } = require('node:util');

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: {
    listen: text, connect: text, ca: text, cert: text, key: text, group: text, suite: text,
    alpn: text, echo: { type: 'boolean' }, twice: { type: 'boolean' }, compress: { type: 'boolean' },
    staple: text, status: { type: 'boolean' },
  },
});

function fail(error) {
  process.stderr.write(`error: ${error.code || ''} ${error.message}\n`);
  process.exit(1);
}

function tell(socket) {
  const ephemeral = socket.getEphemeralKeyInfo ? socket.getEphemeralKeyInfo() : null;
  process.stderr.write(JSON.stringify({
    version: socket.getProtocol(),
    suite: socket.getCipher().standardName,
    group: (ephemeral && ephemeral.name) || '',
    alpn: socket.alpnProtocol || '',
    resumed: socket.isSessionReused(),
  }) + '\n');
}

function join(socket) {
  tell(socket);
  socket.on('error', fail);
  if (options.echo) {
    socket.on('data', (chunk) => process.stdout.write(chunk));
    socket.pipe(socket);
  } else {
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
  }
  socket.on('end', () => socket.end());
  socket.on('close', () => process.exit(0));
}

const config = { minVersion: 'TLSv1.3' };
if (options.group) config.ecdhCurve = options.group;
if (options.suite) config.ciphers = options.suite;
if (options.compress) config.certificateCompression = tls.getCertificateCompressionAlgorithms();
if (options.alpn) config.ALPNProtocols = [options.alpn];
setTimeout(() => fail(new Error('too slow')), 20000).unref();

if (options.cert) {
  config.cert = fs.readFileSync(options.cert);
  config.key = fs.readFileSync(options.key);
}
if (options.ca) config.ca = fs.readFileSync(options.ca);

if (options.listen) {
  if (options.ca) config.requestCert = config.rejectUnauthorized = true;
  let left = options.twice ? 2 : 1;
  const server = tls.createServer(config, (socket) => {
    left -= 1;
    if (left > 0) {
      tell(socket);
      socket.on('data', (chunk) => process.stdout.write(chunk));
      socket.pipe(socket);
      return;
    }
    server.close();
    join(socket);
  });
  if (options.staple) {
    const response = fs.readFileSync(options.staple);
    server.on('OCSPRequest', (certificate, issuer, answer) => answer(null, response));
  }
  server.on('tlsClientError', fail);
  server.listen(Number(options.listen), '127.0.0.1');
} else {
  const target = { ...config, host: '127.0.0.1', port: Number(options.connect),
    servername: 'localhost', requestOCSP: options.status };
  if (options.twice) {
    const first = tls.connect(target, () => tell(first));
    first.on('error', fail);
    first.once('session', (session) => {
      first.end();
      const second = tls.connect({ ...target, session }, () => join(second));
      second.on('error', fail);
    });
  } else {
    const socket = tls.connect(target, () => join(socket));
    socket.on('error', fail);
    socket.on('OCSPResponse', (response) => {
      process.stderr.write(JSON.stringify({ staple: response ? response.length : 0 }) + '\n');
    });
  }
}
