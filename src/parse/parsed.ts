// What a parser of something a person typed gives back: the value, or what is wrong with it.

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export function good<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** `why` ends a sentence that begins with the text: `is not a port: write 1 to 65535`. */
export function bad(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
