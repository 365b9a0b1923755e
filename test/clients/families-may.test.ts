import { ampOfMay } from './amp.ts';
import { itIsServedByOtherFamilies } from './amp-families.ts';
import { describeWith } from './with-client.ts';

await describeWith(ampOfMay, 'at the gateway', () =>
  itIsServedByOtherFamilies(ampOfMay, ['smart', 'rush', 'large', 'deep']),
);
