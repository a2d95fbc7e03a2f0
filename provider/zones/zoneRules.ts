// What a source of time zone rules has to tell.

export interface ZoneRules {
  /** Of the IANA time zone database, like "2026f"; empty where that is not known. */
  readonly release: string;
  /** Whose they are, as a sentence names it. */
  readonly origin: string;
  /**
   * @param now milliseconds since 1970
   * @returns milliseconds to add to UTC; undefined for a zone that these rules do not have
   */
  readonly offsetMs: (timeZone: string, now: number) => number | undefined;
}
