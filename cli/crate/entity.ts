// One node of a crate's graph, as flat JSON-LD has it. Pure.

export interface Entity {
  readonly "@id": string;
  readonly "@type": string | readonly string[];
  readonly [property: string]: unknown;
}

export interface Reference {
  readonly "@id": string;
}

export function refTo(id: string): Reference {
  return { "@id": id };
}

/** Text as a part of an identifier. */
export function idPart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
