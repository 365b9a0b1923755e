import { ampOfJanuary, ampOfMay, ampOfSeptember } from './amp.ts';
import { itWorksWith } from './classic-amp.ts';
import { itTakesATurn } from './newest-amp.ts';
import { directStage } from './stage.ts';
import { describeWith } from './with-client.ts';

// Without the gateway: what fails here is a matter between client and fakes.
await describeWith(ampOfJanuary, 'with Amp itself', () => itWorksWith(ampOfJanuary, directStage));
await describeWith(ampOfMay, 'with Amp itself', () => itWorksWith(ampOfMay, directStage));
await describeWith(ampOfSeptember, 'with Amp itself', () => itTakesATurn(ampOfSeptember, directStage));
