import { ampOfJanuary } from './amp.ts';
import { itIsServedByTheGateway } from './gateway-classic.ts';
import { describeWith } from './with-client.ts';

await describeWith(ampOfJanuary, 'at the gateway', () => itIsServedByTheGateway(ampOfJanuary));
