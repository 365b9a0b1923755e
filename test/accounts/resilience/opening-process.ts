// A process that opens the vault and reads all of it, again and again. Argument: a Place as JSON, without a provider.
import { openTestStore, openTestVault, type Place } from './parts.ts';

const place = JSON.parse(process.argv[2] ?? '') as Omit<Place, 'origin'>;
for (let round = 0; round < 40; round++) await openTestStore(await openTestVault(place), place);
