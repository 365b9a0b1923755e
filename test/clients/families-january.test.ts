import { ampOfJanuary } from './amp.ts';
import { itIsServedByOtherFamilies } from './amp-families.ts';
import { describeWith } from './with-client.ts';

await describeWith(ampOfJanuary, 'at the gateway', () => itIsServedByOtherFamilies(ampOfJanuary, ['smart', 'large']));
