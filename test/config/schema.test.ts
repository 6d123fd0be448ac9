import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config/defaults.ts';
import { FLAGS } from '../../src/config/flags.ts';
import { configSchema, jsonSchema, specSchema } from '../../src/config/schema.ts';

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: unknown;
}

function nodes(node: Node, path: string): [string, Node][] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => nodes(child, `${path}.${key}`));
  const items = node.items ? nodes(node.items, `${path}[]`) : [];
  return [[path, node], ...inner, ...items, ...(node.anyOf ?? []).flatMap((branch) => nodes(branch, path))];
}

describe('the published JSON Schema', () => {
  it('is the one in the golden file', async () => {
    await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../golden/preflight-config.schema.json',
    );
  });

  it('describes every field of the spec and refuses unknown keys', () => {
    const spec = (jsonSchema() as Node).properties?.spec;
    for (const [path, node] of nodes(spec ?? {}, 'spec')) {
      if (/^spec\.[^[]+$/.test(path) && !node.anyOf && !('const' in node)) {
        const described = node.description ?? (node.properties || node.items ? 'inside a union' : undefined);
        expect(described, path).toBeTruthy();
      }
      if (node.properties) expect(node.additionalProperties, path).toBe(false);
    }
  });

  it('the defaults are a valid spec', () => {
    for (const depth of ['quick', 'standard', 'deep'] as const)
      expect(specSchema.safeParse(defaults(depth)).success).toBe(true);
    expect(
      configSchema.safeParse({ apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec: {} }).success,
    ).toBe(true);
  });

  it('every flag sets a part that the schema has', () => {
    const paths = new Set(nodes((jsonSchema() as Node).properties?.spec ?? {}, '').map(([path]) => path.slice(1)));
    for (const flag of FLAGS) if (flag.path !== null) expect(paths, `--${flag.name}`).toContain(flag.path);
  });
});
