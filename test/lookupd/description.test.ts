import { Validator as JsonValidator } from '@cfworker/json-schema';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../src/lookupd/answer-schemas.ts';
import { LOOKUP_ROUTES } from '../../src/lookupd/routes.ts';
import { LookupRig } from '../support/lookup-rig.ts';

describe('/openapi.json of a lookupd', () => {
  it('is OpenAPI 3.1, with every path', async () => {
    const rig = await LookupRig.open();
    const description = (await rig.get('/openapi.json')) as { readonly openapi: string; readonly paths: object };
    expect(await new Validator().validate(structuredClone(description))).toMatchObject({ valid: true });
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths)).toEqual(LOOKUP_ROUTES.map(({ path }) => path.replace(':node', '{node}')));
  });

  it.for(LOOKUP_ROUTES.filter(({ schema }) => schema !== undefined))('describes what $path answers', async ({ path, schema, query = {} }) => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    await node.register('box', { 'shop.web': [1, 2], 'shop.worker': [] }, { generation: 7 });
    await rig.node(); // one that says nothing
    const asked = Object.keys(query).map((name) => `${name}=${{ name: 'shop.web', sessionid: 'shop', seq: 'true' }[name]}`);
    const answer = await rig.get(`${path.replace(':node', 'box')}?${asked.join('&')}`);
    const strict = JSON.parse(JSON.stringify({ components: { schemas: COMPONENTS }, ...schema })) as object;
    expect(new JsonValidator(strict, '2020-12').validate(answer).errors).toEqual([]);
  });
});
