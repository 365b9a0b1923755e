import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const files: Readonly<Record<string, string>> = {
  '.config/amp/settings.json':
    '{\n  // Mine.\n  "amp.url": "https://ampcode.com",\n  "amp.notifications.enabled": true\n}\n',
  '.config/Code/User/settings.json': '{\n  "editor.fontSize": 13\n}\n',
  '.claude/settings.json': '{\n  "permissions": {}\n}\n',
  '.codex/config.toml': 'model = "gpt-5.5"\n',
};

/** Settings of programs that somebody has, in a home of their own. */
export async function writeToolFiles(home: string): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    const file = path.join(home, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
}
