import { afterAll, describe, expect } from 'vitest';
import { ampOfSeptember } from './amp.ts';
import { itTakesATurn } from './newest-amp.ts';
import { type GatewayStage, gatewayStage } from './stage.ts';
import { describeWith } from './with-client.ts';

await describeWith(ampOfSeptember, 'at the gateway', () => {
  let stage: GatewayStage | undefined;

  describe('through the tunnel', () => {
    itTakesATurn(ampOfSeptember, async () => {
      stage = await gatewayStage();
      return stage;
    });
  });

  afterAll(() => {
    expect(stage?.amp.violations).toEqual([]);
    expect(stage?.anthropic.requests).toEqual([]);
  });
});
