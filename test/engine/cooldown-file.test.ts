import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCooldownFile } from '../../main/engine/cooldown-file.ts';
import { FakeClock } from '../fakes/clock.ts';

let folder: string;
let file: string;
let clock: FakeClock;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fusebox-cooldowns-'));
  file = join(folder, 'cooldowns.json');
  clock = new FakeClock();
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  createCooldownFile(file, { clock, log: { warn: (_fields, message) => void warnings.push(message) } });
const parse = (text: string): unknown => JSON.parse(text);

describe('the file of cooldowns', () => {
  it('is empty at first', () => {
    expect(open().load(parse)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('gathers changes for a second and writes the last one', async () => {
    const cooldowns = open();
    let asked = 0;
    for (const value of [1, 2, 3]) {
      cooldowns.save(() => {
        asked += 1;
        return String(value);
      });
    }
    expect(asked).toBe(0);
    expect(clock.pending).toBe(1);
    clock.advance(1000);
    await cooldowns.close();
    expect(asked).toBe(1);
    expect(open().load(parse)).toBe(3);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is written at once when it is closed, and leaves no timer', async () => {
    const cooldowns = open();
    cooldowns.save(() => '"last"');
    await cooldowns.close();
    expect(readFileSync(file, 'utf8')).toBe('"last"');
    expect(clock.pending).toBe(0);
  });

  it('is set aside when it cannot be read', () => {
    writeFileSync(file, '{"half');
    expect(open().load(parse)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^cooldowns\.json\.unreadable-/)]);
    expect(warnings).toHaveLength(1);
  });

  it('is only missed when it cannot be written', async () => {
    const inTheWay = join(folder, 'file');
    writeFileSync(inTheWay, '');
    file = join(inTheWay, 'cooldowns.json');
    const cooldowns = open();
    cooldowns.save(() => '1');
    await cooldowns.close();
    expect(warnings).toEqual(['Cooldowns could not be written']);
  });

  it('is set aside when it is a folder', () => {
    mkdirSync(file);
    expect(open().load(parse)).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });
});
