// `config schema`: the JSON Schema of a PreflightConfig, for editors and for CI.

import { EXIT } from '../model/verdict.ts';
import { dataText } from './data-text.ts';
import type { Out } from './out.ts';

export async function configSchema(out: Out): Promise<number> {
  const { jsonSchema } = await import('../config/schema.ts');
  await out.stdout(await dataText(jsonSchema(), 'json'));
  return EXIT.ready;
}
