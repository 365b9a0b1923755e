import type { UsageSums } from '../../preload/usage-view.ts';
import { tokensText } from '../models/model-reading.ts';
import { text } from '../text/en.ts';

const words = text.activity.summary;

/** What the subscriptions were good for, and what it cost. */
export function Summary({ total }: { total: UsageSums | undefined }) {
  const { bySubscription = 0, subscriptionTokens = 0, byAmpCredits = 0, ampCreditsSaved = 0 } = total ?? {};
  return (
    <p className={`flex min-h-5 shrink-0 flex-wrap gap-x-6 gap-y-1 text-sm ${total ? '' : 'invisible'}`}>
      <span>
        <span className="text-soft">{words.subscriptions}</span>{' '}
        <span className="font-medium">{words.subscriptionFigures(bySubscription, tokensText(subscriptionTokens))}</span>
      </span>
      <span>
        <span className="text-soft">{words.credits}</span>{' '}
        <span className={byAmpCredits > 0 ? 'font-medium text-accent-text' : 'font-medium'}>
          {words.creditFigures(byAmpCredits)}
        </span>
        {ampCreditsSaved > 0 ? <span className="text-soft">, {words.saved(ampCreditsSaved)}</span> : null}
      </span>
    </p>
  );
}
