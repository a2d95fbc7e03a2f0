// A VOTable (IVOA, versions 1.0 to 1.5): the first TABLE that has data, as TABLEDATA, BINARY or BINARY2. The parser
// gives one piece after the other, so that a large file costs no tree of its elements. Namespaces and prefixes do
// not matter, as they changed from version to version.
import type { Tag } from "sax";
import { messageOf } from "../../errors";
import { type Cell, type Column, type Table, TableError, unusableColumn } from "../table";
import { columnsOfStream } from "./binary";
import { type Field, fieldOf, kindOf, textCells } from "./field";

type Serialization = "TABLEDATA" | "BINARY" | "BINARY2";

const pieceLength = 65_536;

/** @param bytes of the whole file */
export function readVotable(bytes: Uint8Array): Table {
  const document = new Document();
  parse(textOf(bytes), document);
  return document.table();
}

/** What the parser tells, gathered. */
class Document {
  #fields: Field[] = [];
  #field: Field | undefined;
  #data: Serialization | undefined;
  #encoding: string | undefined;
  #cells: string[][] = [];
  #row = -1;
  #column = 0;
  /** The text that is wanted; undefined outside of it. */
  #text: string | undefined;
  #stream = "";
  #isInTable = false;
  #isDone = false;
  #isFailure = false;
  /** The service reached its limit of rows (IVOA DALI 1.1, 4.4.1); it says so before or after the table. */
  #hasOverflow = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "INFO" && attributes.name === "QUERY_STATUS") {
      const status = attributes.value?.toUpperCase();
      this.#hasOverflow ||= status === "OVERFLOW";
      this.#isFailure = status === "ERROR";
      if (this.#isFailure) this.#text = "";
    }
    if (this.#isDone) return;
    if (name === "TABLE") {
      this.#isInTable = true;
      this.#fields = [];
    }
    if (!this.#isInTable) return;
    switch (name) {
      case "FIELD":
        this.#field = fieldOf(attributes, this.#fields.length);
        this.#fields.push(this.#field);
        break;
      case "VALUES":
        if (this.#field) this.#field.null = attributes.null;
        break;
      case "TABLEDATA":
        this.#data = name;
        this.#cells = this.#fields.map(() => []);
        break;
      case "BINARY":
      case "BINARY2":
        this.#data = name;
        break;
      case "FITS":
        throw new TableError(
          "is a VOTable whose data are a FITS file; name that FITS file itself, or write the table as BINARY2",
        );
      case "STREAM":
        this.#openStream(attributes);
        break;
      case "TR":
        this.#row += 1;
        this.#column = 0;
        break;
      case "TD":
        if (attributes.encoding) {
          throw new TableError(
            `has a cell (TD) with the encoding ${attributes.encoding}; write the table again, as BINARY2 or plain TABLEDATA`,
          );
        }
        this.#text = "";
        break;
    }
  }

  text(piece: string): void {
    if (this.#text !== undefined) this.#text += piece;
  }

  close(name: string): void {
    if (this.#isFailure) {
      throw new TableError(
        `is no table but a service's answer that its query failed: ${this.#text?.trim()}`,
      );
    }
    if (this.#isDone || !this.#isInTable) return;
    switch (name) {
      case "FIELD":
        this.#field = undefined;
        break;
      case "TD":
        this.#cells[this.#column]?.push(this.#text ?? "");
        this.#text = undefined;
        this.#column += 1;
        break;
      case "TR":
        if (this.#column !== this.#fields.length) {
          throw new TableError(
            `row ${this.#row + 1} has ${this.#column} cells, but there are ${this.#fields.length} columns`,
          );
        }
        break;
      case "STREAM":
        this.#stream = this.#text ?? "";
        this.#text = undefined;
        break;
      case "TABLE":
        this.#isInTable = false;
        this.#isDone = this.#data !== undefined;
        break;
    }
  }

  #openStream({ href, encoding }: Readonly<Record<string, string>>): void {
    if (href) {
      throw new TableError(
        `is a VOTable whose data are elsewhere (${href}); write the table with its data in it, with astropy: Table.read(FILE).write(FILE, format="votable", tabledata_format="binary2")`,
      );
    }
    this.#encoding = encoding?.toLowerCase();
    if (this.#encoding !== "base64") {
      throw new TableError(
        `is a VOTable whose binary data have the encoding ${encoding ?? "none"}; write it with base64, as astropy and STIL do`,
      );
    }
    this.#text = "";
  }

  table(): Table {
    if (!this.#data) {
      throw new TableError("is a VOTable without data: no TABLE in it has rows or a DATA element");
    }
    if (this.#fields.length === 0) throw new TableError("is a VOTable whose table has no FIELD");
    const format = `a VOTable (${this.#data})`;
    if (this.#data === "TABLEDATA") {
      const columns = this.#fields.map((field, index) =>
        columnOf(field, () => textCells(field, this.#cells[index] ?? [])),
      );
      return this.#marked({ format, columns, rowCount: this.#row + 1 });
    }
    const { cells, rowCount } = columnsOfStream(this.#fields, this.#stream, this.#data);
    const columns = this.#fields.map((field, index) => columnOf(field, () => cells[index] ?? []));
    return this.#marked({ format, columns, rowCount });
  }

  #marked(table: Table): Table {
    return this.#hasOverflow ? { ...table, hasOverflow: true } : table;
  }
}

function columnOf(field: Field, read: () => readonly Cell[]): Column {
  const { type, unusable } = kindOf(field);
  const head = { name: field.name, type, ...(field.unit ? { unit: field.unit } : {}) };
  return unusable === undefined ? { ...head, read } : unusableColumn(head, unusable);
}

function parse(text: string, document: Document): void {
  const { parser } = require("sax") as typeof import("sax");
  const sax = parser(true);
  sax.onopentag = (tag) => document.open(localName(tag.name), (tag as Tag).attributes);
  sax.onclosetag = (name) => document.close(localName(name));
  sax.ontext = (piece) => document.text(piece);
  sax.oncdata = (piece) => document.text(piece);
  sax.onerror = (error) => {
    const what = messageOf(error).split("\n")[0];
    throw new TableError(
      `is XML that is damaged or cut off, at line ${sax.line + 1}: ${what}; copy or download it again`,
    );
  };
  for (let at = 0; at < text.length; at += pieceLength) sax.write(text.slice(at, at + pieceLength));
  sax.close();
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** In the encoding that the byte order mark or the XML declaration names. */
function textOf(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 256));
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  const label = head.startsWith("ÿþ") ? "utf-16le" : head.startsWith("þÿ") ? "utf-16be" : declared;
  try {
    return new TextDecoder(label ?? "utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TableError(`is XML that is not in its encoding, ${label ?? "UTF-8"}`, {
      cause: error,
    });
  }
}
