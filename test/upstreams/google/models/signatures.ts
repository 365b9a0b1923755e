import { createHmac } from 'node:crypto';

const key = 'the fake Google signs thoughts with this';

/** A thought signature: a protobuf message that holds a version byte and proves what it belongs to. */
export function signThought(what: string): string {
  const proof = createHmac('sha256', key).update(what).digest();
  return Buffer.concat([Buffer.from([0x0a, proof.length + 1, 0x01]), proof]).toString('base64');
}

const standIns = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];

/** Whether the API takes a signature: one of its own, whatever it was for, or a stand-in. */
export function isTaken(signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  if (standIns.includes(signature)) return true;
  const bytes = Buffer.from(signature, 'base64');
  return bytes[0] === 0x0a && bytes[1] === 33 && bytes[2] === 0x01 && bytes.length === 35;
}
