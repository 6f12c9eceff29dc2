import type { Failure } from './source';

/** Why an endpoint gave no page: a sentence for people, without secrets. */
export class ScrapeProblem extends Error {
  readonly state: Failure['state'];

  constructor(state: Failure['state'], message: string) {
    super(message);
    this.state = state;
  }
}

/**
 * What an error of a library means.
 * @param trusting how a certificate comes to be trusted: `Add it …`
 */
export function problemOf(error: unknown, trusting = 'to those that are trusted'): ScrapeProblem {
  if (error instanceof ScrapeProblem) return error;
  const code = codeOf(error);
  const connection = CONNECTION[code];
  if (connection !== undefined) return new ScrapeProblem('down', connection);
  const certificate = CERTIFICATES[code];
  if (certificate !== undefined)
    return new ScrapeProblem(
      'refused',
      certificate.replace('{trusting}', () => trusting),
    );
  if (code.startsWith('HPE_')) return new ScrapeProblem('refused', 'The answer breaks the rules of HTTP.');
  if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return new ScrapeProblem('refused', 'The answer says that it is compressed, and cannot be unpacked.');
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_') || code === 'EPROTO') {
    return new ScrapeProblem('refused', `No TLS connection comes about (${code}).`);
  }
  if (code.startsWith('ERR_INVALID_'))
    return new ScrapeProblem('refused', 'The headers to be sent are no valid headers.');
  return new ScrapeProblem('down', code === '' ? 'The connection failed.' : `The connection failed (${code}).`);
}

/** The code of an error, of whatever library; empty where it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && code !== 'EPROTO') return code;
  // A name that has several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return /wrong version number|packet length too long/i.test(error.message)
    ? 'ERR_SSL_WRONG_VERSION_NUMBER'
    : (code ?? '');
}

const CLOSED = 'The connection was closed before the answer was complete.';

const CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at this host and port.',
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ERR_STREAM_PREMATURE_CLOSE: CLOSED,
  ECONNABORTED: CLOSED,
  Z_BUF_ERROR: CLOSED,
  ENOTFOUND: 'The name of the host is not known.',
  EAI_AGAIN: 'The name of the host cannot be looked up now.',
  EAI_NODATA: 'The name of the host has no address.',
  EHOSTUNREACH: 'No way leads to the host.',
  ENETUNREACH: 'No way leads to the network of the host.',
  EADDRNOTAVAIL: 'No way leads to the host from here.',
  ETIMEDOUT: 'The host does not answer.',
  EMFILE: 'This process has no file descriptors left.',
};

const UNKNOWN_AUTHORITY =
  'The certificate was signed by nobody who is trusted here. Add the certificate of its authority {trusting}.';

const CERTIFICATES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by itself. Add it {trusting}.',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet. Look at the clocks.',
  CERT_REVOKED: 'The certificate was revoked.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host name.',
  HOSTNAME_MISMATCH: 'The certificate is for another host name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port speaks no TLS. Is it http:?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The port speaks no TLS. Is it http:?',
  ERR_SSL_HTTP_REQUEST: 'The port speaks no TLS. Is it http:?',
};
