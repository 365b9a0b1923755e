import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { text } from '../../renderer/text/en.ts';
import { pastRequests, writeJournal } from '../desktop/past-requests.ts';
import { says } from '../upstreams/anthropic/replies.ts';
import { gate } from '../upstreams/gate.ts';
import { says as codexSays } from '../upstreams/openai-responses/replies.ts';
import { contrastPicture, picture } from './camera.ts';
import { ask, type Household, reportQuota, startHousehold } from './household.ts';
import { openStudio, pictureTime, type Studio, sizeWindow, usualSize } from './studio.ts';
import { writeToolFiles } from './tool-files.ts';

let household: Household;
let studio: Studio;
let page: Page;

beforeAll(async () => {
  household = await startHousehold();
  studio = await openHousehold(1);
  page = studio.page;
});

afterAll(async () => {
  await studio?.close();
  await household?.close();
});

/** The window of somebody who has used it for two weeks. */
async function openHousehold(scale: number): Promise<Studio> {
  const { accounts, settings, cooldowns } = household;
  const opened = await openStudio({
    settings,
    accounts,
    scale,
    withAmp: true,
    async prepare({ dataDir, home }) {
      await writeFile(path.join(dataDir, 'cooldowns.json'), cooldowns);
      await writeToolFiles(home);
      writeJournal(dataDir, twoWeeks());
    },
  });
  reportQuota(household);
  await serveSome(opened);
  for (const id of ['codex', 'claude-code'])
    await opened.page.evaluate(`fusebox.call('tools.connect', { id: '${id}' })`);
  await opened.page.getByText('Connected', { exact: true }).nth(1).waitFor();
  return opened;
}

const amp = { 'x-amp-thread-id': 'T-1', 'x-amp-client-application': 'CLI', 'user-agent': 'amp' };
const claudeCode = { 'user-agent': 'claude-cli/2.1.0 (external, cli)' };
const codexCli = { 'user-agent': 'codex_cli_rs/0.99.0', originator: 'codex_cli_rs' };
const messages = (model: string) => ({
  ...{ model, max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'Explain this function.' }] },
});

/** The last requests, each with the time that it takes. */
async function serveSome({ place, page, pass }: Studio): Promise<void> {
  let count = 0;
  const serve = async (
    beginMs: number,
    restMs: number,
    script: (hold: object) => void,
    send: () => Promise<Response>,
  ) => {
    const [begin, rest] = [gate(), gate()];
    script({ delivery: { beforePart: { 0: begin, 3: rest } } });
    const answered = send().then((answer) => answer.text());
    for (const [hold, ms] of [
      [begin, beginMs],
      [rest, restMs],
    ] as const) {
      await hold.reached;
      await pass(ms);
      hold.open();
    }
    await answered;
    await recorded(page, ++count);
    await pass(47_000);
  };
  const claude = (hold: object) => household.anthropic.script(says('It adds up what is left.', hold));
  const codex = (hold: object) => household.codex.script(codexSays('It adds up what is left.', hold));
  const anthropicPath = '/api/provider/anthropic/v1/messages';
  await serve(620, 8_400, claude, () => ask(place, claudeCode, '/v1/messages', messages('claude-sonnet-5')));
  await serve(910, 21_300, codex, () =>
    ask(place, codexCli, '/v1/responses', { model: 'gpt-5.5', stream: true, input: 'Explain this function.' }),
  );
  await serve(480, 5_100, claude, () => ask(place, claudeCode, '/v1/messages', messages('claude-haiku-4-5')));
  await serve(740, 12_700, claude, () => ask(place, amp, anthropicPath, messages('claude-opus-5')));
  await serve(690, 9_800, claude, () => ask(place, amp, anthropicPath, messages('claude-opus-5')));
}

