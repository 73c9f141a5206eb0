import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SettingsError } from '#lib/config/flags.ts'
import { readSettings } from '#lib/config/settings.ts'
import { runCommand } from '../run-command.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMES = [
  '../x',
  '$(touch pwned)',
  ';touch pwned',
  '--project-directory=/',
  '-f',
  'a b',
  'A',
  '',
  '`touch pwned`',
  'x\ny',
]
const ENTRIES: [string, string[], Record<string, string>][] = [
  ['the dashboard', ['lib/server/main.ts'], { ROBINSCOPE_PROJECT: '$(touch pwned)' }],
  ['npm run up', ['lib/server/compose.ts', 'up'], { ROBINSCOPE_PROJECT: '../x' }],
  ['npm run down', ['lib/server/compose.ts', 'down', '--project', '-f'], {}],
  ['the gate', ['lib/docker-gate/main.ts'], { GATE_PROJECT: ';touch pwned' }],
]

/** Clients cannot name a project: it is a setting, and every program that takes it refuses what is none. */
export function projectNameAttacks(): void {
  describe('a project name that is more than a name', () => {
    test.each(NAMES.filter(Boolean))('attack 41: %j is refused, as a setting and as a flag', (name) => {
      expect(() => readSettings({ ROBINSCOPE_PROJECT: name }, [])).toThrow(SettingsError)
      expect(() => readSettings({}, [`--project=${name}`])).toThrow(SettingsError)
    })

    test('attack 41: by every program that takes it, before anything is run', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'canary-'))
      const results = await Promise.all(
        ENTRIES.map(([, [file = '', ...args], settings]) =>
          runCommand(process.execPath, [join(ROOT, file), ...args], {
            cwd: folder,
            env: { ...process.env, PORT: '0', ...settings },
            limitMs: 30_000,
          }),
        ),
      )
      for (const [index, { code, output }] of results.entries()) {
        expect(code, `${ENTRIES[index]?.[0]}: ${output}`).toBe(1)
        expect(output).toMatch(/PROJECT|project/)
      }
      for (const place of [folder, ROOT]) expect(existsSync(join(place, 'pwned'))).toBe(false)
      rmSync(folder, { recursive: true })
    })
  })
}
