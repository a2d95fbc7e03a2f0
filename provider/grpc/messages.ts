// Messages as gRPC sends them: the binary form of Protocol Buffers (https://protobuf.dev/programming-guides/encoding).
// Written for what the engine and the native provider say to each other. The SDK's own needs five times as long for it, and
// makes an object of each value on the way. Pure.

/** How a field is written: the lowest three bits of what stands before it. */
const wire = { varint: 0, eightBytes: 1, length: 2, fourBytes: 5 } as const;

/** What cannot be read: not the form of a message. */
export class MessageFormError extends Error {}

/** Goes through the fields of a message that stands somewhere in the bytes. */
export class FieldReader {
  /** Number of the field that `next` found. */
  field = 0;
  /** Of a field with a length: where it begins. */
  start = 0;
  /** Of a field with a length: where it ends. */
  end = 0;
  /** Of a count, an enum or a truth; up to 2^53. */
  value = 0;
  #at: number;

  constructor(
    readonly bytes: Buffer,
    from = 0,
    private readonly to = bytes.length,
  ) {
    this.#at = from;
  }

  /**
   * @returns whether there is one more field
   * @throws MessageFormError for bytes that are no message
   */
  next(): boolean {
    if (this.#at >= this.to) return false;
    const tag = this.#varint();
    this.field = tag >>> 3;
    switch (tag & 7) {
      case wire.varint:
        this.value = this.#varint();
        this.#skip(0);
        break;
      case wire.length:
        this.#skip(this.#varint());
        break;
      case wire.eightBytes:
        this.#skip(8);
        break;
      case wire.fourBytes:
        this.#skip(4);
        break;
      default:
        throw new MessageFormError(`a field of the unknown form ${tag & 7}`);
    }
    return true;
  }

  text(): string {
    return this.bytes.toString("utf8", this.start, this.end);
  }

  double(): number {
    if (this.end - this.start !== 8) throw new MessageFormError("a number that is no double");
    return this.bytes.readDoubleLE(this.start);
  }

  /** The fields of the message that this field holds. */
  inside(): FieldReader {
    return new FieldReader(this.bytes, this.start, this.end);
  }

  #skip(length: number): void {
    this.start = this.#at;
    this.end = this.#at + length;
    if (this.end > this.to) throw new MessageFormError("a field that is cut off");
    this.#at = this.end;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      if (this.#at >= this.to) break;
      const byte = this.bytes[this.#at] ?? 0;
      this.#at += 1;
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
    }
    throw new MessageFormError("a count that does not end");
  }
}

/** What the other side asked, by the numbers of its fields. Read when it is asked for. */
export class Message {
  /** Where each field stands. Of a field that comes twice the last one counts. */
  readonly #fields = new Map<number, readonly [start: number, end: number, value: number]>();

  /** @throws MessageFormError for bytes that are no message */
  constructor(private readonly bytes: Buffer) {
    const reader = new FieldReader(bytes);
    while (reader.next()) this.#fields.set(reader.field, [reader.start, reader.end, reader.value]);
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** @returns "" where there is none, as the form has it */
  text(field: number): string {
    const [start, end] = this.#fields.get(field) ?? [0, 0];
    return this.bytes.toString("utf8", start, end);
  }

  flag(field: number): boolean {
    return (this.#fields.get(field)?.[2] ?? 0) !== 0;
  }

  /** As it came. @returns undefined where there is none */
  bytesOf(field: number): Buffer | undefined {
    const found = this.#fields.get(field);
    return found && this.bytes.subarray(found[0], found[1]);
  }
}

/** Writes from the end to the beginning, so that each length is known before it is written. */
export class BackwardWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #at = this.#bytes.length;

  /** How much was written. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** Ends the writing. */
  written(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.#need(length);
    this.#at -= length;
    this.#bytes.write(text, this.#at, length, "utf8");
  }

  bytes(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#at -= bytes.length;
    this.#bytes.set(bytes, this.#at);
  }

  double(value: number): void {
    this.#need(8);
    this.#at -= 8;
    this.#bytes.writeDoubleLE(value, this.#at);
  }

  varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
    this.#need(length);
    this.#at -= length;
    let rest = value;
    for (let place = this.#at; place < this.#at + length - 1; place += 1) {
      this.#bytes[place] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at + length - 1] = rest;
  }

  /** What stands before a count, an enum or a truth. */
  ofVarint(field: number): void {
    this.varint(field * 8 + wire.varint);
  }

  /** What stands before a double. */
  ofDouble(field: number): void {
    this.varint(field * 8 + wire.eightBytes);
  }

  /** What stands before text, or a message, that was begun when so much was written. */
  ofLength(field: number, before: number): void {
    this.varint(this.length - before);
    this.varint(field * 8 + wire.length);
  }

  #need(length: number): void {
    if (this.#at >= length) return;
    const written = this.written();
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, written.length + length));
    this.#at = larger.length - written.length;
    larger.set(written, this.#at);
    this.#bytes = larger;
  }
}

/** One field of an answer. */
export type Field = (writer: BackwardWriter) => void;

/** Text that is "" is left out, as the form has it, but in a list. */
export function text(field: number, value: string): Field {
  return (writer) => {
    if (value !== "") writeText(writer, field, value);
  };
}

export function texts(field: number, values: readonly string[]): Field {
  return (writer) => {
    for (const value of values.toReversed()) writeText(writer, field, value);
  };
}

/** A number of an enum, or a count: 0 is left out, as the form has it. */
export function count(field: number, value: number): Field {
  return (writer) => {
    if (value === 0) return;
    writer.varint(value);
    writer.ofVarint(field);
  };
}

export function flag(field: number, value: boolean): Field {
  return count(field, value ? 1 : 0);
}

/** Bytes, or a message that is written already. */
export function bytes(field: number, value: Uint8Array): Field {
  return (writer) => {
    const before = writer.length;
    writer.bytes(value);
    writer.ofLength(field, before);
  };
}

export function message(field: number, fields: readonly Field[]): Field {
  return (writer) => {
    const before = writer.length;
    writeAll(writer, fields);
    writer.ofLength(field, before);
  };
}

/** A message of these fields. */
export function encoded(fields: readonly Field[]): Buffer {
  const writer = new BackwardWriter();
  writeAll(writer, fields);
  return writer.written();
}

function writeAll(writer: BackwardWriter, fields: readonly Field[]): void {
  for (let index = fields.length - 1; index >= 0; index -= 1) fields[index]?.(writer);
}

function writeText(writer: BackwardWriter, field: number, value: string): void {
  const before = writer.length;
  writer.text(value);
  writer.ofLength(field, before);
}