/** The end of a request is told a moment after its last byte. */
async function recorded(page: Page, count: number): Promise<void> {
  const recent = "fusebox.call('state.get').then(({ value }) => value.recent.length)";
  while (Number(await page.evaluate(recent)) < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Two weeks as people work: few requests at night and at weekends. */
function twoWeeks() {
  return pastRequests(12_000, pictureTime - 600_000).filter(({ startedAt }, place) => {
    const at = new Date(startedAt);
    const isFree = at.getUTCDay() % 6 === 0;
    const pulse = Math.max(0, Math.sin(((at.getUTCHours() - 6.5) / 15) * Math.PI));
    const mood = 0.75 + 0.25 * Math.sin(at.getUTCDate() * 2.7);
    return ((place * 7919) % 1000) / 1000 < pulse * mood * (isFree ? 0.15 : 0.7);
  });
}

const take = (name: string) => picture(page, studio.place, name);
const go = async (address: string) => {
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await page.waitForTimeout(250);
};
const button = (name: string) => page.getByRole('button', { name, exact: true });

test('panel', async () => {
  await take('panel');
});

test('panel-why', async () => {
  await button('Why spare@work.example is held back').click();
  await page.evaluate('document.activeElement.blur()');
  await take('panel-why');
  await button('Why spare@work.example is held back').click();
});

test('panel-row-menu', async () => {
  await button('More for you@work.example').click();
  await take('panel-row-menu');
  await page.keyboard.press('Escape');
});

test('panel-meters', async () => {
  await page.getByRole('group', { name: 'Quota of you@work.example' }).focus();
  await page.getByRole('tooltip').first().waitFor({ state: 'attached' });
  await take('panel-meters');
  await page.keyboard.press('Escape');
});

test('panel-edit', async () => {
  await button('More for you@work.example').click();
  await page.getByRole('menuitem', { name: text.circuits.edit }).click();
  await take('panel-edit');
  await page.keyboard.press('Escape');
});

test('panel-test', async () => {
  const { '5h': hours, '7d': week } = household.anthropic.quota;
  if (hours && week) household.anthropic.quota = { '5h': hours, '7d': week };
  await button('More for you@work.example').click();
  const hold = gate();
  household.anthropic.script(says('OK', { delivery: { beforePart: { 0: hold } } }));
  await page.getByRole('menuitem', { name: 'Test' }).click();
  await hold.reached;
  await studio.pass(640);
  hold.open();
  await page.getByText(/^Answered in/).waitFor();
  await take('panel-test');
});

test('palette', async () => {
  await page.keyboard.press('Control+k');
  await take('palette');
  await page.keyboard.press('Escape');
});

test('activity', async () => {
  await go('activity');
  await page.getByRole('grid').waitFor();
  await take('activity');
});

test('activity-trail', async () => {
  const found = `fusebox.call('journal.page', { limit: 50 })
    .then(({ value }) => value.requests.find(({ attempts, status, modelAsked }) => attempts.length > 1 && status === 200 && modelAsked.startsWith('claude')).id)`;
  await go(`activity/${await page.evaluate(found)}`);
  await page.getByRole('region', { name: /^Request: / }).waitFor();
  await page.evaluate('document.activeElement.blur()');
  await take('activity-trail');
});

test('activity-usage', async () => {
  await page.getByRole('tab', { name: 'Usage' }).click();
  await page.waitForTimeout(400);
  await take('activity-usage');
});

test('models', async () => {
  await go('models');
  await page.getByRole('table').first().waitFor();
  await take('models');
});

test('models-try', async () => {
  await page.getByLabel(text.models.name).fill('claude-opus-5');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(400);
  await take('models-try');
});

test('tools', async () => {
  await go('tools');
  await button('Connect: Amp CLI').waitFor();
  await take('tools');
});

test('tools-plan', async () => {
  await button('Connect: Amp CLI').click();
  await page.getByRole('region', { name: 'This is written: Amp CLI' }).waitFor();
  await take('tools-plan');
  await page.keyboard.press('Escape');
});

test.each(Object.keys(text.settings.groups).filter((id) => id !== 'more'))('settings-%s', async (id) => {
  await go(`settings/${id}`);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await take(`settings-${id}`);
});

test('settings-search', async () => {
  await page.getByRole('searchbox', { name: text.settings.search }).fill('quota');
  await take('settings-search');
  await page.getByRole('searchbox', { name: text.settings.search }).fill('');
});

test('panel-contrast', async () => {
  await go('panel');
  await contrastPicture(page, studio.place, 'panel');
});

test('panel-narrow', async () => {
  await go('panel');
  await sizeWindow(studio.app, { width: 720, height: 480 });
  await take('panel-narrow');
  await sizeWindow(studio.app, usualSize);
});

test('hero', async () => {
  const hero = await openHousehold(2);
  try {
    await picture(hero.page, hero.place, 'hero');
  } finally {
    await hero.close();
  }
});
