import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What an owner does in the window, the same in the application and in a browser. */

export const rail = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });

/** Rows of the list of requests, without its head. */
export const requestRows = (page: Page) =>
  page
    .getByRole('grid', { name: 'Requests, latest first' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });

const settingRow = (page: Page, title: string) => page.getByRole('listitem', { name: title, exact: true });

/** On the Activity page, with the requests of past-requests.ts. */
export async function filterRequests(page: Page): Promise<void> {
  const row = (words: string) => requestRows(page).filter({ hasText: words });
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('refused');
  await row('gpt-9').first().waitFor();
  await expect.poll(() => row('Served').count()).toBe(0);
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like this');
  await page.getByText('No request of this time fits these filters.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Model' }).selectOption('glm-5');
  await row('Amp, with credits').first().waitFor();
  await page.getByText('0 requests, 0 tokens').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Time' }).selectOption('all');
}

/** On the Models page, with one Claude account. */
export async function writeModelRules(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add: Mappings for Amp' }).click();
  await page.getByRole('textbox', { name: 'Amp asks for' }).fill('gpt-5');
  await page.getByRole('textbox', { name: 'Served is' }).fill('claude-opus-4-8');
  await page.keyboard.press('Enter');
  await page.getByText('gpt-5 → claude-opus-4-8').waitFor();

  await page.getByRole('button', { name: 'Add: Aliases' }).click();
  await page.getByRole('textbox', { name: 'Model', exact: true }).fill('claude-haiku-4-5');
  await page.getByRole('textbox', { name: 'Name for clients' }).fill('quick');
  await page.keyboard.press('Enter');
  await page.getByText('quick → claude-haiku-4-5 (Claude)').waitFor();

  await page.getByRole('button', { name: 'Add: Chains' }).click();
  await page.getByRole('textbox', { name: 'Model', exact: true }).fill('claude-opus-4-8');
  await page.getByRole('textbox', { name: 'Falls to' }).fill('quick, amp');
  await page.keyboard.press('Enter');
  await page.getByText('claude-opus-4-8 → quick → amp').waitFor();
}

/** What the settings have in them then. */
export const writtenRules = {
  ampcode: { 'model-mappings': [{ from: 'gpt-5', to: 'claude-opus-4-8' }] },
  'oauth-model-alias': { claude: [{ name: 'claude-haiku-4-5', alias: 'quick' }] },
  routing: { chains: { 'claude-opus-4-8': ['quick', 'amp'] } },
};

/** On the Settings page. `kept` reads what the settings hold. */
export async function correctNumber(page: Page, kept: () => Promise<{ timeouts?: unknown }>): Promise<void> {
  const [title, field] = ['Connection time limit', page.getByRole('textbox', { name: 'Connection time limit' })];
  await field.fill('0');
  await page.keyboard.press('Enter');
  await settingRow(page, title).getByText('Must be above 0. ').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await settingRow(page, title).getByRole('button', { name: 'Use 1' }).click();
  await expect.poll(async () => (await kept()).timeouts).toEqual({ connect: 1 });
  await settingRow(page, title)
    .getByRole('button', { name: `Reset ${title} to 15` })
    .click();
  await expect.poll(() => field.inputValue()).toBe('15');
}

const connectButton = (page: Page) => page.getByRole('button', { name: 'Connect: Amp CLI', exact: true });

/** On the Tools page, with an Amp that is not connected: looks at what would be written, and gives it up. */
export async function lookAtAmpPlan(page: Page, lines: readonly string[]): Promise<void> {
  const plan = page.getByRole('region', { name: 'This is written: Amp CLI' });
  await connectButton(page).focus();
  await page.keyboard.press('Enter');
  for (const line of lines) await plan.getByText(line).waitFor();
  expect(await plan.getByRole('listitem').count()).toBe(lines.length);
  await page.keyboard.press('Escape');
  await plan.waitFor({ state: 'detached' });
}

/** And then follows it. */
export async function connectAmp(page: Page): Promise<void> {
  await connectButton(page).click();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Amp CLI', level: 3 }) })
    .getByText('Connected', { exact: true })
    .waitFor();
}
