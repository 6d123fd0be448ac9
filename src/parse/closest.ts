// Which word did they mean?

// Longer words are not compared: the work is quadratic, and nobody mistypes 64 letters.
const LONGEST = 64;

/** Damerau's distance, restricted: insert, delete, replace, or swap two neighbours, each letter touched once. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The candidate nearest to a mistyped word, or null when none is near: a third of the letters may differ. Case does not count. */
export function closest(word: string, candidates: readonly string[]): string | null {
  if (word === '' || word.length > LONGEST) return null;
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const there = candidate.toLowerCase();
    // A beginning typed right is a strong hint: `stitch` for `stitchers`, `warning` for `warn`.
    const begins = Math.min(wanted.length, there.length) >= 4 && (there.startsWith(wanted) || wanted.startsWith(there));
    const d = begins ? 0.5 : distance(wanted, there);
    if (d < bestDistance && d <= Math.max(1, Math.floor(Math.max(wanted.length, there.length) / 3))) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}
