// Text in the letters of English, for names that people read and type: `α Cen` as `alpha Cen`, `Große` as `Grosse`. Pure.
// Pinned by golden values: what a letter becomes is in the keys of jobs, so letters may be added, but none changed.

/** Greek letters by the names that astronomers give them; Cyrillic ones as in passports (ICAO 9303). */
const letters: Readonly<Record<string, string>> = {
  ...{ α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", η: "eta" },
  ...{ θ: "theta", ι: "iota", κ: "kappa", λ: "lambda", μ: "mu", ν: "nu", ξ: "xi" },
  ...{ ο: "omicron", π: "pi", ρ: "rho", σ: "sigma", ς: "sigma", τ: "tau", υ: "upsilon" },
  ...{ φ: "phi", χ: "chi", ψ: "psi", ω: "omega" },
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i" },
  ...{ а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ж: "zh", з: "z", и: "i", к: "k" },
  ...{ л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f" },
  ...{ х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "ie", ы: "y", ь: "", э: "e" },
  ...{ ю: "iu", я: "ia", і: "i", є: "ie", ґ: "g" },
  ...{ "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-" },
};

/** @returns the text without accents, and with what English has for letters of its neighbours; others stay */
export function inLatin(text: string): string {
  return withoutAccents(text).replace(/[^\0-\x7f]/gu, (character) => {
    const lower = character.toLowerCase();
    const latin = Object.hasOwn(letters, lower) ? letters[lower] : undefined;
    if (latin === undefined) return character;
    return lower === character ? latin : `${latin.charAt(0).toUpperCase()}${latin.slice(1)}`;
  });
}

/** Letters without the marks above and below them; `²` is `2`. */
export function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "");
}
