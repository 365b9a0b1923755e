import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import { createFileLock, type Lock, LockTimeout } from './file-lock.ts';
import { FileVault, keyFile, vaultFile } from './file-vault.ts';
import {
  entryLimitOf,
  isPart,
  type Keychain,
  KeychainVault,
  keychainService,
  listingLock,
  listKeychain,
  mayCrashWhileListing,
  newGeneration,
  partName,
  reasonOf,
} from './keychain-vault.ts';
import { withTimeLimit } from './time-limit.ts';
import { MemoryVault, type Vault, VaultError, type VaultKind } from './vault.ts';

export interface OpenVaultOptions {
  /** What the owner asked for; absent: the keychain where it works, else the file. */
  choice: VaultKind | undefined;
  dataDir: string;
  /** FUSEBOX_VAULT_KEY is read from it. */
  env: Record<string, string | undefined>;
  loadKeytar: () => Promise<Keychain>;
  clock?: Clock;
  /** Whose keychain it is; default: this system's. */
  platform?: NodeJS.Platform;
  /** Told, in plain words, of entries that cannot be read. */
  report?: (message: string) => void;
  /** A locked keychain may wait for a person who is not there; default 5 s. */
  probeLimitMs?: number;
}

/** How long the probe waits for another process that lists: well below its own limit. */
const probeLockMs = 1_000;

/**
 * Opens the vault. Its `note` says which one is used and why.
 * Rejects with VaultError only when the keychain was asked for by name and does not work.
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  if (options.choice === 'memory') return new MemoryVault();
  if (options.choice === 'file') return fileVault(options, 'as asked for');
  const probe = await probeKeychain(options);
  if (!probe.ok) {
    if (options.choice === 'keychain') throw new VaultError(`The keychain cannot be used: ${probe.reason}.`);
    return fileVault(options, `because the keychain cannot be used (${probe.reason})`);
  }
  if (options.choice === undefined && (await onlyFileHoldsAccounts(options, probe.keychain))) {
    return fileVault(options, 'because this data folder already has one and the keychain holds nothing');
  }
  return new KeychainVault({
    keychain: probe.keychain,
    lock: listLock(options),
    clock: options.clock ?? systemClock,
    note: "Accounts are kept in the operating system's keychain.",
    entryLimit: entryLimitOf(options.platform ?? process.platform),
    ...(options.report ? { report: options.report } : {}),
  });
}

type Probe = { ok: true; keychain: Keychain } | { ok: false; reason: string };

async function probeKeychain(options: OpenVaultOptions): Promise<Probe> {
  const clock = options.clock ?? systemClock;
  const limitMs = options.probeLimitMs ?? 5_000;
  const late = () => new Error(`it did not answer within ${limitMs / 1000} s; it may be locked`);
  try {
    return { ok: true, keychain: await withTimeLimit(clock, limitMs, tryKeychain(options, clock), late) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/**
 * Proves the keychain by writing: some can be listed but not written. Small and constant in time, unlike a listing.
 * The entry is named like a part that no head names, so a later start removes what a crash leaves here.
 */
async function tryKeychain(options: OpenVaultOptions, clock: Clock): Promise<Keychain> {
  const keychain = await options.loadKeytar();
  const id = randomBytes(4).toString('hex');
  const entry = partName('probe', newGeneration(clock, id), 0);
  await keychain.setPassword(keychainService, entry, id);
  const back = await keychain.getPassword(keychainService, entry);
  await removeProbe(keychain, entry, listLock(options, probeLockMs));
  if (back !== id) throw new Error('it does not return what is stored in it');
  return keychain;
}

/** Another process that lists for longer is no reason to do without the keychain: then a later start removes the entry. */
async function removeProbe(keychain: Keychain, entry: string, lock: Lock): Promise<void> {
  try {
    await lock(listingLock, () => keychain.deletePassword(keychainService, entry));
  } catch (error) {
    if (!(error instanceof LockTimeout)) throw error;
  }
}

/** For whoever lists the keychain or removes an entry of it. */
function listLock(options: OpenVaultOptions, waitMs?: number): Lock {
  return mayCrashWhileListing(options.platform ?? process.platform) ? lockIn(options, waitMs) : (_name, task) => task();
}

function lockIn({ dataDir, clock }: OpenVaultOptions, waitMs?: number): Lock {
  return createFileLock({
    folder: join(dataDir, 'locks'),
    ...(clock ? { clock } : {}),
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

/** An unreadable file is not empty: its owner must see why rather than start afresh in the keychain. */
async function onlyFileHoldsAccounts(options: OpenVaultOptions, keychain: Keychain): Promise<boolean> {
  if (!existsSync(join(options.dataDir, vaultFile))) return false;
  const listed = await listLock(options)(listingLock, () => listKeychain(keychain));
  if (listed.some(({ account }) => !isPart(account))) return false;
  return fileVault(options, '')
    .entries()
    .then(
      (entries) => entries.size > 0,
      () => true,
    );
}

function fileVault(options: OpenVaultOptions, why: string): FileVault {
  const passphrase = options.env.FUSEBOX_VAULT_KEY || undefined;
  const keyFrom =
    passphrase === undefined ? `the file ${keyFile} beside it, readable by you only` : 'FUSEBOX_VAULT_KEY';
  return new FileVault({
    dataDir: options.dataDir,
    lock: lockIn(options),
    note: `Accounts are kept in an encrypted file in the data folder, ${why}. Its key comes from ${keyFrom}.`,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
