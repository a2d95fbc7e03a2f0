// A client's certificate as `cadc-get-cert` writes it: one PEM file with the certificate, its key, and perhaps those
// of its CA. What cannot work is refused here: in a connection it would be an error of OpenSSL's.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

export interface CertificateFile {
  readonly cert: string;
  readonly key: string;
  readonly expires: Date;
}

/** @throws an error whose message goes on after "the certificate FILE" */
export function readCertificate(pem: string, file: string): CertificateFile {
  const [first, ...others] = certificatesIn(pem);
  if (first === undefined) throw notWhole("it holds no certificate");
  const key = keyIn(pem, file);
  if (!first.checkPrivateKey(key)) {
    const isLater = others.some((other) => other.checkPrivateKey(key));
    throw new Error(
      isLater
        ? "begins with another certificate than the key's, perhaps the CA's: put the certificate of its key first in the file"
        : "holds the key of another certificate: put a certificate and the key that was made with it into one file",
    );
  }
  return { cert: pem, key: pem, expires: first.validToDate };
}

function certificatesIn(pem: string): X509Certificate[] {
  try {
    return blocks(pem, "(?:X509 |TRUSTED )?CERTIFICATE").map((block) => new X509Certificate(block));
  } catch (error) {
    throw notWhole(error instanceof Error ? error.message : String(error));
  }
}

function keyIn(pem: string, file: string): KeyObject {
  const [block] = blocks(pem, "[A-Z ]*PRIVATE KEY");
  if (block === undefined) throw notWhole("it holds no private key");
  // Either the name or a header says so.
  if (/BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED/.test(block)) {
    throw new Error(
      `holds a key that is encrypted with a passphrase, for which nobody can be asked here: write one without, as \`openssl pkey -in ${file} -out key.pem\` does, readable for you alone`,
    );
  }
  try {
    return createPrivateKey(block);
  } catch (error) {
    throw notWhole(`its key cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function blocks(pem: string, name: string): string[] {
  return pem.match(new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----`, "g")) ?? [];
}

function notWhole(reason: string): Error {
  return new Error(`is not a PEM file with a certificate and its key (${reason})`);
}
