// Chains of aliases that lead from outside goskope.com back to the tenant's addresses. Traps point the tenant at their heads.

interface Alias {
  readonly owner: string;
  readonly target: string;
}

const ORIGIN = 'tenant-origin.goskope.com.';

/** Seven names that change zone at each step; with the tenant's own CNAME that makes eight hops. */
const mixedCase = chain(
  Array.from({ length: 7 }, (_, index) => `Hop${index + 1}.Edge.Example.${index % 2 === 0 ? 'NET' : 'org'}.`),
);

/** 190 bytes a name, none sharing a label: six of them exceed what fits into 1232 bytes of UDP. */
const long = chain(
  Array.from({ length: 7 }, (_, index) => {
    const label = (letter: string): string => `${letter}${index}`.padEnd(60, String.fromCharCode(98 + index));
    return `${label('x')}.${label('y')}.${label('z')}.example.net.`;
  }),
);

function chain(names: readonly string[]): Alias[] {
  return names.map((owner, index) => ({ owner, target: names[index + 1] ?? ORIGIN }));
}

export const ALIAS_HEADS = { mixedCase: mixedCase[0]?.owner ?? '', long: long[0]?.owner ?? '' };

/** The zone-file lines of one zone. */
export function aliasRecords(zone: string): string[] {
  return [...mixedCase, ...long]
    .filter((alias) => alias.owner.toLowerCase().endsWith(`.${zone}.`))
    .map((alias) => `${alias.owner} 60 IN CNAME ${alias.target}`);
}
