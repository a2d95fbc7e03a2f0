// How gRPC sends a message: behind a byte that tells whether it is compressed, and four that tell its length. Pure.

const prefixLength = 5;

export function framed(message: Uint8Array): Buffer {
  const body = Buffer.allocUnsafe(prefixLength + message.length);
  body[0] = 0;
  body.writeUInt32BE(message.length, 1);
  body.set(message, prefixLength);
  return body;
}

/** @throws Error for anything but one whole message that is not compressed: Go compresses nothing unless it is told to */
export function unframed(body: Buffer): Buffer {
  const isWhole =
    body.length >= prefixLength &&
    body[0] === 0 &&
    body.readUInt32BE(1) === body.length - prefixLength;
  if (!isWhole) throw new Error("a request that is not one whole message, or a compressed one");
  return body.subarray(prefixLength);
}
